/* Open addressing in a table that is never more than half full. */
#include "engine/trace/numbers.h"

#include <stdbool.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

/* The finalizer of MurmurHash3, by Austin Appleby. */
uint64_t numbers_mix(uint64_t number)
{
    number = (number ^ number >> 33) * UINT64_C(0xff51afd7ed558ccd);
    number = (number ^ number >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return number ^ number >> 33;
}

static struct number *slot_of(const struct numbers *numbers, uint64_t key)
{
    size_t at = numbers_mix(key) & (numbers->capacity - 1);

    while (numbers->slots[at].key && numbers->slots[at].key != key)
        at = (at + 1) & (numbers->capacity - 1);
    return &numbers->slots[at];
}

static bool grow(struct numbers *numbers)
{
    struct numbers grown = {.count = numbers->count,
                            .capacity = numbers->capacity ? numbers->capacity * 2 : FIRST_CAPACITY};

    grown.slots = calloc(grown.capacity, sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (size_t i = 0; i < numbers->capacity; i++)
        if (numbers->slots[i].key)
            *slot_of(&grown, numbers->slots[i].key) = numbers->slots[i];
    free(numbers->slots);
    *numbers = grown;
    return true;
}

uint64_t *numbers_at(struct numbers *numbers, uint64_t key)
{
    struct number *slot;

    if (numbers->count * 2 >= numbers->capacity && !grow(numbers))
        return NULL;
    slot = slot_of(numbers, key ? key : 1);
    if (!slot->key) {
        slot->key = key ? key : 1;
        numbers->count++;
    }
    return &slot->value;
}

uint64_t *numbers_find(const struct numbers *numbers, uint64_t key)
{
    struct number *slot = numbers->capacity ? slot_of(numbers, key ? key : 1) : NULL;

    return slot && slot->key ? &slot->value : NULL;
}

void numbers_free(struct numbers *numbers)
{
    free(numbers->slots);
    *numbers = (struct numbers){0};
}
