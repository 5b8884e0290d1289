/* Reading from streams, and their life. libuv reads into the buffer of the task that waits, if one
 * does, so a message is not copied. Reading stays on between reads, because switching it on and off
 * costs two system calls a message: what comes while nobody waits goes into the stream's own
 * buffer, and only when that is full is reading stopped, which makes the other side wait in turn.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "engine/task/stream_priv.h"

struct stream_reader {
    struct park park;
    char *into; /* NULL: into the stream's own buffer */
    size_t size;
    ssize_t got;
};

/* Writing to a connection that the other side has closed raises SIGPIPE, which by default ends the
 * program; nobody wants that of a server, so unless the program has its own idea the signal is
 * ignored, and the write returns UV_EPIPE. */
static void ignore_broken_pipes(void)
{
    struct sigaction now, ignore = {.sa_handler = SIG_IGN};

    if (sigaction(SIGPIPE, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) &&
        now.sa_handler == SIG_DFL)
        sigaction(SIGPIPE, &ignore, NULL);
}

struct task_stream *task_stream_new(void)
{
    struct task_stream *stream = calloc(1, sizeof *stream);

    if (!stream)
        return NULL;
    ignore_broken_pipes();
    stream->low = STREAM_LOW;
    stream->high = STREAM_HIGH;
    return stream;
}

static void free_if_unused(struct task_stream *stream)
{
    if (!stream->closed || stream->users)
        return;
    free(stream->buffer);
    free(stream);
}

void task_stream_out(struct task_stream *stream)
{
    stream->users--;
    free_if_unused(stream);
}

static void on_close(uv_handle_t *handle)
{
    struct task_stream *stream = handle->data;

    stream->closed = true;
    free_if_unused(stream);
}

struct uv_stream_s *task_stream_handle(struct task_stream *stream)
{
    return &stream->uv.stream;
}

/* Only a stream that somebody reads from keeps the loop alive: else nobody would be told when all
 * others wait for ever. */
static void leave_reader(struct task_stream *stream)
{
    stream->reader = NULL;
    uv_unref(&stream->uv.handle);
}

/* region read */
static void wake_reader(struct task_stream *stream, ssize_t got)
{
    struct stream_reader *reader = stream->reader;

    leave_reader(stream);
    reader->got = got;
    task_wake(&reader->park, got < 0 ? (int)got : 0);
}

/* Room for libuv to read into. None: it says UV_ENOBUFS, and reading stops until there is some. */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buf)
{
    struct task_stream *stream = handle->data;
    struct stream_reader *reader = stream->reader;

    (void)suggested;
    if (reader && reader->into) {
        *ret_buf = uv_buf_init(reader->into, (unsigned)reader->size);
        return;
    }
    if (!stream->buffer)
        stream->buffer = malloc(STREAM_BUFFER);
    if (stream->first && stream->first + stream->count == STREAM_BUFFER) {
        memmove(stream->buffer, stream->buffer + stream->first, stream->count);
        stream->first = 0;
    }
    *ret_buf =
        uv_buf_init(stream->buffer ? stream->buffer + stream->first + stream->count : NULL,
                    stream->buffer ? STREAM_BUFFER - (unsigned)(stream->first + stream->count) : 0);
}

static void stop_reading(struct task_stream *stream)
{
    uv_read_stop(&stream->uv.stream);
    stream->reading = false;
}

static void fail_reading(struct task_stream *stream, int error)
{
    stop_reading(stream);
    if (error != UV_ENOBUFS)
        stream->read_error = error;
    else if (!stream->buffer)
        error = UV_ENOMEM; /* nothing is lost: on again when someone reads */
    if (stream->reader)
        wake_reader(stream, error);
}

static void on_read(uv_stream_t *handle, ssize_t got, const uv_buf_t *buf)
{
    struct task_stream *stream = handle->data;
    struct stream_reader *reader = stream->reader;

    if (got < 0) {
        fail_reading(stream, (int)got);
        return;
    }
    if (got == 0) /* libuv's word for EAGAIN */
        return;
    if (!reader || buf->base != reader->into)
        stream->count += (size_t)got;
    if (!reader)
        return;
    wake_reader(stream, got);
    task_share_batch(task_runtime);
}

static void cancel_read(struct park *park)
{
    leave_reader(park->in);
    task_wake(park, UV_ECANCELED);
}

/* Waits until bytes have come, into `into` or, if that is NULL, into the stream's buffer. */
static ssize_t wait_for_bytes(struct task_stream *stream, char *into, size_t size,
                              const void *where)
{
    struct stream_reader reader = {
        .park = {.where = where, .why = WAIT_READ, .cancel = cancel_read},
        .into = into,
        .size = size < INT32_MAX ? size : INT32_MAX};
    int error = stream->closing ? UV_EBADF : stream->read_error;

    if (error == 0 && !stream->reading) {
        error = uv_read_start(&stream->uv.stream, on_alloc, on_read);
        stream->reading = error == 0;
    }
    if (error)
        return error;
    reader.park.object = task_entity(&stream->uv);
    reader.park.in = stream;
    stream->reader = &reader;
    uv_ref(&stream->uv.handle);
    error = task_park(&reader.park);
    return error ? error : reader.got;
}

