/* engine/base/array: growth keeps what is there; absurd sizes change nothing. */
#include <stdint.h>
#include <stdlib.h>

#include "engine/base/array.h"
#include "tests/support/test.h"

Test(array, grows_one_by_one_and_keeps_the_items)
{
    int *items = NULL;
    size_t capacity = 0, growths = 0;

    for (size_t count = 0; count < 1000; count++) {
        size_t before = capacity;
        cr_assert(array_grow(&items, &capacity, count));
        growths += capacity != before;
        items[count] = (int)count;
    }
    for (int i = 0; i < 1000; i++)
        cr_assert_eq(items[i], i);
    cr_assert_leq(growths, 10, "capacity must double, not creep");
    free(items);
}

Test(array, what_cannot_be_had_changes_nothing)
{
    long *items = malloc(sizeof *items);
    size_t capacity = 1;
    long *before = items;

    items[0] = 7;
    cr_assert_not(array_reserve_bytes((void **)&items, &capacity, SIZE_MAX / sizeof *items + 1,
                                      sizeof *items));
    cr_assert_not(array_reserve_bytes((void **)&items, &capacity, SIZE_MAX, 1));
    cr_assert_eq(items, before);
    cr_assert_eq(capacity, 1);
    cr_assert_eq(items[0], 7);
    free(items);
}
