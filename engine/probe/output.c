/* See output.h. The pipes are read without blocking by the recorder's tick, so a program that
 * writes more than a pipe holds waits at most a millisecond for room. */
#include "engine/probe/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/probe/raw.h"

static struct channel {
    int saved, reader; /* the real descriptor; the pipe's end to read */
    FILE *stream;
} channels[2] = {{-1, -1, NULL}, {-1, -1, NULL}};

static _Atomic bool redirected;

static void emit_pieces(enum text_role role, const char *bytes, size_t length)
{
    while (length) {
        size_t piece = length < EVENT_TEXT_MAX ? length : EVENT_TEXT_MAX;

        event_emit_text(role, event_writer->thread, bytes, piece);
        bytes += piece;
        length -= piece;
    }
}

bool output_take(int fd, const void *bytes, size_t length)
{
    if ((fd != STDOUT_FILENO && fd != STDERR_FILENO) || !atomic_load(&redirected))
        return false;
    emit_pieces(fd == STDOUT_FILENO ? TEXT_STDOUT : TEXT_STDERR, bytes, length);
    return true;
}

/* Called by stdio with the stream's buffer; a thread that is not traced writes to the pipe. */
static ssize_t on_stream_write(void *cookie, const char *bytes, size_t length)
{
    int fd = (int)((struct channel *)cookie - channels) + STDOUT_FILENO;

    if (event_writer && output_take(fd, bytes, length))
        return (ssize_t)length;
    return raw_write(fd, bytes, length);
}

static int channel_begin(int index, FILE **stream, int buffering)
{
    static const cookie_io_functions_t functions = {.write = on_stream_write};
    struct channel *channel = &channels[index];
    int fd = STDOUT_FILENO + index, ends[2];
    FILE *ours;

    fflush(*stream);
    if (pipe2(ends, O_CLOEXEC))
        return -errno;
    ours = fopencookie(channel, "w", functions);
    channel->saved = fcntl(fd, F_DUPFD_CLOEXEC, 3); /* -1 if it was closed: it is closed again */
    if (!ours || dup2(ends[1], fd) < 0) {
        close(ends[0]);
        close(ends[1]);
        return -errno;
    }
    close(ends[1]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    setvbuf(ours, NULL, buffering, BUFSIZ);
    channel->reader = ends[0];
    channel->stream = *stream;
    *stream = ours;
    return 0;
}

static void channel_end(int index, FILE **stream)
{
    struct channel *channel = &channels[index];
    int fd = STDOUT_FILENO + index;

    if (channel->reader < 0)
        return;
    if (channel->saved < 0)
        close(fd);
    else
        dup2(channel->saved, fd);
    close(channel->saved);
    close(channel->reader);
    *stream = channel->stream;
    channel->saved = channel->reader = -1;
}

int output_redirect(void)
{
    int error = channel_begin(0, &stdout, _IOLBF);

    if (!error)
        error = channel_begin(1, &stderr, _IONBF);
    if (error) {
        channel_end(0, &stdout);
        return error;
    }
    atomic_store(&redirected, true);
    return 0;
}

void output_flush(void)
{
    fflush(stdout);
}

void output_collect(struct writer *writer)
{
    struct writer *saved = event_writer;
    char bytes[4096];

    event_writer = writer;
    for (int i = 0; i < 2; i++) {
        ssize_t length;

        while (channels[i].reader >= 0 &&
               (length = raw_read(channels[i].reader, bytes, sizeof bytes)) > 0)
            emit_pieces(i ? TEXT_STDERR : TEXT_STDOUT, bytes, (size_t)length);
    }
    event_writer = saved;
}

void output_end(struct writer *writer)
{
    FILE *ours[2] = {stdout, stderr};

    if (!atomic_exchange(&redirected, false))
        return;
    for (int i = 0; i < 2; i++)
        fflush(ours[i]);
    output_collect(writer);
    channel_end(0, &stdout);
    channel_end(1, &stderr);
    for (int i = 0; i < 2; i++)
        fclose(ours[i]);
}
