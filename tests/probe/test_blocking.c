/* libc's blocking calls, each under every name that it has. */
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "tests/probe/calls.h"
#include "tests/probe/run.h"
#include "tests/support/test.h"

/* The program blocks `count` times on its first thread: in these calls, with these results. */
struct expected {
    enum blocking block;
    int64_t result;
};

static void check(int (*program)(void), const struct expected *expected, size_t count)
{
    struct run run = run_whole(program, NULL);
    uint32_t first = run_named(&run, "main");

    cr_assert_eq(run.status, 0);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(run_event(&run, EVENT_BLOCK, first, i)->object, expected[i].block);
        cr_assert_eq(run_event(&run, EVENT_BLOCK_END, first, i)->arg, expected[i].result);
    }
    cr_assert_eq(run_count(&run, EVENT_BLOCK, first), count);
    run_close(&run);
}

/* 3: what the program writes before it reads. */
Test(blocking, of_a_fortified_program_is_seen_like_any_other)
{
    static const struct expected expected[] = {{BLOCK_WRITE, 3}, {BLOCK_POLL, 1}, {BLOCK_POLL, 1},
                                               {BLOCK_READ, 1},  {BLOCK_RECV, 1}, {BLOCK_RECV, 1}};

    check(calls_fortified, expected, 6);
}

static sem_t turn;

static void *post_late(void *arg)
{
    uv_sleep(5);
    sem_post(&turn);
    return arg;
}

/* Taken once at once, which is not told, and once when the other thread gives it back. */
static int semaphore(void)
{
    pthread_t other;

    if (sem_init(&turn, 0, 1) || sem_wait(&turn) || pthread_create(&other, NULL, post_late, NULL) ||
        sem_wait(&turn) || pthread_join(other, NULL))
        return -1;
    return 0;
}

Test(blocking, in_a_semaphore_that_is_not_free)
{
    static const struct expected expected[] = {{BLOCK_LOCK, 0}, {BLOCK_JOIN, 0}};

    check(semaphore, expected, 2);
}

#ifndef __SANITIZE_ADDRESS__ /* which takes the frames that such a thread leaves for poisoned */
static void *cancelled_itself(void *arg)
{
    pthread_cancel(pthread_self());
    sem_wait(&turn);
    return arg;
}

/* POSIX: sem_wait() is a point of cancellation, also when it need not wait. */
static int cancelled(void)
{
    pthread_t other;
    void *result = NULL;
    int left;

    if (sem_init(&turn, 0, 1) || pthread_create(&other, NULL, cancelled_itself, NULL) ||
        pthread_join(other, &result) || sem_getvalue(&turn, &left))
        return -1;
    return result == PTHREAD_CANCELED && left == 1 ? 0 : -1;
}

Test(blocking, never_in_a_free_semaphore_of_a_cancelled_thread)
{
    static const struct expected expected[] = {{BLOCK_JOIN, 0}};

    check(cancelled, expected, 1);
}
#endif

static int messages(void)
{
    char byte;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) || sendto(ends[1], "a", 1, 0, NULL, 0) != 1 ||
        readv(ends[0], &part, 1) != 1 || sendmsg(ends[1], &message, 0) != 1 ||
        recvmsg(ends[0], &message, 0) != 1)
        return -1;
    close(ends[0]);
    close(ends[1]);
    return byte == 'a' ? 0 : -1;
}

Test(blocking, in_messages_and_parts)
{
    static const struct expected expected[] = {
        {BLOCK_SEND, 1}, {BLOCK_READ, 1}, {BLOCK_SEND, 1}, {BLOCK_RECV, 1}};

    check(messages, expected, 4);
}

static int numeric(void)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *found;
    int result = getaddrinfo("127.0.0.1", NULL, &hints, &found);

    if (result == 0)
        freeaddrinfo(found);
    return result;
}

Test(blocking, in_a_look_up_of_a_name)
{
    static const struct expected expected[] = {{BLOCK_DNS, 0}};

    check(numeric, expected, 1);
}

