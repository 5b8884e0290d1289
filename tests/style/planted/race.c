/* A planted fault: two threads that count without a lock. */
#include <pthread.h>

#include "tests/support/test.h"

static long count;

static void *counts(void *unused)
{
    for (int i = 0; i < 1000; i++)
        count++;
    return unused;
}

Test(planted, race)
{
    pthread_t other;

    cr_assert_eq(pthread_create(&other, NULL, counts, NULL), 0);
    counts(NULL);
    pthread_join(other, NULL);
    cr_assert_gt(count, 0);
}
