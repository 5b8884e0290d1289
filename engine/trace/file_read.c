/* Reading: one look at the header decides whether everything it points to lies in the file; after
 * that the record is read like any other that is not trusted. Strings are copied where they are
 * shown (symbols.c makes them fit).
 *
 * The file is copied into memory of our own and not mapped: whoever cuts a mapped file short kills
 * its readers (SIGBUS), and what was checked would not stay as it was. Two threads copy a large
 * one, as most of the time goes into memory that the kernel clears first. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
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

/* From this size on a file is halved, at a multiple of a page. */
enum { LARGE = 16 * 1024 * 1024, PAGE = 4096 };

struct trace_file {
    char *map;
    size_t size;
    struct symbols *symbols;
    char *program;
};

/* What is being read, for messages. */
struct reading {
    const char *path;
    const char *map;
    uint64_t size;
    struct error *error;
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

static int check_sections(const struct reading *reading, const struct trace_file_header *header)
{
    if (!lies_within(reading, header->record_offset, header->record_size, 1))
        return wrong(reading, offsetof(struct trace_file_header, record_offset),
                     "the record lies outside the file");
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

    if (header->record_size < RECORD_HEADER_SIZE || header->record_size % RECORD_CHUNK_SIZE)
        return wrong(reading, offsetof(struct trace_file_header, record_size),
                     "the record is not a whole number of chunks");
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

static int check(const struct reading *reading)
{
    const struct trace_file_header *header = (const struct trace_file_header *)reading->map;
    int r = check_start(reading, header);

    if (r == 0)
        r = check_sections(reading, header);
    if (r == 0)
        r = check_record(reading, header);
    return r == 0 ? check_places(reading, header) : r;
}

/* --- open ------------------------------------------------------------------------------------- */

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
static int reserve(struct trace_file *file, struct reading *reading, int fd)
{
    struct stat status;
    void *memory;

    if (fstat(fd, &status))
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

/* Bytes of the file, from `from` up to `to`. */
struct part {
    char *map;
    int fd, error;     /* error: out, a negative errno */
    uint64_t from, to; /* from: out, how far it came */
};

static void read_part(void *to)
{
    struct part *part = to;

    while (part->from < part->to) {
        ssize_t got =
            pread(part->fd, part->map + part->from, part->to - part->from, (off_t)part->from);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            part->error = -errno;
        if (got <= 0)
            return;
        part->from += (uint64_t)got;
    }
}

/* The file may have become shorter meanwhile. */
static int check_part(const struct reading *reading, const struct part *part)
{
    if (part->error)
        return error_set(reading->error, part->error, "%s: at byte %" PRIu64 ": %s", reading->path,
                         part->from, strerror(-part->error));
    return part->from < part->to ? wrong(reading, part->from, "the file is cut off here") : 0;
}

static int fill(struct trace_file *file, const struct reading *reading, int fd, uint64_t from,
                uint64_t to)
{
    uint64_t half = to - from < LARGE ? to : (from + (to - from) / 2) / PAGE * PAGE;
    struct part parts[2] = {{.map = file->map, .fd = fd, .from = from, .to = half},
                            {.map = file->map, .fd = fd, .from = half, .to = to}};
    struct beside beside = {0};
    int r;

    if (half < to)
        beside_begin(&beside, read_part, &parts[1]);
    read_part(&parts[0]);
    beside_end(&beside);
    r = check_part(reading, &parts[0]);
    return r == 0 ? check_part(reading, &parts[1]) : r;
}

/* The header first: what is no trace is not read whole. */
static int read_in(struct trace_file *file, struct reading *reading, int fd)
{
    uint64_t head = reading->size < sizeof(struct trace_file_header)
                        ? reading->size
                        : sizeof(struct trace_file_header);
    int r = fill(file, reading, fd, 0, head);

    if (r == 0)
        r = check_start(reading, (const struct trace_file_header *)file->map);
    if (r == 0)
        r = fill(file, reading, fd, head, reading->size);
    return r == 0 ? check(reading) : r;
}

static int open_and_read(const char *path, struct trace_file *file, struct error *error)
{
    struct reading reading = {.path = path, .error = error};
    int fd = open(path, O_RDONLY | O_CLOEXEC), r;

    if (fd < 0)
        return error_set(error, -errno, "%s: %s", path, strerror(errno));
    r = reserve(file, &reading, fd);
    if (r == 0)
        r = read_in(file, &reading, fd);
    close(fd);
    return r;
}

int trace_file_open(const char *path, struct trace_file **ret_file, struct error *error)
{
    struct trace_file *file = calloc(1, sizeof *file);
    int r;

    if (!file)
        return error_set(error, -ENOMEM, "%s: no memory", path);
    r = open_and_read(path, file, error);
    if (r == 0 && (r = read_tables(file)) < 0)
        error_set(error, r, "%s: no memory", path);
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
