/* A trace written and read back is the same trace; a file that lies is refused, with the place at
 * which it does. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/trace/file.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"
#include "tests/support/test.h"
#include "tests/trace/script.h"

static struct script s;
static struct symbols *symbols;
static char path[64];

static void open_it(void)
{
    static const struct symbol table[] = {
        {0x0fff, {.function = "spawn_all", .path = "a/chess.c", .line = 40}},
        {0x1fff, {.function = "play", .path = "a/chess.c", .line = 27}},
        {0x3000, {.function = "on\x1b_timer", .path = "a/timer.c", .line = 12}},
    };
    int fd;

    script_open(&s, 16);
    cr_assert_eq(symbols_open_table(table, sizeof table / sizeof *table, &symbols), 0);
    snprintf(path, sizeof path, "/tmp/asynctut-test-XXXXXX");
    fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
}

static void close_it(void)
{
    unlink(path);
    symbols_close(symbols);
    script_close(&s);
}

static void save(void)
{
    struct error error = {0};
    FILE *file = fopen(path, "wb");

    script_three_sleeps(&s);
    event_emit_text(TEXT_SAY, 1, "done, all of them", 17);
    trace_finish(s.trace);
    cr_assert_not_null(file);
    cr_assert_eq(trace_file_write(s.trace, symbols, "a demo\n", file, &error), 0, "%s", error.text);
    fclose(file);
}

static struct trace *load(struct trace_file **ret_file)
{
    struct error error = {0};
    struct trace *trace = NULL;

    cr_assert_eq(trace_file_open(path, ret_file, &trace, &error), 0, "%s", error.text);
    return trace;
}

Test(file, holds_the_same_trace, .init = open_it, .fini = close_it)
{
    struct trace_file *file;
    struct trace *trace;

    save();
    trace = load(&file);
    cr_assert_str_eq(trace_file_program(file), "a demo\\x0a");
    cr_assert_eq(trace_count(trace), trace_count(s.trace));
    cr_assert_eq(trace_damaged(trace), 0);
    cr_assert_eq(trace_entities(trace), trace_entities(s.trace));
    for (size_t i = 0; i < trace_count(trace); i++) {
        char ours[256], theirs[256];

        cr_assert_eq(memcmp(trace_event(trace, i), trace_event(s.trace, i), sizeof(struct event)),
                     0);
        cr_assert_eq(trace_thread(trace, i), trace_thread(s.trace, i));
        cr_assert_eq(query_turn(trace, i), query_turn(s.trace, i));
        trace_text(trace, i, ours, sizeof ours);
        trace_text(s.trace, i, theirs, sizeof theirs);
        cr_assert_str_eq(ours, theirs);
    }
    trace_close(trace);
    trace_file_close(file);
}

Test(file, holds_the_places, .init = open_it, .fini = close_it)
{
    struct trace_file *file;
    struct place place;

    save();
    trace_close(load(&file));
    cr_assert(symbols_find(trace_file_symbols(file), 0x2000, true, &place));
    cr_assert_str_eq(place.function, "play");
    cr_assert_str_eq(place.path, "a/chess.c");
    cr_assert_eq(place.line, 27);
    cr_assert(symbols_find(trace_file_symbols(file), 0x3000, false, &place));
    cr_assert_str_eq(place.function, "on\\x1b_timer");
    cr_assert(symbols_find(trace_file_symbols(file), 0x7777, false, &place));
    cr_assert_str_eq(place.function, "?");
    trace_file_close(file);
}

Test(file, holds_the_modules_of_this_program, .init = open_it, .fini = close_it)
{
    struct trace_file *file;
    const struct module_map *map;

    atomic_store(&s.record->pid, (uint32_t)getpid());
    save();
    trace_close(load(&file));
    map = &trace_file_record(file)->modules;
    cr_assert_gt(atomic_load(&map->count), 0);
    cr_assert_eq(map->items[0].path[0], '/');
    trace_file_close(file);
}

Test(file, says_that_the_disk_is_full, .init = open_it, .fini = close_it)
{
    struct error error = {0};
    FILE *full = fopen("/dev/full", "wb");

    script_three_sleeps(&s);
    trace_finish(s.trace);
    cr_assert_not_null(full);
    cr_assert_eq(trace_file_write(s.trace, NULL, "demo", full, &error), -ENOSPC);
    cr_assert_not_null(strstr(error.text, "No space left"), "%s", error.text);
    fclose(full);
}

/* --- files that lie --------------------------------------------------------------------------- */

static void refused(const char *expected)
{
    struct trace_file *file = NULL;
    struct trace *trace;
    struct error error = {0};

    cr_assert_lt(trace_file_open(path, &file, &trace, &error), 0);
    cr_assert_null(file);
    cr_assert_not_null(strstr(error.text, expected), "not \"%s\" but \"%s\"", expected, error.text);
}

