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

/* What every read and write looks at comes first, in two lines of the cache. */
struct task_stream {
    unsigned users; /* calls that are inside: the memory stays until they are out */
    bool closing, closed;
    bool reading;                 /* uv_read_start() is on */
    int read_error;               /* UV_EOF or worse: nothing more will come */
    int write_error;              /* of a write that was still on its way */
    bool in_pieces;               /* a call reads piece by piece, between waits, too */
    struct stream_reader *reader; /* who waits for bytes */
    size_t first, count;          /* of the bytes in `buffer`, which came while nobody waited */
    struct task_lock writing;     /* writers that have to wait take turns */
    char *buffer;
    size_t low, high;
    struct park *drain;    /* the one whose turn it is, waiting for the queue to shrink */
    size_t drain_to;       /* to that many bytes */
    struct park *shutting; /* who waits for the shutdown, or for the connection */
    union stream_handle uv;
    uv_connect_t connect;
    uv_shutdown_t shutdown;
};

struct task_listener {
    union stream_handle uv;
    bool closing;
    bool pending; /* libuv holds a connection that nobody has accepted yet */
    int error;    /* of a connection that nobody has asked for yet */
    struct task_waiters waiters;
};

struct task_stream *task_stream_new(void);        /* not initialised in libuv; or NULL */
void task_stream_out(struct task_stream *stream); /* a call leaves: users goes down */
void task_stream_end(
    struct task_stream *stream); /* closed in a call that is about something else */

/* connect.c: not connected to anything yet. */
enum stream_kind { STREAM_TCP, STREAM_PIPE };
int task_stream_init(union stream_handle *handle, enum stream_kind kind);
int task_stream_create(enum stream_kind kind, struct task_stream **ret_stream);
int task_check_path(const char *path); /* can it be that of a socket? */

/* The same as the public calls, for a task that waits at `where`. */
ssize_t task_read_at(struct task_stream *stream, void *buffer, size_t size, const void *where);
int task_tcp_connect_at(const struct sockaddr *address, struct task_stream **ret_stream,
                        const void *where);

#endif
