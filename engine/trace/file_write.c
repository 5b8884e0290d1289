/* Writing: the header last in thought and first in the file, so sizes are worked out beforehand.
 * Strings are collected while places are; equal ones are kept once where that is cheap, which is
 * for neighbours. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/array.h"
#include "engine/base/str.h"
#include "engine/trace/file.h"
#include "engine/trace/inside.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"

enum { RECORD_OFFSET = 4096 };

struct writing {
    const struct trace *trace;
    struct symbols *symbols;
    FILE *out;
    struct str strings;
    struct trace_file_place *places;
    size_t place_count, place_capacity;
    uint64_t *seen; /* hash set of addresses; 0: free */
    size_t seen_size;
    uint32_t chunks;
    bool failed;
};

static uint32_t add_string(struct writing *writing, const char *text)
{
    uint32_t at = (uint32_t)writing->strings.length;

    if (writing->strings.length + strlen(text) + 1 > UINT32_MAX) {
        writing->failed = true;
        return 0;
    }
    str_add(&writing->strings, text, strlen(text) + 1);
    return at;
}

/* --- places ----------------------------------------------------------------------------------- */

static size_t slot_of(const struct writing *writing, uint64_t address)
{
    size_t slot = (size_t)((address * UINT64_C(0x9e3779b97f4a7c15)) >> 20) % writing->seen_size;

    while (writing->seen[slot] && writing->seen[slot] != address)
        slot = (slot + 1) % writing->seen_size;
    return slot;
}

static bool grow_seen(struct writing *writing)
{
    uint64_t *old = writing->seen;
    size_t old_size = writing->seen_size;

    writing->seen_size = old_size ? old_size * 2 : 1024;
    writing->seen = calloc(writing->seen_size, sizeof *writing->seen);
    for (size_t i = 0; writing->seen && i < old_size; i++)
        if (old[i])
            writing->seen[slot_of(writing, old[i])] = old[i];
    free(old);
    return writing->seen != NULL;
}

static void add_place(struct writing *writing, uint64_t address)
{
    if (writing->place_count * 2 >= writing->seen_size && !grow_seen(writing))
        writing->failed = true;
    if (writing->failed || !address || writing->seen[slot_of(writing, address)])
        return;
    if (!array_grow(&writing->places, &writing->place_capacity, writing->place_count)) {
        writing->failed = true;
        return;
    }
    writing->seen[slot_of(writing, address)] = address;
    writing->places[writing->place_count++] = (struct trace_file_place){.address = address};
}

static int by_address(const void *a, const void *b)
{
    const struct trace_file_place *x = a, *y = b;

    return (x->address > y->address) - (x->address < y->address);
}

static void name_place(struct writing *writing, struct trace_file_place *place,
                       const struct trace_file_place *before)
{
    const char *strings = str_text(&writing->strings);
    struct place found;

    symbols_wait(writing->symbols, place->address, false, &found);
    place->line = found.line > 0 ? (uint32_t)found.line : 0;
    place->function = before && !strcmp(strings + before->function, found.function)
                          ? before->function
                          : add_string(writing, found.function);
    strings = str_text(&writing->strings);
    place->path = before && !strcmp(strings + before->path, found.path)
                      ? before->path
                      : add_string(writing, found.path);
}

static void collect_places(struct writing *writing)
{
    const struct trace *trace = writing->trace;

    for (size_t i = 0; i < trace_count(trace) && !writing->failed; i++) {
        const struct event *event = trace_event(trace, i);

        if (event->where)
            add_place(writing, event->where - query_where_is_return(event));
    }
    if (writing->place_count)
        qsort(writing->places, writing->place_count, sizeof *writing->places, by_address);
    for (size_t i = 0; i < writing->place_count && !writing->failed; i++)
        name_place(writing, &writing->places[i], i ? &writing->places[i - 1] : NULL);
}

/* --- sections --------------------------------------------------------------------------------- */

static bool is_used(const struct trace *trace, uint32_t index)
{
    struct chunk *chunk = record_chunk(trace->record, index);

    return atomic_load_explicit(&chunk->claimed, memory_order_acquire) != 0;
}

