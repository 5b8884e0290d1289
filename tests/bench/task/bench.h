/* A benchmark is a function that does `n` operations and returns the ns that they took. Rows are
 * measured in interleaved rounds, so that a busy moment hits all of them; medians, and in brackets
 * the best and the worst, are shown. */
#ifndef ASYNCTUT_TASK_BENCH_H
#define ASYNCTUT_TASK_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <uv.h>

enum { ROUNDS = 9 };

struct row {
    const char *name;
    uint64_t (*measure)(int n);
    int n;
    double target; /* ns; 0: this row is a floor, or only told */
    double ns[ROUNDS];
};

/* The processor time of this thread, ns: what others do to a busy machine counts least in it. */
static uint64_t bench_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

__attribute__((unused)) static double median(struct row *row)
{
    qsort(row->ns, ROUNDS, sizeof row->ns[0], by_value);
    return row->ns[ROUNDS / 2];
}

__attribute__((unused)) static void bench(struct row *rows, size_t count)
{
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < count; i++)
            rows[i].ns[round] = (double)rows[i].measure(rows[i].n) / rows[i].n;
    for (size_t i = 0; i < count; i++) {
        double ns = median(&rows[i]);
        printf("%-48s %9.1f ns  (%.1f to %.1f)", rows[i].name, ns, rows[i].ns[0],
               rows[i].ns[ROUNDS - 1]);
        if (rows[i].target > 0)
            printf("   target %g%s", rows[i].target, ns <= rows[i].target ? "" : "   MISSED");
        putchar('\n');
    }
}

#endif
