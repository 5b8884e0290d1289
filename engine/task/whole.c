/* Reading to the end of something whose length nobody knows before: a file that may grow, what a
 * child prints. The buffer doubles, and is given up when there is more than the caller wants. */
#include <stdlib.h>

#include "engine/task/whole.h"

enum { FIRST_ROOM = 4096 };

static int read_on(const struct whole *whole, char **data, size_t *size)
{
    size_t room = 0;

    for (;;) {
        ssize_t got;
        if (*size > whole->limit)
            return UV_EFBIG;
        if (*size + 1 >= room) { /* one byte is for the 0 */
            char *more = realloc(*data, room = room ? 2 * room : FIRST_ROOM);
            if (!more)
                return UV_ENOMEM;
            *data = more;
        }
        got = whole->read(whole, *data + *size, room - *size - 1);
        if (got == 0 || got == UV_EOF)
            return 0;
        if (got < 0)
            return (int)got;
        *size += (size_t)got;
    }
}

int task_read_whole(const struct whole *whole, char **ret_data, size_t *ret_size)
{
    char *data = NULL;
    size_t size = 0;
    int error = read_on(whole, &data, &size);

    if (error) {
        free(data);
        return error;
    }
    data[size] = '\0';
    *ret_data = data;
    *ret_size = size;
    return 0;
}
