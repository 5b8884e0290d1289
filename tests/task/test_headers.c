/* The headers are the contract, so they are read: every public function is explained and says
 * whether it parks, and every one that does has a row in the matrix. */
#include "tests/support/test.h"
#include "tests/task/headers.h"
#include "tests/task/rows_try.h"

static struct public_function functions[FUNCTIONS_MAX];

static bool has_row(const char *name)
{
    for (const struct row *const *table = row_tables; *table; table++)
        for (const struct row *row = *table; row->call; row++)
            if (strcmp(row->call, name) == 0)
                return true;
    return false;
}

static const struct public_function *find(const char *name, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}

Test(headers, every_public_function_is_explained_and_says_whether_it_parks)
{
    static const char *const faults[] = {[SAYS_NOTHING] = "does not say whether it parks",
                                         [SAYS_BOTH] = "says that it parks and that it does not"};
    size_t n = read_headers(TASK_FOLDER, functions);
    int found = 0;

    cr_assert_gt(n, 90);
    for (size_t i = 0; i < n; i++) {
        const struct public_function *function = &functions[i];
        const char *fault = function->explained ? faults[function->parking] : "has no comment";
        if (fault)
            fprintf(stderr, "%s: %s %s\n", function->header, function->name, fault);
        found += fault != NULL;
    }
    cr_assert_eq(found, 0);
}

Test(headers, every_function_that_parks_has_a_row_and_no_other)
{
    size_t n = read_headers(TASK_FOLDER, functions);

    for (size_t i = 0; i < n; i++)
        if (functions[i].parking == PARKS)
            cr_assert(has_row(functions[i].name), "%s: %s has no row in the matrix",
                      functions[i].header, functions[i].name);
    for (const struct row *const *table = row_tables; *table; table++)
        for (const struct row *row = *table; row->call; row++) {
            const struct public_function *function = find(row->call, n);
            cr_assert_not_null(function, "there is no %s", row->call);
            cr_assert_eq(function->parking, PARKS, "%s has a row, but does not park", row->call);
        }
}