/* A stream reads once for all that it gives, and once more at the end. */
static int streams(void)
{
    char line[16], *got = NULL;
    size_t room = 0;
    FILE *reader;
    int ends[2], result = -1;

    if (pipe(ends) || write(ends[1], "one\ntwo\n3", 9) != 9 || !(reader = fdopen(ends[0], "r")))
        return -1;
    if (fgets(line, sizeof line, reader) && getline(&got, &room, reader) == 4 &&
        fgetc(reader) == '3' && write(ends[1], "ab", 2) == 2 && fgetc(reader) == 'a' &&
        fread(line, 1, 1, reader) == 1 && line[0] == 'b' && !close(ends[1]) && getc(reader) == EOF)
        result = 0;
    free(got);
    fclose(reader);
    return result;
}

Test(blocking, in_reads_of_stdio)
{
#ifdef __GLIBC__
    static const struct expected expected[] = {
        {BLOCK_WRITE, 9}, {BLOCK_READ, 9}, {BLOCK_WRITE, 2}, {BLOCK_READ, 2}, {BLOCK_READ, 0}};

    check(streams, expected, 5);
#endif
}

/* --- waits that end by themselves ------------------------------------------------------------- */

/* 2 ms from now. */
static struct timespec soon(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    time.tv_nsec += 2000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static int sleeps(void)
{
    struct timespec wait = {0, 2000000}, until = soon(CLOCK_MONOTONIC);

    return nanosleep(&wait, NULL) || clock_nanosleep(CLOCK_MONOTONIC, 0, &wait, NULL) ||
           clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) || usleep(2000) ||
           clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &wait, NULL) != EINVAL;
}

Test(blocking, in_sleeps_of_every_kind)
{
    static const struct expected expected[] = {{BLOCK_SLEEP, 0},
                                               {BLOCK_SLEEP, 0},
                                               {BLOCK_SLEEP, 0},
                                               {BLOCK_SLEEP, 0},
                                               {BLOCK_SLEEP, -EINVAL}};

    check(sleeps, expected, 5);
}

static int timed_waits(void)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    struct timespec by_wall = soon(CLOCK_REALTIME), by_monotonic = soon(CLOCK_MONOTONIC);
    sem_t none;

    pthread_mutex_lock(&mutex);
    if (pthread_cond_timedwait(&condition, &mutex, &by_wall) != ETIMEDOUT ||
        pthread_cond_clockwait(&condition, &mutex, CLOCK_MONOTONIC, &by_monotonic) != ETIMEDOUT)
        return -1;
    by_wall = soon(CLOCK_REALTIME);
    by_monotonic = soon(CLOCK_MONOTONIC);
    if (pthread_mutex_timedlock(&mutex, &by_wall) != ETIMEDOUT || sem_init(&none, 0, 0))
        return -1;
    if (sem_timedwait(&none, &by_wall) == 0 || errno != ETIMEDOUT ||
        sem_clockwait(&none, CLOCK_MONOTONIC, &by_monotonic) == 0 || errno != ETIMEDOUT)
        return -1;
    sem_post(&none);
    return sem_timedwait(&none, &by_wall) || pthread_mutex_unlock(&mutex); /* free at once */
}

Test(blocking, in_waits_with_a_time_limit)
{
    static const struct expected expected[] = {{BLOCK_CONDITION, -ETIMEDOUT},
                                               {BLOCK_CONDITION, -ETIMEDOUT},
                                               {BLOCK_LOCK, -ETIMEDOUT},
                                               {BLOCK_LOCK, -ETIMEDOUT},
                                               {BLOCK_LOCK, -ETIMEDOUT}};

    check(timed_waits, expected, 5);
}

static void on_alarm(int number)
{
    (void)number;
}

static _Atomic bool paused;

/* Again and again: one signal may come before the other thread waits for it. */
static void *wake(void *arg)
{
    while (!atomic_load(&paused)) {
        pthread_kill(*(pthread_t *)arg, SIGALRM);
        uv_sleep(1);
    }
    return NULL;
}

