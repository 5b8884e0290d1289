/* A table from numbers to numbers, made for keys that are already well mixed or addresses. */
#ifndef ASYNCTUT_TRACE_NUMBERS_H
#define ASYNCTUT_TRACE_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

struct numbers {
    struct number {
        uint64_t key, value; /* key 0: free */
    } * slots;
    size_t count, capacity; /* capacity: a power of two */
};

/* The value of a key, which is 0 if the key is new; valid until the next call. NULL: no memory. Key
 * 0 counts as 1. */
uint64_t *numbers_at(struct numbers *numbers, uint64_t key);
/* NULL if the key was never asked for by numbers_at(). */
uint64_t *numbers_find(const struct numbers *numbers, uint64_t key);
void numbers_free(struct numbers *numbers);

/* Every bit of the result depends on every bit of the number. */
uint64_t numbers_mix(uint64_t number);

#endif
