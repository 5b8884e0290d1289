/* What the files about streams share. */
#ifndef ASYNCTUT_STREAM_PRIV_H
#define ASYNCTUT_STREAM_PRIV_H

#include "engine/task/task_priv.h"
#include "engine/task/task_stream.h"

enum { STREAM_BUFFER = 64 * 1024, STREAM_LOW = 16 * 1024, STREAM_HIGH = 64 * 1024 };

union stream_handle {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
    uv_tty_t tty;
};

struct stream_reader;

struct task_stream {
    union stream_handle uv;
    uv_connect_t connect;
    uv_shutdown_t shutdown;
    unsigned users; /* calls that are inside: the memory stays until they are out */
    bool closing, closed;
    bool reading;                 /* uv_read_start() is on */
    int read_error;               /* UV_EOF or worse: nothing more will come */
    int write_error;              /* of a write that was still on its way */
    struct stream_reader *reader; /* who waits for bytes */
    char *buffer;                 /* bytes that came while nobody waited: from first, count */
    size_t first, count;
    size_t low, high;
    struct task_lock writing; /* writers that have to wait take turns */
    struct park *drain;       /* the one whose turn it is, waiting for the queue to shrink */
    size_t drain_to;          /* to that many bytes */
    struct park *shutting;    /* who waits for the shutdown, or for the connection */
};

struct task_listener {
    union stream_handle uv;
    bool closing;
    bool pending; /* libuv holds a connection that nobody has accepted yet */
    int error;    /* of a connection that nobody has asked for yet */
    struct task_waiters waiters;
};

struct task_stream *task_stream_new(void);                 /* not initialised in libuv; or NULL */
int task_stream_new_pipe(struct task_stream **ret_stream); /* not connected to anything */
void task_stream_out(struct task_stream *stream);          /* a call leaves: users goes down */

#endif
