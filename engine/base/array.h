/* Growable arrays without a type of their own: a pointer, a count and a capacity that the owner
 * declares side by side. array_grow() returns false, and changes nothing, when memory runs out. */
#ifndef ASYNCTUT_ARRAY_H
#define ASYNCTUT_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

bool array_reserve_bytes(void **items, size_t *capacity, size_t wanted, size_t item_size);

/* Room for one more: array_grow(&items, &capacity, count) */
#define array_grow(items, capacity, count) \
    array_reserve_bytes((void **)(items), (capacity), (count) + 1, sizeof **(items))

#define array_length(a) (sizeof(a) / sizeof((a)[0]))

#endif
