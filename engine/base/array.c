/* Capacity doubles, so that adding n things costs n steps. The pointer is copied as bytes because
 * its true type is the caller's, and a void * object is not where it lies. */
#include "engine/base/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LARGE = 4 << 20, PAGE = 4096 };

/* First touching 40 MB page by page takes longer than filling it. Only advice: no error matters. */
static void ask_for_huge_pages(void *items, size_t bytes)
{
    uintptr_t begin = ((uintptr_t)items + PAGE - 1) / PAGE * PAGE;

    if (bytes >= LARGE)
        madvise((void *)begin, bytes - PAGE, MADV_HUGEPAGE);
}

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
    ask_for_huge_pages(grown, size * item_size);
    *capacity = size;
    return true;
}
