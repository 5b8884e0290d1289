/* In which phase and turn of its loop each event happened: one byte an event, in the order in which
 * its thread wrote it, chunk by chunk. */
#ifndef ASYNCTUT_TRACE_MARKS_H
#define ASYNCTUT_TRACE_MARKS_H

#include "engine/event/record.h"
#include "engine/trace/query.h"

/* Where an event lies: all that the trace keeps of its order. */
struct spot {
    uint32_t chunk : 21;
    uint32_t slot : 11;
};
static_assert(sizeof(struct spot) == 4, "a trace keeps 4 bytes an event, and a mark");
static_assert(RECORD_CHUNK_SLOTS < 1 << 11, "a slot fits its field");
enum { SPOT_MAX_CHUNKS = 1 << 21 };

enum { MARK_PHASE = 0x07, MARK_OPENS = 0x80, MARKS_STRIDE = 2048 };

struct chunk_marks {
    struct base *bases; /* by slot; the first is that of slot 0 */
    size_t count, capacity;
    uint32_t turn; /* of the last event that was put */
};

struct marks {
    struct chunk_marks *chunks; /* by number */
    size_t count, capacity;
    uint8_t *slots; /* MARKS_STRIDE for each chunk; of events: phase, and MARK_OPENS; else 0 */
    size_t slot_capacity;
};

/* A chunk begins, in this turn. False: no memory. */
bool marks_begin(struct marks *marks, uint32_t chunk, uint32_t turn);
/* The next event of a chunk that was begun, which opens that turn. False: no memory. */
bool marks_open_turn(struct marks *marks, struct spot spot, enum phase phase, uint32_t turn);
/* The next event of a chunk that was begun. False: no memory. */
static inline bool marks_put(struct marks *marks, struct spot spot, enum phase phase, uint32_t turn)
{
    if (turn != marks->chunks[spot.chunk].turn)
        return marks_open_turn(marks, spot, phase, turn);
    marks->slots[(size_t)spot.chunk * MARKS_STRIDE + spot.slot] = (uint8_t)phase;
    return true;
}
void marks_free(struct marks *marks);

/* Of an event that was put. */
enum phase marks_phase(const struct marks *marks, struct spot spot);
uint32_t marks_turn(const struct marks *marks, struct spot spot);
/* Is its turn another than that of the event before it on its thread? */
bool marks_opens_turn(const struct marks *marks, struct spot spot);

#endif
