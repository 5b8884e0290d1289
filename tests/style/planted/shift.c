/* A planted fault: a shift that the language does not define. */
#include "tests/support/test.h"

static volatile int places = 40;

Test(planted, shift)
{
    volatile int result = 1 << places;

    cr_assert_eq(result, result);
}
