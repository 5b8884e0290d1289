/* A planted fault: a claim that is not true. */
#include "tests/support/test.h"

Test(planted, wrong)
{
    cr_assert_eq(1 + 1, 3);
}
