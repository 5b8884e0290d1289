/* A trace file, hostile anywhere: a sound one, changed at the places that the input names: 4 bytes
 * say where, 1 whether in the header, the record or the tables, 8 what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/trace/file.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"
#include "tests/fuzz/fuzz.h"

enum { STEP = 13 };

const char *const fuzz_words[] = {NULL};

static char *sound;
static size_t sound_size;

/* The file that all changes start from: a thread, a task, two places. */
static void make_sound(void)
{
    static const struct symbol table[] = {{0x1000, {.function = "f", .path = "f.c", .line = 1}},
                                          {0x1fff, {.function = "g", .path = "g.c", .line = 2}}};
    struct writer writer = {.thread = 1};
    struct error error = {0};
    struct symbols *symbols;
    struct record *record;
    struct trace *trace;
    FILE *file = open_memstream(&sound, &sound_size);

    if (!file || record_create(RECORD_CHUNK_SIZE, &record, NULL) || trace_open(record, &trace) ||
        symbols_open_table(table, 2, &symbols))
        abort();
    writer.record = record;
    event_writer = &writer;
    record_new_id(record);
    event_emit(EVENT_BORN, 1, 0, ENTITY_THREAD, (void *)0x1000);
    for (int i = 0; i < 8; i++)
        event_emit(EVENT_RESUME, event_emit_born(ENTITY_TASK, 1, (void *)0x2000), 0, 0, NULL);
    event_writer = NULL;
    trace_finish(trace);
    if (trace_file_write(trace, symbols, "fuzz", file, &error))
        abort();
    fclose(file);
    trace_close(trace);
    symbols_close(symbols);
    record_destroy(record);
}

static void change(char *copy, size_t length, const uint8_t *data)
{
    uint32_t where;
    size_t at;

    memcpy(&where, data, sizeof where);
    if (data[4] % 4 == 0)
        at = where % sizeof(struct trace_file_header);
    else if (data[4] % 4 == 1)
        at = 4096 + where % sizeof(struct record);
    else if (data[4] % 4 == 2)
        at = 4096 + RECORD_HEADER_SIZE + where % 2048;
    else
        at = length - 1 - where % 256;
    for (size_t i = 0; i < 8 && at + i < length; i++)
        copy[at + i] = (char)data[5 + i];
}

static void read_file(const char *path)
{
    struct trace_file *file;
    struct error error = {0};
    struct place place;
    struct actors actors;
    struct trace *trace;

    if (trace_file_open(path, &file, &trace, &error))
        return;
    if (query_actors(trace, &actors) == 0)
        query_actors_free(&actors);
    for (size_t i = 0; i < trace_count(trace); i++)
        symbols_find(trace_file_symbols(file), trace_event(trace, i)->where, i % 2, &place);
    trace_close(trace);
    trace_file_close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    char *copy;
    size_t length;
    int fd;

    if (!sound)
        make_sound();
    copy = malloc(sound_size);
    fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (!copy || fd < 0)
        abort();
    length = size && data[0] % 8 == 0 ? sound_size * (data[0] / 8) / 32 : sound_size;
    memcpy(copy, sound, sound_size);
    for (; size >= STEP; data += STEP, size -= STEP)
        change(copy, sound_size, data);
    if (write(fd, copy, length) != (ssize_t)length)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    read_file(path);
    close(fd);
    free(copy);
    return 0;
}
