/* Reading: one look at the header decides whether everything it points to lies in the file; after
 * that the record is read like any other that is not trusted. Strings are copied where they are
 * shown (symbols.c makes them fit).
 *
 * The file is copied into memory of our own and not mapped: whoever cuts a mapped file short kills
 * its readers (SIGBUS), and what was checked would not stay as it was. The chunks are copied by a
 * thread of its own, from the first to the last, and the merge, which needs them in nearly that
 * order, follows it: of each chunk only the head is read before, which says whose it is. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/beside.h"
#include "engine/base/str.h"
#include "engine/event/record.h"
#include "engine/trace/file.h"
#include "engine/trace/symbols.h"
#include "engine/trace/trace.h"

/* Chunks that are told of together: to wake who waits takes as long as to read some. */
enum { AT_ONCE = 64 };

/* Of a chunk: what is said of it, and its first event, without which it belongs to nobody. */
enum { HEAD_SIZE = offsetof(struct chunk, slots) + sizeof(struct event) };

struct trace_file {
    char *map;
    size_t size;
    struct symbols *symbols;
    char *program;
};

/* What is being read. */
struct reading {
    const char *path;
    char *map;
    uint64_t size, chunks; /* chunks: where they begin */
    int fd;
    struct error *error;

    int chunks_result;    /* of the thread that reads them, when it has ended */
    pthread_mutex_t lock; /* guards: */
    pthread_cond_t more;
    uint32_t arrived; /* chunks */
};

static int wrong(const struct reading *reading, uint64_t offset, const char *what)
{
    return error_set(reading->error, -EPROTO, "%s: at byte %" PRIu64 ": %s", reading->path, offset,
                     what);
}

/* --- checks ----------------------------------------------------------------------------------- */

static int check_start(const struct reading *reading, const struct trace_file_header *header)
{
    if (reading->size < sizeof *header)
        return wrong(reading, reading->size, "the file ends within its header");
    if (memcmp(header->magic, "attrace\n", sizeof header->magic))
        return wrong(reading, 0, "this is not a trace of asynctut");
    if (header->order != TRACE_FILE_ORDER)
        return wrong(reading, offsetof(struct trace_file_header, order),
                     "it was written by a machine with another byte order");
    if (header->version != TRACE_FILE_VERSION)
        return wrong(reading, offsetof(struct trace_file_header, version),
                     "it was written by another version of asynctut");
    if (header->size > reading->size)
        return wrong(reading, reading->size, "the file is cut off here");
    return 0;
}

/* `count` things of `each` bytes at `offset` lie within the file. */
static bool lies_within(const struct reading *reading, uint64_t offset, uint64_t count,
                        uint64_t each)
{
    return offset % 8 == 0 && offset <= reading->size && count <= (reading->size - offset) / each;
}

/* The record lies in the file, and ends before the tables begin: they are looked at before its
 * chunks are there. */
static int check_record_place(const struct reading *reading, const struct trace_file_header *header)
{
    uint64_t end = header->record_offset + header->record_size;

    if (!lies_within(reading, header->record_offset, header->record_size, 1))
        return wrong(reading, offsetof(struct trace_file_header, record_offset),
                     "the record lies outside the file");
    if (header->record_size < RECORD_HEADER_SIZE || header->record_size % RECORD_CHUNK_SIZE)
        return wrong(reading, offsetof(struct trace_file_header, record_size),
                     "the record is not a whole number of chunks");
    if (header->places_offset < end)
        return wrong(reading, offsetof(struct trace_file_header, places_offset),
                     "the places lie outside the file or in the record");
    if (header->strings_offset < end)
        return wrong(reading, offsetof(struct trace_file_header, strings_offset),
                     "the strings lie outside the file or in the record");
    return 0;
}

static int check_tables(const struct reading *reading, const struct trace_file_header *header)
{
    if (!lies_within(reading, header->places_offset, header->places_count,
                     sizeof(struct trace_file_place)))
        return wrong(reading, offsetof(struct trace_file_header, places_offset),
                     "the places lie outside the file");
    if (!lies_within(reading, header->strings_offset, header->strings_size, 1) ||
        !header->strings_size ||
        reading->map[header->strings_offset + header->strings_size - 1] != '\0')
        return wrong(reading, offsetof(struct trace_file_header, strings_offset),
                     "the strings lie outside the file or do not end");
    if (header->program >= header->strings_size)
        return wrong(reading, offsetof(struct trace_file_header, program),
                     "the program has no name");
    return 0;
}

