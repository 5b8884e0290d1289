/* Reads of stdio, whose own calls of read() do not pass through the probe. They are recorded as a
 * read where the stream has nothing left, so that it is seen when fgets() holds a loop up. (Those
 * of scanf() are not: it has a name for each standard.) glibc's streams show what they have left;
 * where libc is another one, nothing of this is there. */
#include <stdarg.h>
#include <stdio.h>

#include "engine/probe/block.h"

#ifdef __GLIBC__

/* Streams in memory and those of a program's own functions have no descriptor. */
static bool must_read(const FILE *stream)
{
    return stream->_IO_read_ptr >= stream->_IO_read_end && stream->_fileno >= 0;
}

/* A call that may have to read. What is recorded of it: how many bytes the stream got by it last.
 */
struct reading {
    FILE *stream;
    const void *where;
    bool recorded, failed;
};

static struct reading begin(FILE *stream, const void *where)
{
    struct reading reading = {stream, where, TRACED(where) && must_read(stream), false};

    if (!reading.recorded)
        return reading;
    reading.failed = ferror_unlocked(stream);
    block_begin(BLOCK_READ, stream->_fileno, where);
    return reading;
}

/* `bytes`: what the call gave, of which a stream without a buffer keeps nothing. */
static void end(const struct reading *reading, size_t bytes)
{
    FILE *stream = reading->stream;
    int64_t result = stream->_IO_read_end - stream->_IO_read_base;

    if (!reading->recorded)
        return;
    if (result <= 0)
        result = (int64_t)bytes;
    block_end(BLOCK_READ, !bytes && ferror_unlocked(stream) && !reading->failed ? -errno : result,
              reading->where);
}

/* Defines `name`, which reads from `stream` and gives a `type`; `bytes` says of `result` how many
 * bytes it is at least. */
#define READS(type, name, stream, bytes, params, args) \
    REAL(name);                                        \
    type name params                                   \
    {                                                  \
        const void *where = WHERE;                     \
        struct reading reading;                        \
        type result;                                   \
                                                       \
        REAL_NOW(name);                                \
        reading = begin(stream, where);                \
        result = real_##name args;                     \
        end(&reading, (size_t)(bytes));                \
        return result;                                 \
    }

/* What the headers make of some of them. */
ssize_t __getdelim(char **line, size_t *size, int last, FILE *stream);
char *__fgets_chk(char *line, size_t room, int size, FILE *stream);
size_t __fread_chk(void *to, size_t room, size_t size, size_t count, FILE *stream);

#undef getc
#undef getchar
READS(int, getchar, stdin, result != EOF, (void), ())
READS(int, getc, stream, result != EOF, (FILE * stream), (stream))
READS(int, fgetc, stream, result != EOF, (FILE * stream), (stream))
READS(char *, fgets, stream, result != NULL, (char *restrict line, int size, FILE *restrict stream),
      (line, size, stream))
READS(char *, __fgets_chk, stream, result != NULL,
      (char *line, size_t room, int size, FILE *stream), (line, room, size, stream))
READS(ssize_t, getline, stream, result > 0 ? result : 0,
      (char **restrict line, size_t *restrict size, FILE *restrict stream), (line, size, stream))
READS(ssize_t, getdelim, stream, result > 0 ? result : 0,
      (char **restrict line, size_t *restrict size, int last, FILE *restrict stream),
      (line, size, last, stream))
READS(ssize_t, __getdelim, stream, result > 0 ? result : 0,
      (char **line, size_t *size, int last, FILE *stream), (line, size, last, stream))
READS(size_t, fread, stream, result *size,
      (void *restrict to, size_t size, size_t count, FILE *restrict stream),
      (to, size, count, stream))
READS(size_t, __fread_chk, stream, result *size,
      (void *to, size_t room, size_t size, size_t count, FILE *stream),
      (to, room, size, count, stream))

#endif
