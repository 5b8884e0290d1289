/* Addresses of this very program to its lines. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/trace/symbols.h"
#include "tests/support/test.h"

static struct symbols *symbols;

static void open_it(void)
{
    cr_assert_eq(symbols_open(&symbols), 0);
}

static void close_it(void)
{
    symbols_close(symbols);
}

static __attribute__((noinline)) uint64_t here(void)
{
    return (uint64_t)(uintptr_t)__builtin_return_address(0);
}

static __attribute__((noinline)) uint64_t call_here(int *ret_line)
{
    uint64_t address;

    *ret_line = __LINE__ + 1;
    address = here();
    __asm__ volatile("" : : "r"(address)); /* not a tail call */
    return address;
}

Test(symbols, find_the_line_of_a_call, .init = open_it, .fini = close_it)
{
    struct place place;
    int line;
    uint64_t address = call_here(&line);

    symbols_wait(symbols, address, true, &place);
    cr_assert_str_eq(place.function, "call_here");
    cr_assert_str_eq(place.file, "test_symbols.c");
    cr_assert_not_null(strstr(place.path, "tests/trace/test_symbols.c"));
    cr_assert_eq(place.line, line);
}

Test(symbols, find_a_function_by_its_own_address, .init = open_it, .fini = close_it)
{
    struct place place;

    symbols_wait(symbols, (uint64_t)(uintptr_t)here, false, &place);
    cr_assert_str_eq(place.function, "here");
    cr_assert_gt(place.line, 0);
}

Test(symbols, a_first_question_does_not_wait, .init = open_it, .fini = close_it)
{
    struct place place, again;
    uint64_t address = (uint64_t)(uintptr_t)close_it;

    symbols_find(symbols, address, false, &place); /* may be known by now, most likely is not */
    symbols_wait(symbols, address, false, &place);
    cr_assert(symbols_find(symbols, address, false, &again));
    cr_assert_str_eq(again.function, "close_it");
    cr_assert_eq(again.function, place.function, "strings stay where they are");
}

Test(symbols, an_address_that_lies_nowhere_is_unknown, .init = open_it, .fini = close_it)
{
    struct place place;

    symbols_wait(symbols, 42, true, &place);
    cr_assert_str_eq(place.function, "?");
    cr_assert_str_eq(place.file, "");
    cr_assert_eq(place.line, 0);
    cr_assert(symbols_find(symbols, 0, true, &place), "nothing to look up");
    cr_assert_str_eq(place.function, "?");
}

Test(symbols, find_functions_of_libraries, .init = open_it, .fini = close_it)
{
    struct place place;

    symbols_wait(symbols, (uint64_t)(uintptr_t)pthread_create, false, &place);
    cr_assert_not_null(strstr(place.function, "pthread_create"));
}

Test(symbols, may_be_closed_with_questions_open)
{
    struct place place;

    cr_assert_eq(symbols_open(&symbols), 0);
    for (uint64_t i = 1; i < 200; i++)
        symbols_find(symbols, (uint64_t)(uintptr_t)here + i, false, &place);
    symbols_close(symbols);
    symbols_close(NULL);
}

Test(symbols, a_table_knows_what_it_was_given)
{
    static const struct symbol table[] = {
        {0x1000, {.function = "play", .path = "chapters/03\x1b[1m/chess.c", .line = 27}},
        {0x2000, {.function = "crunch"}},
    };
    struct place place;

    cr_assert_eq(symbols_open_table(table, 2, &symbols), 0);
    cr_assert(symbols_find(symbols, 0x1001, true, &place));
    cr_assert_str_eq(place.function, "play");
    cr_assert_str_eq(place.file, "chess.c");
    cr_assert_str_eq(place.path, "chapters/03\\x1b[1m/chess.c");
    cr_assert_eq(place.line, 27);
    cr_assert(symbols_find(symbols, 0x3000, false, &place));
    cr_assert_str_eq(place.function, "?");
    symbols_close(symbols);
}