static void put(struct writing *writing, const void *bytes, size_t length)
{
    if (length && fwrite(bytes, 1, length, writing->out) != length)
        writing->failed = true;
}

static void pad(struct writing *writing, size_t length)
{
    static const char zeros[4096];

    for (; length; length -= length < sizeof zeros ? length : sizeof zeros)
        put(writing, zeros, length < sizeof zeros ? length : sizeof zeros);
}

static size_t rounded(size_t length)
{
    return (length + 7) & ~(size_t)7;
}

/* The record's header as a reader needs it: nothing in the mailbox, a clock that stands where it
 * stood at the end. */
static void put_record(struct writing *writing)
{
    struct record *from = writing->trace->record;
    struct record *head = calloc(1, RECORD_HEADER_SIZE);

    if (!head) {
        writing->failed = true;
        return;
    }
    memcpy(head->magic, from->magic, sizeof head->magic);
    head->version = from->version;
    head->chunks = writing->chunks;
    head->size = RECORD_HEADER_SIZE + (uint64_t)writing->chunks * RECORD_CHUNK_SIZE;
    head->start = writing->trace->start;
    atomic_store(&head->pid, atomic_load(&from->pid));
    memcpy(&head->modules, &from->modules, sizeof head->modules);
    atomic_store(&head->modules.busy, 0);
    if (atomic_load(&head->pid) == (uint32_t)getpid())
        modules_note(&head->modules);
    atomic_store(&head->fresh, writing->chunks);
    atomic_store(&head->next_id, atomic_load(&from->next_id));
    atomic_store(&head->dropped, atomic_load(&from->dropped));
    atomic_store(&head->first_dropped, atomic_load(&from->first_dropped));
    atomic_store(&head->control.frozen,
                 writing->trace->start + (int64_t)trace_lasted(writing->trace));
    atomic_store(&head->libuv, atomic_load(&from->libuv));
    put(writing, head, RECORD_HEADER_SIZE);
    free(head);
    for (uint32_t i = 0, left = writing->chunks; i < writing->trace->seen && left; i++) {
        if (!is_used(writing->trace, i))
            continue;
        put(writing, record_chunk(writing->trace->record, i), RECORD_CHUNK_SIZE);
        left--;
    }
}

static void put_all(struct writing *writing, uint32_t program)
{
    struct trace_file_header header = {
        .magic = "attrace\n",
        .version = TRACE_FILE_VERSION,
        .order = TRACE_FILE_ORDER,
        .record_offset = RECORD_OFFSET,
        .record_size = RECORD_HEADER_SIZE + (uint64_t)writing->chunks * RECORD_CHUNK_SIZE,
        .places_count = writing->place_count,
        .strings_size = writing->strings.length,
        .program = program,
    };
    size_t places = writing->place_count * sizeof *writing->places;

    header.places_offset = header.record_offset + header.record_size;
    header.strings_offset = header.places_offset + places;
    header.size = header.strings_offset + rounded(writing->strings.length);
    put(writing, &header, sizeof header);
    pad(writing, RECORD_OFFSET - sizeof header);
    put_record(writing);
    put(writing, writing->places, places);
    put(writing, writing->strings.data, writing->strings.length);
    pad(writing, rounded(writing->strings.length) - writing->strings.length);
}

int trace_file_write(const struct trace *trace, struct symbols *symbols, const char *program,
                     FILE *out, struct error *error)
{
    struct writing writing = {.trace = trace, .symbols = symbols, .out = out};
    uint32_t name = add_string(&writing, program);
    int r = 0;

    for (uint32_t i = 0; i < trace->seen; i++)
        writing.chunks += is_used(trace, i);
    collect_places(&writing);
    if (writing.failed || writing.strings.failed) {
        r = error_set(error, -ENOMEM, "no memory to write the trace");
    } else {
        errno = 0;
        put_all(&writing, name);
        if (fflush(out) || writing.failed)
            r = error_set(error, errno ? -errno : -EIO, "cannot write the trace: %s",
                          strerror(errno ? errno : EIO));
    }
    str_free(&writing.strings);
    free(writing.places);
    free(writing.seen);
    return r;
}