static int check_record(const struct reading *reading, const struct trace_file_header *header)
{
    const struct record *record = (const struct record *)(reading->map + header->record_offset);

    if (memcmp(record->magic, "atrecord", sizeof record->magic) ||
        record->size != header->record_size)
        return wrong(reading, header->record_offset, "the record's header is damaged");
    return 0;
}

static int check_places(const struct reading *reading, const struct trace_file_header *header)
{
    const struct trace_file_place *places =
        (const struct trace_file_place *)(reading->map + header->places_offset);

    for (uint64_t i = 0; i < header->places_count; i++)
        if (places[i].function >= header->strings_size || places[i].path >= header->strings_size)
            return wrong(reading, header->places_offset + i * sizeof *places,
                         "a place has no name");
    return 0;
}

/* All but the chunks is there. */
static int check(const struct reading *reading)
{
    const struct trace_file_header *header = (const struct trace_file_header *)reading->map;
    int r = check_tables(reading, header);

    if (r == 0)
        r = check_record(reading, header);
    return r == 0 ? check_places(reading, header) : r;
}

/* --- memory and tables ------------------------------------------------------------------------ */

static int make_symbols(struct trace_file *file)
{
    const struct trace_file_header *header = (const struct trace_file_header *)file->map;
    const struct trace_file_place *places =
        (const struct trace_file_place *)(file->map + header->places_offset);
    const char *strings = file->map + header->strings_offset;
    struct symbol *table = calloc(header->places_count + 1, sizeof *table);
    int r;

    if (!table)
        return -ENOMEM;
    for (uint64_t i = 0; i < header->places_count; i++)
        table[i] = (struct symbol){
            .address = places[i].address,
            .place = {.function = strings + places[i].function,
                      .path = strings + places[i].path,
                      .line = places[i].line < INT32_MAX ? (int)places[i].line : 0},
        };
    r = symbols_open_table(table, header->places_count, &file->symbols);
    free(table);
    return r;
}

static int read_tables(struct trace_file *file)
{
    const struct trace_file_header *header = (const struct trace_file_header *)file->map;
    const char *program = file->map + header->strings_offset + header->program;
    struct str shown = {0};

    str_add_shown(&shown, program, strlen(program), false);
    file->program = str_take(&shown);
    return file->program ? make_symbols(file) : -ENOMEM;
}

/* Half of what this machine has: the rest is for what is made of it. */
static uint64_t size_limit(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);

    return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page / 2 : UINT64_MAX;
}

