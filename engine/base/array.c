/* Capacity doubles, so that adding n things costs n steps. The pointer is copied as bytes because
 * its true type is the caller's, and a void * object is not where it lies. */
#include "engine/base/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool array_reserve_bytes(void **items, size_t *capacity, size_t wanted, size_t item_size)
{
    void *old;

    if (wanted <= *capacity)
        return true;
    size_t size = *capacity ? *capacity : 8;
    while (size < wanted && size <= SIZE_MAX / 2)
        size *= 2;
    if (size < wanted || size > SIZE_MAX / item_size)
        return false;
    memcpy(&old, (const void *)items, sizeof old);
    void *grown = realloc(old, size * item_size);
    if (!grown)
        return false;
    memcpy((void *)items, &grown, sizeof grown);
    *capacity = size;
    return true;
}
