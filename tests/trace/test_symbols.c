/* Addresses of this very program to its lines. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/event/module.h"
#include "engine/trace/demangle.h"
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

/* --- what another compiler made --------------------------------------------------------------- */

static char folder[64];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/asynctut-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -r %s", folder);
    cr_assert_eq(system(command), 0);
}

/* Compiles two files into one program without an index of its units; false if there is no clang. */
static bool compile(void)
{
    char command[600];

    snprintf(command, sizeof command,
             "cd %s && printf 'int other(void)\\n{\\n    return 1;\\n}\\n' > other.c && "
             "printf '\\n\\nint other(void);\\nint main(void)\\n{\\n    return other();\\n}\\n' > "
             "main.c "
             "&& clang -g -gno-pubnames main.c other.c -o program 2>/dev/null",
             folder);
    return system("clang --version > /dev/null 2>&1") == 0 && system(command) == 0;
}

static uint64_t address_of(const char *function)
{
    unsigned long long address = 0;
    char command[128];

    snprintf(command, sizeof command, "nm %s/program | grep ' T %s$'", folder, function);
    FILE *out = popen(command, "r");
    cr_assert_not_null(out);
    cr_assert_eq(fscanf(out, "%llx", &address), 1);
    pclose(out);
    return address;
}

Test(symbols, clang_programs_have_lines_too, .init = make_folder, .fini = remove_folder,
     .timeout = 60)
{
    static struct module_map map;
    struct place place;

    if (!compile())
        return;
    map.items[0] = (struct module){.start = 0x10000000, .end = 0x20000000, .bias = 0x10000000};
    snprintf(map.items[0].path, sizeof map.items[0].path, "%s/program", folder);
    atomic_store(&map.count, 1);
    cr_assert_eq(symbols_open_modules(&map, &symbols), 0);
    symbols_wait(symbols, 0x10000000 + address_of("main"), false, &place);
    cr_assert_str_eq(place.function, "main");
    cr_assert_str_eq(place.file, "main.c");
    cr_assert_eq(place.line, 5);
    cr_assert_eq(strncmp(place.path, folder, strlen(folder)), 0, "%s", place.path);
    symbols_wait(symbols, 0x10000000 + address_of("other"), false, &place);
    cr_assert_str_eq(place.file, "other.c");
    cr_assert_eq(place.line, 2);
    symbols_close(symbols);
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

Test(symbols, names_of_c_plus_plus_are_as_they_were_written)
{
    static const char *const names[][2] = {
        {"_ZN4node10HandleWrap7OnCloseEP11uv_handle_s", "node::HandleWrap::OnClose"},
        {"_ZN4node14ConnectionWrapINS_7TCPWrapE8uv_tcp_sE12OnConnectionEP11uv_stream_si",
         "node::ConnectionWrap<node::TCPWrap, uv_tcp_s>::OnConnection"},
        {"_ZNK3foo3barEv", "foo::bar"},
        {"_ZN3fooclEi", "foo::operator()"},
        {"main", "main"},
        {"_Zwrong", "_Zwrong"},
        {"", ""},
    };
    char room[100], small[10];
    bool readable = dlopen("libstdc++.so.6", RTLD_LAZY) || dlopen("libc++abi.so.1", RTLD_LAZY);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_assert_str_eq(demangle(names[i][0], room, sizeof room), names[i][readable ? 1 : 0]);
    if (readable)
        cr_assert_str_eq(demangle(names[0][0], small, sizeof small), "node::Han");
}