/* Memory for the whole file. Nothing of it is used yet. */
static int reserve(struct trace_file *file, struct reading *reading)
{
    struct stat status;
    void *memory;

    if (fstat(reading->fd, &status))
        return error_set(reading->error, -errno, "%s: %s", reading->path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(reading->error, -EINVAL, "%s: it is not a file", reading->path);
    if ((uint64_t)status.st_size > size_limit())
        return error_set(reading->error, -EFBIG, "%s: it is larger than half of the memory here",
                         reading->path);
    reading->size = (uint64_t)status.st_size;
    if (!reading->size)
        return wrong(reading, 0, "the file ends within its header");
    memory = mmap(NULL, reading->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return error_set(reading->error, -ENOMEM, "%s: no memory", reading->path);
    reading->map = file->map = memory;
    file->size = reading->size;
    return 0;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Bytes from `from` up to `to` of the file, which may have become shorter meanwhile. */
static int fill(const struct reading *reading, uint64_t from, uint64_t to)
{
    while (from < to) {
        ssize_t got = pread(reading->fd, reading->map + from, to - from, (off_t)from);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(reading->error, -errno, "%s: at byte %" PRIu64 ": %s", reading->path,
                             from, strerror(errno));
        if (got == 0)
            return wrong(reading, from, "the file is cut off here");
        from += (uint64_t)got;
    }
    return 0;
}

static int fill_heads(const struct reading *reading, uint64_t from, uint64_t to)
{
    int r = 0;

    for (; from < to && r == 0; from += RECORD_CHUNK_SIZE)
        r = fill(reading, from, from + HEAD_SIZE);
    return r;
}

/* The header first: what is no trace is not read whole. */
static int read_all_but_chunks(struct reading *reading)
{
    const struct trace_file_header *header = (const struct trace_file_header *)reading->map;
    uint64_t size = reading->size < sizeof *header ? reading->size : sizeof *header, end;
    int r = fill(reading, 0, size);

    if (r == 0)
        r = check_start(reading, header);
    if (r == 0)
        r = check_record_place(reading, header);
    if (r < 0)
        return r;
    reading->chunks = header->record_offset + RECORD_HEADER_SIZE;
    end = header->record_offset + header->record_size;
    r = fill(reading, size, reading->chunks);
    if (r == 0)
        r = fill_heads(reading, reading->chunks, end);
    if (r == 0)
        r = fill(reading, end, reading->size);
    return r == 0 ? check(reading) : r;
}

/* What has arrived, for those who wait for it; at the end all has, or never will. */
static void tell_arrived(struct reading *reading, uint32_t count)
{
    pthread_mutex_lock(&reading->lock);
    reading->arrived = count;
    pthread_cond_signal(&reading->more);
    pthread_mutex_unlock(&reading->lock);
}

static void read_chunks(void *to)
{
    struct reading *reading = to;
    const struct trace_file_header *header = (const struct trace_file_header *)reading->map;
    uint64_t from = reading->chunks, end = header->record_offset + header->record_size;
    uint32_t count = 0;

    for (; from < end && reading->chunks_result == 0; from += RECORD_CHUNK_SIZE) {
        reading->chunks_result = fill(reading, from + HEAD_SIZE, from + RECORD_CHUNK_SIZE);
        if (++count % AT_ONCE == 0)
            tell_arrived(reading, count);
    }
    tell_arrived(reading, UINT32_MAX);
}

static void await_chunk(void *to, uint32_t chunk)
{
    struct reading *reading = to;

    pthread_mutex_lock(&reading->lock);
    while (reading->arrived <= chunk)
        pthread_cond_wait(&reading->more, &reading->lock);
    pthread_mutex_unlock(&reading->lock);
}

/* The merge follows the reading thread. */
static int take_in(struct trace_file *file, struct reading *reading, struct trace **ret_trace)
{
    struct beside beside = {0};
    struct trace *trace;
    int r = trace_open(trace_file_record(file), &trace);

    if (r < 0)
        return error_set(reading->error, r, "%s: not enough memory", reading->path);
    pthread_mutex_init(&reading->lock, NULL);
    pthread_cond_init(&reading->more, NULL);
    beside_begin(&beside, read_chunks, reading);
    trace_await(trace, await_chunk, reading);
    r = trace_finish(trace);
    beside_end(&beside);
    pthread_cond_destroy(&reading->more);
    pthread_mutex_destroy(&reading->lock);
    if (reading->chunks_result < 0)
        r = reading->chunks_result;
    else if (r < 0)
        error_set(reading->error, r, "%s: not enough memory", reading->path);
    if (r < 0)
        trace_close(trace);
    else
        *ret_trace = trace;
    return r < 0 ? r : 0;
}

/* --- open ------------------------------------------------------------------------------------- */

static int open_and_read(const char *path, struct trace_file *file, struct trace **ret_trace,
                         struct error *error)
{
    struct reading reading = {.path = path, .error = error};
    int r;

    reading.fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (reading.fd < 0)
        return error_set(error, -errno, "%s: %s", path, strerror(errno));
    r = reserve(file, &reading);
    if (r == 0)
        r = read_all_but_chunks(&reading);
    if (r == 0 && (r = read_tables(file)) < 0)
        error_set(error, r, "%s: not enough memory", path);
    if (r == 0)
        r = take_in(file, &reading, ret_trace);
    close(reading.fd);
    return r;
}

int trace_file_open(const char *path, struct trace_file **ret_file, struct trace **ret_trace,
                    struct error *error)
{
    struct trace_file *file = calloc(1, sizeof *file);
    int r;

    if (!file)
        return error_set(error, -ENOMEM, "%s: not enough memory", path);
    r = open_and_read(path, file, ret_trace, error);
    if (r < 0) {
        trace_file_close(file);
        return r;
    }
    *ret_file = file;
    return 0;
}

void trace_file_close(struct trace_file *file)
{
    if (!file)
        return;
    symbols_close(file->symbols);
    if (file->map)
        munmap(file->map, file->size);
    free(file->program);
    free(file);
}

struct record *trace_file_record(const struct trace_file *file)
{
    const struct trace_file_header *header = (const struct trace_file_header *)file->map;

    return (struct record *)(file->map + header->record_offset);
}

struct symbols *trace_file_symbols(const struct trace_file *file)
{
    return file->symbols;
}

const char *trace_file_program(const struct trace_file *file)
{
    return file->program;
}
