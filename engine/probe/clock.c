/* The clocks that a program reads, moved back by the time for which it was stopped. A program that
 * was never stopped reads the machine's own clocks. Clocks of processor time are left alone: a
 * stopped thread uses none. */
#include <errno.h>
#include <sys/time.h>
#include <time.h>

#include "engine/event/record.h"
#include "engine/probe/gate.h"
#include "engine/probe/real.h"

REAL(clock_gettime);
REAL(gettimeofday);
REAL(time);

__attribute__((constructor(102))) static void use_real_clock(void)
{
    event_real_clock = real_clock_gettime;
}

static bool moves(clockid_t clock)
{
    return clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC_COARSE ||
           clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_RAW ||
           clock == CLOCK_BOOTTIME;
}

static void move_back(struct timespec *time, int64_t ns)
{
    int64_t whole = time->tv_sec * INT64_C(1000000000) + time->tv_nsec - ns;

    time->tv_sec = whole / 1000000000;
    time->tv_nsec = whole % 1000000000;
}

int clock_gettime(clockid_t clock, struct timespec *ret_time)
{
    int64_t now;
    int result;

    REAL_NOW(clock_gettime);
    if (__builtin_expect(!event_writer || !gate_controlled, 1))
        return real_clock_gettime(clock, ret_time);
    if (clock == CLOCK_MONOTONIC) { /* exact also while the clock stands */
        now = control_now(&event_writer->record->control);
        ret_time->tv_sec = now / 1000000000;
        ret_time->tv_nsec = now % 1000000000;
        return 0;
    }
    result = real_clock_gettime(clock, ret_time);
    if (!result && moves(clock))
        move_back(ret_time, control_lag(&event_writer->record->control));
    return result;
}

int gettimeofday(struct timeval *restrict ret_time, void *restrict zone)
{
    struct timespec now;

    REAL_NOW(gettimeofday);
    if (!event_writer || !gate_controlled)
        return real_gettimeofday(ret_time, zone);
    clock_gettime(CLOCK_REALTIME, &now);
    ret_time->tv_sec = now.tv_sec;
    ret_time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *ret_time)
{
    struct timespec now;

    REAL_NOW(time);
    if (!event_writer || !gate_controlled)
        return real_time(ret_time);
    clock_gettime(CLOCK_REALTIME, &now);
    if (ret_time)
        *ret_time = now.tv_sec;
    return now.tv_sec;
}
