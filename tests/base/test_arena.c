/* engine/base/arena: pieces do not overlap, are aligned, and absurd sizes fail for good. */
#include <stdint.h>
#include <string.h>

#include "engine/base/arena.h"
#include "tests/support/test.h"

Test(arena, pieces_are_aligned_and_keep_their_contents)
{
    struct arena arena = {0};
    char *pieces[2000];

    for (size_t i = 0; i < 2000; i++) {
        pieces[i] = arena_alloc(&arena, i + 1);
        cr_assert_not_null(pieces[i]);
        cr_assert_eq((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        memset(pieces[i], (int)(i % 251), i + 1);
    }
    for (size_t i = 0; i < 2000; i++)
        for (size_t j = 0; j <= i; j++)
            cr_assert_eq((unsigned char)pieces[i][j], i % 251);
    arena_free(&arena);
    cr_assert_null(arena.blocks);
}

Test(arena, a_piece_larger_than_a_block_gets_its_own)
{
    struct arena arena = {0};

    char *large = arena_alloc(&arena, 5000000);
    memset(large, 'x', 5000000);
    char *copy = arena_copy(&arena, "hello", 5);
    cr_assert_str_eq(copy, "hello");
    cr_assert_eq(large[4999999], 'x');
    arena_free(&arena);
}

Test(arena, zeroed_memory_is_zero_even_where_it_was_used_before)
{
    struct arena arena = {0};

    int *numbers = arena_zeroed(&arena, 1000, sizeof *numbers);
    for (int i = 0; i < 1000; i++)
        cr_assert_eq(numbers[i], 0);
    arena_free(&arena);
}

Test(arena, an_overflow_fails_and_so_does_everything_after_it)
{
    struct arena arena = {0};

    cr_assert_not_null(arena_alloc(&arena, 1));
    cr_assert_null(arena_zeroed(&arena, SIZE_MAX / 2, 8));
    cr_assert(arena.failed);
    cr_assert_null(arena_alloc(&arena, 1));
    arena_free(&arena);
    cr_assert_not(arena.failed);
    cr_assert_null(arena_alloc(&arena, SIZE_MAX));
    cr_assert_null(arena_copy(&arena, "x", SIZE_MAX));
    arena_free(&arena);
}