static size_t take_buffered(struct task_stream *stream, void *buffer, size_t size)
{
    size_t n = stream->count < size ? stream->count : size;

    if (n)
        memcpy(buffer, stream->buffer + stream->first, n);
    stream->count -= n;
    stream->first = stream->count ? stream->first + n : 0;
    return n;
}

/* May a read begin? */
static int enter_read(struct task_stream *stream, const void *where)
{
    int error = task_checkpoint(where);

    return error ? error : stream->reader || stream->in_pieces ? UV_EBUSY : 0;
}

/* A call that reads piece by piece keeps the stream for itself between the pieces. */
static void begin_pieces(struct task_stream *stream)
{
    stream->users++;
    stream->in_pieces = true;
}

static void end_pieces(struct task_stream *stream)
{
    stream->in_pieces = false;
    task_stream_out(stream);
}

static ssize_t read_some(struct task_stream *stream, void *buffer, size_t size, const void *where)
{
    int error = enter_read(stream, where);

    if (error)
        return error;
    if (size == 0)
        return 0;
    if (stream->count)
        return (ssize_t)take_buffered(stream, buffer, size);
    return wait_for_bytes(stream, buffer, size, where);
}

ssize_t task_read_at(struct task_stream *stream, void *buffer, size_t size, const void *where)
{
    uint32_t id = task_entity(&stream->uv);
    ssize_t result = read_some(stream, buffer, size, where);

    task_did(DO_READ, id, result, where);
    return result;
}

ssize_t task_read(struct task_stream *stream, void *buffer, size_t size)
{
    return task_read_at(stream, buffer, size, __builtin_return_address(0));
}

static int read_exactly(struct task_stream *stream, void *buffer, size_t size, const void *where)
{
    char *at = buffer;
    int error = enter_read(stream, where);

    if (error)
        return error;
    begin_pieces(stream);
    while (size && error == 0) {
        ssize_t got = stream->count ? (ssize_t)take_buffered(stream, at, size)
                                    : wait_for_bytes(stream, at, size, where);
        if (got < 0) {
            error = (int)got;
        } else {
            at += got;
            size -= (size_t)got;
        }
    }
    end_pieces(stream);
    return error;
}

int task_read_exactly(struct task_stream *stream, void *buffer, size_t size)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_entity(&stream->uv);
    int error = read_exactly(stream, buffer, size, where);

    task_did(DO_READ, id, error ? error : (int64_t)size, where);
    return error;
}

/* How many bytes there are up to and with the delimiter; 0: it has not come. */
static size_t find(const struct task_stream *stream, char delimiter, size_t searched)
{
    const char *start = stream->buffer + stream->first, *end;

    if (searched >= stream->count)
        return 0;
    end = memchr(start + searched, delimiter, stream->count - searched);
    return end ? (size_t)(end + 1 - start) : 0;
}

static ssize_t wait_until(struct task_stream *stream, char delimiter, void *buffer, size_t size,
                          const void *where)
{
    size_t length = 0, searched = 0;

    while ((length = find(stream, delimiter, searched)) == 0) {
        ssize_t error;
        if (stream->count >= size || stream->count == STREAM_BUFFER)
            return UV_ENOBUFS;
        searched = stream->count;
        error = wait_for_bytes(stream, NULL, 0, where);
        if (error == UV_EOF && stream->count)
            return (ssize_t)take_buffered(stream, buffer, size);
        if (error < 0)
            return error;
    }
    return length > size ? UV_ENOBUFS : (ssize_t)take_buffered(stream, buffer, length);
}

static ssize_t read_until(struct task_stream *stream, char delimiter, void *buffer, size_t size,
                          const void *where)
{
    ssize_t result = enter_read(stream, where);

    if (result)
        return result;
    begin_pieces(stream);
    result = wait_until(stream, delimiter, buffer, size, where);
    end_pieces(stream);
    return result;
}

ssize_t task_read_until(struct task_stream *stream, char delimiter, void *buffer, size_t size)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_entity(&stream->uv);
    ssize_t result = read_until(stream, delimiter, buffer, size, where);

    task_did(DO_READ, id, result, where);
    return result;
}
/* end */

void task_stream_end(struct task_stream *stream)
{
    if (!stream || stream->closing)
        return;
    stream->closing = true;
    if (stream->reader)
        wake_reader(stream, UV_EBADF);
    if (stream->drain)
        task_wake(stream->drain, UV_EBADF);
    stream->drain = NULL;
    uv_close(&stream->uv.handle, on_close);
}

void task_stream_close(struct task_stream *stream)
{
    const void *where = __builtin_return_address(0);
    uint32_t id;

    if (!stream || stream->closing)
        return;
    id = task_handle_id(&stream->uv);
    task_stream_end(stream);
    task_did(DO_CLOSE, id, 0, where);
}
