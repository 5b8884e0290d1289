/* libc's blocking calls, each under every name that it has. */
#include <netdb.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
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
