/* Reading to the end of a file or a stream. Private to the library. */
#ifndef ASYNCTUT_WHOLE_H
#define ASYNCTUT_WHOLE_H

#include "engine/task/task_priv.h"
#include "engine/task/task_stream.h"

/* What is read, and how: bytes, 0 or UV_EOF at the end, or an error. */
struct whole {
    ssize_t (*read)(const struct whole *whole, void *buffer, size_t size);
    int fd;
    struct task_stream *stream;
    size_t limit;
    const void *where; /* the place in the program that waits */
};

/* All of it, with a 0 byte behind; the caller frees it. UV_EFBIG: more than the limit. */
int task_read_whole(const struct whole *whole, char **ret_data, size_t *ret_size);

#endif
