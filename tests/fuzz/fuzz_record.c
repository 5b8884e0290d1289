/* A record that another process made, hostile in every byte but its size. The input is a list of
 * patches on an empty record: 4 bytes say where (a chunk's head, one of its slots, or the header),
 * up to 32 bytes say what. All that reads traces then reads it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/views/differ.h"
#include "cli/views/lanes.h"
#include "cli/views/live.h"
#include "cli/views/replay.h"
#include "cli/views/summary.h"
#include "engine/event/record.h"
#include "engine/trace/chrome.h"
#include "engine/trace/query.h"
#include "tests/fuzz/fuzz.h"

enum { CHUNKS = 6, WHERE = 4, HOT_SLOTS = 64, IDS = 24 };

/* Most patches go where they are read: the first slots of a chunk, and its last. */
static uint8_t *target_of(struct record *record, const uint8_t *where)
{
    struct chunk *chunk = record_chunk(record, where[0] % CHUNKS);
    unsigned slot = where[1] % HOT_SLOTS;

    if (where[3] == 0)
        return (uint8_t *)record + sizeof record->magic + 16 + where[1] % 64;
    if (where[3] % 16 == 1)
        return (uint8_t *)chunk;
    if (where[3] % 16 == 2)
        slot = RECORD_CHUNK_SLOTS - 1 - slot % 8;
    return (uint8_t *)&chunk->slots[slot];
}

/* Most events are made to pass the first checks, or nothing behind these would be reached. */
static void tame(struct event *slot, uint8_t how)
{
    slot->kind %= EVENT_KINDS + (how & 1);
    if (how & 2)
        slot->subject %= IDS;
    if (how & 4)
        slot->object %= IDS;
    if (how & 8)
        slot->time %= 100000000;
    if (how & 16)
        slot->arg %= 40;
}

static void patch(struct record *record, const uint8_t *data, size_t size)
{
    uint64_t length = record->size;
    uint32_t chunks = record->chunks;

    while (size > WHERE) {
        size_t piece = size - WHERE < sizeof(struct event) ? size - WHERE : sizeof(struct event);
        struct chunk *chunk = record_chunk(record, data[0] % CHUNKS);
        uint8_t *target = target_of(record, data);

        memcpy(target, data + WHERE, piece);
        if (target == (uint8_t *)chunk)
            chunk->thread %= 16;
        else if (data[3] != 0)
            tame((struct event *)target, data[2]);
        data += WHERE + piece;
        size -= WHERE + piece;
    }
    record->size = length; /* record_attach() has checked these against the mapping */
    record->chunks = chunks;
}

static void prepare(struct record *record)
{
    atomic_store(&record->fresh, CHUNKS);
    atomic_store(&record->next_id, IDS);
    for (uint32_t i = 0; i < CHUNKS; i++) {
        record_chunk(record, i)->thread = 1 + i % 4;
        record_chunk(record, i)->sequence = i / 4;
        atomic_store(&record_chunk(record, i)->claimed, RECORD_CHUNK_SLOTS);
        atomic_store(&record_chunk(record, i)->full, i % 2);
    }
}

/* The trace itself, as the other one that it is compared with. */
static int open_itself(void *to, const char *path, struct diff_side *ret_side, struct error *error)
{
    (void)path, (void)error;
    *ret_side = (struct diff_side){to, NULL};
    return 0;
}

/* Moves through it as a person might; whatever is drawn is fit to show. */
static void look_around(struct trace *trace)
{
    static const char keys[] = "]]w tw[/4\r]t +w]\033[F[[\033[D\033[5~\033[Hdx\r\033[A\033[B";
    static const struct look look = {
        .bold = true, .unicode = true, .terminal = true, .width = 70, .height = 16};
    struct replay_options options = {.title = "", .other = open_itself, .to = trace};
    struct term_event event;
    struct replay *replay;
    struct screen *screen;
    struct term *term;

    if (replay_open(trace, NULL, &options, &replay) != 0)
        return;
    fuzz_assert(term_open_mock(&look, &term) == 0 && screen_open(term, &screen) == 0);
    term_mock_feed(term, keys);
    for (term_wait(term, -1, &event); event.type == TERM_KEY; term_wait(term, -1, &event)) {
        replay_key(replay, &event.key);
        replay_tick(replay, UINT64_C(1) << 30);
        replay_draw(replay, screen);
    }
    for (int row = 0; row < look.height; row++) {
        struct str drawn = {0};
        screen_row(screen, row, &drawn);
        fuzz_assert(fuzz_is_shown(str_text(&drawn), drawn.length, false));
        str_free(&drawn);
    }
    screen_close(screen);
    term_close(term);
    replay_close(replay);
}

static void read_all(struct trace *trace)
{
    const struct look look = {.unicode = true, .width = 80};
    struct live *live = live_open(trace, NULL, &look);
    struct loop_share loops[4];
    struct actors actors;
    struct tally tally = {0};
    struct findings findings = {0};
    struct error error = {0};
    struct str out = {0};
    struct diff_side sides[2] = {{trace, NULL}, {trace, NULL}};
    struct differ differ;
    FILE *null = fopen("/dev/null", "w");

    for (int64_t now = 0; now < 4; now++) {
        trace_update(trace, now << 24);
        live_update(live, (enum event_level)(now % 4), &out);
    }
    trace_finish(trace);
    live_update(live, LEVEL_ALL, &out);
    live_blocked(live, UINT64_MAX, &out);
    look_around(trace);
    query_loops(trace, loops, 4);
    if (differ_open(&differ, sides, (const char *const[]){"a", "b"}) == 0) {
        fuzz_assert(!differ.difference.found);
        differ_say(&differ, &out);
    }
    if (query_actors(trace, &actors) == 0) {
        query_overlap(&actors, NULL, 0, SPAN_WAITING, 0, NULL);
        query_threads(&actors);
        lanes_view(trace, &actors, &look, "", &out);
        query_actors_free(&actors);
    }
    if (tally_trace(trace, &tally) == 0 && diagnose(trace, NULL, &findings) == 0)
        summary_view(trace, &tally, &findings, NULL, &look, "", &out);
    tally_free(&tally);
    findings_free(&findings);
    if (null) {
        chrome_write(trace, NULL, "", null, &error);
        fclose(null);
    }
    str_free(&out);
    live_close(live);
}

const char *const fuzz_words[] = {NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record *record;
    struct trace *trace;

    if (record_create((size_t)(CHUNKS - 1) * RECORD_CHUNK_SIZE, &record, NULL))
        return 0;
    prepare(record);
    patch(record, data, size);
    if (trace_open(record, &trace) == 0) {
        read_all(trace);
        trace_close(trace);
    }
    record_destroy(record);
    return 0;
}