static int signals(void)
{
    pthread_t self = pthread_self(), other;
    struct timespec none = {0, 0};
    sigset_t mine, nothing;
    int number = 0;

    sigemptyset(&mine);
    sigemptyset(&nothing);
    sigaddset(&mine, SIGUSR2);
    signal(SIGALRM, on_alarm);
    pthread_sigmask(SIG_BLOCK, &mine, NULL);
    pthread_kill(self, SIGUSR2);
    if (sigwait(&mine, &number) || number != SIGUSR2)
        return -1;
    pthread_kill(self, SIGUSR2);
    if (sigwaitinfo(&mine, NULL) != SIGUSR2 || sigtimedwait(&mine, NULL, &none) != -1 ||
        errno != EAGAIN)
        return -1;
    pthread_kill(self, SIGUSR2);
    signal(SIGUSR2, on_alarm);
    if (sigsuspend(&nothing) != -1 || errno != EINTR)
        return -1;
    if (pthread_create(&other, NULL, wake, &self) || pause() != -1 || errno != EINTR)
        return -1;
    atomic_store(&paused, true);
    return pthread_join(other, NULL);
}

Test(blocking, in_waits_for_a_signal)
{
    static const struct expected expected[] = {{BLOCK_SIGNAL, 0},       {BLOCK_SIGNAL, SIGUSR2},
                                               {BLOCK_SIGNAL, -EAGAIN}, {BLOCK_SIGNAL, -EINTR},
                                               {BLOCK_SIGNAL, -EINTR},  {BLOCK_JOIN, 0}};

    check(signals, expected, 6);
}

static int children(void)
{
    struct rusage usage;
    siginfo_t info;
    int status;

    if (wait3(&status, 0, &usage) != -1 || errno != ECHILD || wait4(-1, &status, 0, &usage) != -1 ||
        errno != ECHILD || waitid(P_ALL, 0, &info, WEXITED) != -1 || errno != ECHILD)
        return -1;
    return system("exit 3") == 3 << 8 && pclose(popen("exit 3", "r")) == 3 << 8 ? 0 : -1;
}

Test(blocking, in_waits_for_children)
{
    static const struct expected expected[] = {{BLOCK_WAITPID, -ECHILD},
                                               {BLOCK_WAITPID, -ECHILD},
                                               {BLOCK_WAITPID, -ECHILD},
                                               {BLOCK_WAITPID, 3 << 8},
                                               {BLOCK_WAITPID, 3 << 8}};

    check(children, expected, 5);
}

static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t both;

static void *hold_for_a_while(void *arg)
{
    pthread_rwlock_wrlock(&shared);
    pthread_barrier_wait(&both);
    uv_sleep(5);
    pthread_rwlock_unlock(&shared);
    return arg;
}

static int others(void)
{
    struct timespec none = {0, 0};
    pthread_t other;

    if (pselect(0, NULL, NULL, NULL, &none, NULL) || pthread_barrier_init(&both, NULL, 2) ||
        pthread_create(&other, NULL, hold_for_a_while, NULL))
        return -1;
    pthread_barrier_wait(&both);
    if (pthread_rwlock_rdlock(&shared) || pthread_rwlock_unlock(&shared))
        return -1;
    return pthread_join(other, NULL);
}

static bool has(const struct run *run, enum blocking block, size_t times)
{
    uint32_t first = run_named(run, "main");
    size_t count = 0;

    for (size_t i = 0; i < run_count(run, EVENT_BLOCK, first); i++)
        count += run_event(run, EVENT_BLOCK, first, i)->object == block;
    return count == times;
}

Test(blocking, in_pselect_at_a_barrier_and_in_a_lock_for_readers)
{
    struct run run = run_whole(others, NULL);

    cr_assert_eq(run.status, 0);
    cr_assert(has(&run, BLOCK_POLL, 1));
    cr_assert(has(&run, BLOCK_CONDITION, 1));
    cr_assert(has(&run, BLOCK_LOCK, 1));
    run_close(&run);
}
