/* A planted fault: memory that nobody frees. */
#include "tests/support/test.h"

static void *volatile kept;

Test(planted, leak)
{
    kept = malloc(64);
    cr_assert_not_null(kept);
    kept = NULL;
}
