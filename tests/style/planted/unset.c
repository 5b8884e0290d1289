/* A planted fault: a decision on memory that was never set. */
#include "tests/support/test.h"

Test(planted, unset)
{
    volatile char *memory = malloc(1);

    cr_assert_not_null((void *)memory);
    if (memory[0] == 'x')
        fputs("x\n", stderr);
    free((void *)memory);
}
