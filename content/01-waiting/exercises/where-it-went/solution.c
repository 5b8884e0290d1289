/* Both clocks around one call. */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int64_t ns(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* --- three calls that take their time; leave them as they are ----- */

static void think(void)
{
    int64_t begin = ns(CLOCK_THREAD_CPUTIME_ID);
    while (ns(CLOCK_THREAD_CPUTIME_ID) - begin < 10000000)
        continue;
}

static void rest(void)
{
    struct timespec time = {.tv_nsec = 100000000};
    nanosleep(&time, NULL);
}

static void *answer_later(void *arg)
{
    int *fd = arg;
    usleep(100000);
    if (write(*fd, "!", 1) != 1)
        perror("write");
    return NULL;
}

static void fetch(void)
{
    pthread_t server;
    int ends[2];
    char answer;
    if (pipe(ends) != 0 ||
        pthread_create(&server, NULL, answer_later, &ends[1]) != 0)
        return;
    if (read(ends[0], &answer, 1) != 1)
        perror("read");
    pthread_join(server, NULL);
    close(ends[0]);
    close(ends[1]);
}

static bool computes(void (*call)(void))
{
    int64_t wall = ns(CLOCK_MONOTONIC),
            cpu = ns(CLOCK_THREAD_CPUTIME_ID);
    call();
    wall = ns(CLOCK_MONOTONIC) - wall;
    cpu = ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
    return cpu * 100 > wall;
}

/* --- what is asked of it; leave it as it is ----------------------- */

/* What the surprise is this time: to think, or to rest. */
static bool secret;

static void surprise(void)
{
    if (secret)
        think();
    else
        rest();
}

static void tell(const char *name, void (*call)(void))
{
    printf("%s: %s\n", name, computes(call) ? "computed" : "waited");
}

int main(void)
{
    int right = 0;
    tell("think", think);
    tell("rest", rest);
    tell("fetch", fetch);
    secret = ns(CLOCK_MONOTONIC) / 1000 % 2 == 0;
    for (int i = 0; i < 2; i++) {
        right += computes(surprise) == secret;
        secret = !secret;
    }
    printf("surprises: %d of 2 right\n", right);
    return 0;
}
