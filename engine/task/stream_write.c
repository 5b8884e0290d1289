/* Writing to streams. The kernel is asked first, and mostly takes all of it: then nothing is copied
 * and nobody waits. What it leaves is copied into a request of its own, so that the caller may go,
 * be cancelled, or reuse its buffer; and who writes faster than the other side reads waits at the
 * watermark. */
#include <stdlib.h>
#include <string.h>

#include "engine/task/stream_priv.h"

enum { STREAM_CHUNK = 64 * 1024 };

struct write {
    uv_write_t request;
    char data[];
};

static bool has_drained(const struct task_stream *stream)
{
    return uv_stream_get_write_queue_size(&stream->uv.stream) <= stream->drain_to;
}

static void on_write(uv_write_t *request, int status)
{
    struct task_stream *stream = request->handle->data;

    free(request->data);
    if (status < 0 && stream->write_error == 0)
        stream->write_error = status;
    if (stream->drain && (stream->write_error || has_drained(stream))) {
        task_wake(stream->drain, stream->write_error);
        stream->drain = NULL;
    }
}

static int write_later(struct task_stream *stream, const char *data, size_t size)
{
    struct write *write = malloc(sizeof *write + size);
    uv_buf_t buf;
    int error;

    if (!write)
        return UV_ENOMEM;
    memcpy(write->data, data, size);
    buf = uv_buf_init(write->data, (unsigned)size);
    write->request.data = write;
    error = uv_write(&write->request, &stream->uv.stream, &buf, 1, on_write);
    if (error)
        free(write);
    return error;
}

static void cancel_drain(struct park *park)
{
    struct task_stream *stream = park->in;

    stream->drain = NULL;
    task_wake(park, UV_ECANCELED);
}

/* Waits until at most `to` bytes are queued. The caller holds `writing`. */
static int wait_for_drain(struct task_stream *stream, size_t to, const void *where)
{
    struct park park = {.where = where, .why = WAIT_WRITE, .cancel = cancel_drain};
    int error = task_checkpoint(where);

    if (error == 0)
        error = stream->closing ? UV_EBADF : stream->write_error;
    stream->drain_to = to;
    if (error || has_drained(stream))
        return error;
    park.object = task_entity(&stream->uv);
    park.in = stream;
    stream->drain = &park;
    return task_park(&park);
}

/* As much as the kernel takes now; the number of bytes. */
static ssize_t try(struct task_stream *stream, const char *data, size_t size)
{
    uv_buf_t buf = uv_buf_init((char *)data, size < INT32_MAX ? (unsigned)size : INT32_MAX);
    int written = uv_try_write(&stream->uv.stream, &buf, 1);

    return written == UV_EAGAIN ? 0 : written;
}

static int write_all(struct task_stream *stream, const char *data, size_t size, const void *where)
{
    while (size) {
        ssize_t done = stream->closing ? UV_EBADF : stream->write_error;
        int error;
        if (done == 0)
            done = try(stream, data, size);
        if (done == 0) {
            done = (ssize_t)(size < STREAM_CHUNK ? size : STREAM_CHUNK);
            error = write_later(stream, data, (size_t)done);
            if (error)
                return error;
        }
        if (done < 0)
            return (int)done;
        data += done;
        size -= (size_t)done;
        if (uv_stream_get_write_queue_size(&stream->uv.stream) <= stream->high)
            continue;
        error = wait_for_drain(stream, stream->low, where);
        if (error)
            return error;
    }
    return 0;
}

/* Runs with the turn to write. */
static int in_turn(struct task_stream *stream, uint32_t id,
                   int (*work)(struct task_stream *, const char *, size_t, const void *),
                   const char *data, size_t size, const void *where)
{
    int error;

    stream->users++;
    error = task_lock_take(&stream->writing, id, where);
    if (error == 0) {
        error = work(stream, data, size, where);
        task_lock_give(&stream->writing);
    }
    task_stream_out(stream);
    return error;
}

static inline int write_at(struct task_stream *stream, const void *data, size_t size, uint32_t id,
                           const void *where)
{
    int error = task_checkpoint(where);
    ssize_t done = 0;

    if (error)
        return error;
    if (!stream->writing.owner && !stream->write_error && !stream->closing) {
        done = try(stream, data, size);
        if (done < 0 || (size_t)done == size)
            return done < 0 ? (int)done : 0;
    }
    return in_turn(stream, id, write_all, (const char *)data + done, size - (size_t)done, where);
}

int task_write(struct task_stream *stream, const void *data, size_t size)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_entity(&stream->uv);
    int error = write_at(stream, data, size, id, where);

    task_did(DO_WRITE, id, error ? error : (int64_t)size, where);
    return error;
}

void task_stream_set_watermarks(struct task_stream *stream, size_t low, size_t high)
{
    stream->low = low;
    stream->high = high;
    task_did_to(DO_SET, &stream->uv, (int64_t)high, __builtin_return_address(0));
}

static int flush(struct task_stream *stream, const char *data, size_t size, const void *where)
{
    (void)data;
    (void)size;
    return wait_for_drain(stream, 0, where);
}

int task_flush(struct task_stream *stream)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_entity(&stream->uv);
    int error = in_turn(stream, id, flush, NULL, 0, where);

    task_did(DO_FLUSH, id, error, where);
    return error;
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    struct task_stream *stream = request->handle->data;

    if (stream->shutting)
        task_wake(stream->shutting, status == UV_ECANCELED ? UV_EBADF : status);
    stream->shutting = NULL;
}

static void cancel_shutdown(struct park *park)
{
    struct task_stream *stream = park->in;

    stream->shutting = NULL;
    task_wake(park, UV_ECANCELED);
}

static int shut(struct task_stream *stream, const char *data, size_t size, const void *where)
{
    struct park park = {.where = where, .why = WAIT_WRITE, .cancel = cancel_shutdown};
    int error = wait_for_drain(stream, 0, where);

    (void)data;
    (void)size;
    if (error == 0)
        error = uv_shutdown(&stream->shutdown, &stream->uv.stream, on_shutdown);
    if (error)
        return error;
    park.object = task_entity(&stream->uv);
    park.in = stream;
    stream->shutting = &park;
    return task_park(&park);
}

int task_shutdown(struct task_stream *stream)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_entity(&stream->uv);
    int error = in_turn(stream, id, shut, NULL, 0, where);

    task_did(DO_SHUTDOWN, id, error, where);
    return error;
}