static void change(size_t offset, uint64_t value, size_t size)
{
    FILE *file = fopen(path, "r+b");

    cr_assert_not_null(file);
    fseek(file, (long)offset, SEEK_SET);
    fwrite(&value, size, 1, file);
    fclose(file);
}

#define FIELD(name) \
    offsetof(struct trace_file_header, name), sizeof((struct trace_file_header){0}.name)

static void field(size_t offset, size_t size, uint64_t value, const char *expected)
{
    save();
    change(offset, value, size);
    refused(expected);
    event_writer = NULL;
    trace_close(s.trace);
    record_destroy(s.record);
    script_open(&s, 16);
}

Test(liar, wrong_fields_are_named_by_their_offset, .init = open_it, .fini = close_it)
{
    field(0, 8, 0, "at byte 0: this is not a trace");
    field(FIELD(version), 99, "at byte 8: it was written by another version");
    field(FIELD(order), 0x04030201, "at byte 12: it was written by a machine");
    field(FIELD(size), UINT64_MAX, "the file is cut off here");
    field(FIELD(record_offset), UINT64_MAX - 7, "the record lies outside");
    field(FIELD(record_offset), 4097, "the record lies outside");
    field(FIELD(record_size), UINT64_MAX, "the record lies outside");
    field(FIELD(record_size), 8, "not a whole number of chunks");
    field(FIELD(places_offset), UINT64_MAX - 7, "the places lie outside");
    field(FIELD(places_offset), 4096, "the places lie outside the file or in the record");
    field(FIELD(strings_offset), 4096, "the strings lie outside the file or in the record");
    field(FIELD(places_count), UINT64_MAX / 2, "the places lie outside");
    field(FIELD(strings_offset), UINT64_MAX - 7, "the strings lie outside");
    field(FIELD(strings_size), 0, "the strings lie outside");
    field(FIELD(strings_size), 3, "do not end");
    field(FIELD(program), UINT32_MAX, "the program has no name");
    field(4096, 8, 0, "at byte 4096: the record's header is damaged");
    field(4096 + 16, 8, 0, "at byte 4096: the record's header is damaged");
}

Test(liar, a_file_that_was_cut_off_anywhere_is_refused, .init = open_it, .fini = close_it)
{
    long sizes[] = {1, 50, 4096, 5000, 100000, 140000, 200000};

    save();
    for (size_t i = sizeof sizes / sizeof *sizes; i-- > 0;) {
        cr_assert_eq(truncate(path, sizes[i]), 0);
        refused("at byte ");
    }
    cr_assert_eq(truncate(path, 0), 0);
    refused("at byte 0: the file ends within its header");
}

Test(liar, what_is_no_file_is_refused, .init = open_it, .fini = close_it)
{
    struct trace_file *file = NULL;
    struct error error = {0}, folder = {0};
    struct trace *trace;

    cr_assert_eq(trace_file_open("/nowhere/at.trace", &file, &trace, &error), -ENOENT);
    cr_assert_not_null(strstr(error.text, "/nowhere/at.trace: No such file"));
    cr_assert_lt(trace_file_open("/tmp", &file, &trace, &folder), 0);
}

/* As a mapping of it would kill this process (SIGBUS). */
Test(liar, a_file_that_is_cut_off_while_it_is_open_is_still_whole, .init = open_it,
     .fini = close_it)
{
    struct trace_file *file;
    struct trace *trace;

    save();
    trace = load(&file);
    cr_assert_eq(truncate(path, 0), 0);
    cr_assert_eq(trace_count(trace), trace_count(s.trace));
    for (size_t i = 0; i < trace_count(trace); i++)
        cr_assert_eq(memcmp(trace_event(trace, i), trace_event(s.trace, i), sizeof(struct event)),
                     0);
    trace_close(trace);
    trace_file_close(file);
}

/* The kernel's own files are shorter than they say, as one is that shrinks while it is read. */
Test(liar, a_file_that_ends_while_it_is_read_is_refused, .init = open_it, .fini = close_it)
{
    static const char shorter[] = "/sys/kernel/mm/transparent_hugepage/enabled";
    struct trace_file *file = NULL;
    struct trace *trace;
    struct error error = {0};

    if (access(shorter, R_OK) != 0)
        return;
    cr_assert_eq(trace_file_open(shorter, &file, &trace, &error), -EPROTO);
    cr_assert_not_null(strstr(error.text, "cut off here"), "%s", error.text);
}

Test(liar, a_file_larger_than_memory_is_refused, .init = open_it, .fini = close_it)
{
    save();
    if (truncate(path, INT64_C(1) << 42) == 0) /* not every file system can */
        refused("larger than half of the memory");
}

/* Places whose strings lie nowhere. */
Test(liar, a_place_without_a_name, .init = open_it, .fini = close_it)
{
    struct trace_file *file;
    uint64_t places;

    save();
    trace_close(load(&file));
    places = 4096 + trace_file_record(file)->size;
    trace_file_close(file);
    change(places + 8, UINT32_MAX, 4);
    refused("a place has no name");
}
