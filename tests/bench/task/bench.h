/* A benchmark is a function that does `n` operations and returns the ns that they took. Rows are
 * measured in interleaved rounds, so that a busy moment hits all of them; medians, and in brackets
 * the best and the worst, are shown. Where processors share a core with others, as in most virtual
 * machines, the median says what is left of a core while the neighbour computes, and the best what
 * all of it can do: half as much again. So look at the ratio to the floor, too. */
#ifndef ASYNCTUT_TASK_BENCH_H
#define ASYNCTUT_TASK_BENCH_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <uv.h>

enum { ROUNDS = 25 };

struct row {
    const char *name;
    uint64_t (*measure)(int n);
    int n;
    double target; /* ns; 0: this row is only told */
    bool is_floor; /* of the row that comes next */
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

__attribute__((unused)) static void show(const struct row *row, double ns, double floor)
{
    printf("%-42s %6.1f ns  (%.1f to %.1f)", row->name, ns, row->ns[0], row->ns[ROUNDS - 1]);
    if (floor > 0)
        printf("   %.2f of its floor", ns / floor);
    if (row->target > 0)
        printf("   target %g%s", row->target,
               ns <= row->target           ? ""
               : row->ns[0] <= row->target ? "   missed but by the best"
                                           : "   MISSED");
    putchar('\n');
}

__attribute__((unused)) static void bench(struct row *rows, size_t count)
{
    double floor = 0;

    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < count; i++)
            rows[i].ns[round] = (double)rows[i].measure(rows[i].n) / rows[i].n;
    for (size_t i = 0; i < count; i++) {
        double ns = median(&rows[i]);
        show(&rows[i], ns, floor);
        floor = rows[i].is_floor ? ns : 0;
    }
}

#endif
