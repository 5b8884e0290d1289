/* Turns grow by one at a time, so a bit at the event that opens one says as much as its number: a
 * number is what the last base says and the bits behind it, counted. A base stands at the beginning
 * of a chunk, where the number jumps (another loop is run, or none), and every so many slots, which
 * keeps counting short. */
#include "engine/trace/marks.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"

enum { BASE_EVERY = 256 };
static_assert(PHASES <= MARK_PHASE + 1, "a phase fits its bits");

struct base {
    uint32_t slot, turn; /* the turn before that slot, modulo 2^32 */
};

static bool add_base(struct chunk_marks *chunk, uint32_t slot, uint32_t turn)
{
    if (!array_grow(&chunk->bases, &chunk->capacity, chunk->count))
        return false;
    chunk->bases[chunk->count++] = (struct base){slot, turn};
    return true;
}

static uint8_t *slots_of(const struct marks *marks, uint32_t chunk)
{
    return marks->slots + (size_t)chunk * MARKS_STRIDE;
}

bool marks_begin(struct marks *marks, uint32_t chunk, uint32_t turn)
{
    if (!array_reserve_bytes((void **)&marks->chunks, &marks->capacity, (size_t)chunk + 1,
                             sizeof *marks->chunks) ||
        !array_reserve_bytes((void **)&marks->slots, &marks->slot_capacity,
                             ((size_t)chunk + 1) * MARKS_STRIDE, 1))
        return false;
    while (marks->count <= chunk)
        marks->chunks[marks->count++] = (struct chunk_marks){0};
    memset(slots_of(marks, chunk), 0, MARKS_STRIDE);
    marks->chunks[chunk].turn = turn;
    return add_base(&marks->chunks[chunk], 0, turn);
}

bool marks_open_turn(struct marks *marks, struct spot spot, enum phase phase, uint32_t turn)
{
    struct chunk_marks *chunk = &marks->chunks[spot.chunk];
    uint32_t base = chunk->bases[chunk->count - 1].slot, before = chunk->turn;

    chunk->turn = turn;
    slots_of(marks, spot.chunk)[spot.slot] = (uint8_t)((uint8_t)phase | MARK_OPENS);
    if (turn == before + 1 && spot.slot - base < BASE_EVERY)
        return true;
    return add_base(chunk, spot.slot, turn - 1); /* it opens one */
}

void marks_free(struct marks *marks)
{
    for (size_t i = 0; i < marks->count; i++)
        free(marks->chunks[i].bases);
    free(marks->chunks);
    free(marks->slots);
    *marks = (struct marks){0};
}

enum phase marks_phase(const struct marks *marks, struct spot spot)
{
    return (enum phase)(slots_of(marks, spot.chunk)[spot.slot] & MARK_PHASE);
}

bool marks_opens_turn(const struct marks *marks, struct spot spot)
{
    return slots_of(marks, spot.chunk)[spot.slot] & MARK_OPENS;
}

static const struct base *base_at(const struct chunk_marks *chunk, uint32_t slot)
{
    size_t low = 1, high = chunk->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (chunk->bases[middle].slot <= slot)
            low = middle + 1;
        else
            high = middle;
    }
    return &chunk->bases[low - 1];
}

/* Marks that open a turn from one slot up to, but not including, another: eight at a time. */
static uint32_t count_opens(const uint8_t *slots, uint32_t from, uint32_t to)
{
    uint32_t count = 0;

    for (; to - from >= 8; from += 8) {
        uint64_t eight;

        memcpy(&eight, slots + from, sizeof eight);
        eight = eight >> 7 & UINT64_C(0x0101010101010101);
        count += (uint32_t)(eight * UINT64_C(0x0101010101010101) >> 56);
    }
    for (; from < to; from++)
        count += slots[from] / MARK_OPENS;
    return count;
}

uint32_t marks_turn(const struct marks *marks, struct spot spot)
{
    const struct base *base = base_at(&marks->chunks[spot.chunk], spot.slot);

    return base->turn + count_opens(slots_of(marks, spot.chunk), base->slot, spot.slot + 1);
}
