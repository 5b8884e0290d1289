/* What calls cost in a program that knows nothing of the probe: one line a call, its name, then ns
 * each as it is in its library and as the program calls it, medians. The bench runs it with the
 * probe preloaded, recorded and not. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <uv.h>

enum { ROUNDS = 15, CALLS = 40000 };

/* The functions as they are, past whatever is preloaded. */
static int (*real_clock)(clockid_t, struct timespec *);
static int (*real_stop)(uv_timer_t *);
static int (*real_start)(uv_timer_t *, uv_timer_cb, uint64_t, uint64_t);
static int (*real_lock)(pthread_mutex_t *), (*real_unlock)(pthread_mutex_t *);

static uv_timer_t timer;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void never(uv_timer_t *handle)
{
    (void)handle;
}

static double now_ns(void)
{
    struct timespec time;

    real_clock(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

#define MEASURE(name, ...)                 \
    static double name(void)               \
    {                                      \
        double begin = now_ns();           \
        struct timespec time;              \
                                           \
        (void)time;                        \
        for (int i = 0; i < CALLS; i++) {  \
            __VA_ARGS__;                   \
        }                                  \
        return (now_ns() - begin) / CALLS; \
    }

MEASURE(bare_clock, real_clock(CLOCK_MONOTONIC, &time))
MEASURE(called_clock, clock_gettime(CLOCK_MONOTONIC, &time))
MEASURE(bare_stop, real_stop(&timer))
MEASURE(called_stop, uv_timer_stop(&timer))
MEASURE(bare_start, real_start(&timer, never, 1000, 0))
MEASURE(called_start, uv_timer_start(&timer, never, 1000, 0))
MEASURE(bare_mutex, real_lock(&mutex), real_unlock(&mutex))
MEASURE(called_mutex, pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex))

static const struct {
    const char *name;
    double (*bare)(void), (*called)(void);
} calls[] = {
    {"clock_gettime", bare_clock, called_clock},
    {"uv_timer_stop", bare_stop, called_stop},
    {"uv_timer_start", bare_start, called_start},
    {"pthread_mutex", bare_mutex, called_mutex},
};
enum { KINDS = sizeof calls / sizeof calls[0] };

static void look_up(void *library, const char *name, void *ret_function)
{
    *(void **)ret_function = library ? dlsym(library, name) : NULL;
    if (!*(void **)ret_function)
        exit(1);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, by_value);
    return values[ROUNDS / 2];
}

int main(void)
{
    static double bare[KINDS][ROUNDS], called[KINDS][ROUNDS];
    void *libuv = dlopen("libuv.so.1", RTLD_LAZY), *libc = dlopen("libc.so.6", RTLD_LAZY);
    uv_loop_t *loop = uv_default_loop();

    look_up(libc, "clock_gettime", &real_clock);
    look_up(libc, "pthread_mutex_lock", &real_lock);
    look_up(libc, "pthread_mutex_unlock", &real_unlock);
    look_up(libuv, "uv_timer_stop", &real_stop);
    look_up(libuv, "uv_timer_start", &real_start);
    uv_timer_init(loop, &timer);
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < (int)KINDS; i++) {
            bare[i][round] = calls[i].bare();
            called[i][round] = calls[i].called();
        }
    for (int i = 0; i < (int)KINDS; i++)
        printf("%s %.1f %.1f\n", calls[i].name, median(bare[i]), median(called[i]));
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    return uv_loop_close(loop);
}
