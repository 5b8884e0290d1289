/* An event loop in fifty lines: a list of timers, a list of
 * descriptors, and one poll(2). It lacks everything that makes a loop
 * fast, and has everything that makes it a loop. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/05-event-loop/acts.h"
#include "engine/event/stage.h"

/* region state */
enum { MOST = 8 };

struct toy_loop {
    struct toy_timer {
        uint64_t due; /* ms */
        void (*callback)(struct toy_loop *loop);
    } timers[MOST];
    struct pollfd watched[MOST];
    void (*readable[MOST])(struct toy_loop *loop, int fd);
    int timer_count, watched_count;
    uint64_t now; /* the clock, copied once a turn */
};

static uint64_t clock_ms(void)
{
    return uv_hrtime() / 1000000;
}
/* end */

/* region due */
static void run_timers(struct toy_loop *loop)
{
    for (int i = 0; i < loop->timer_count; i++)
        if (loop->timers[i].due <= loop->now) {
            struct toy_timer timer = loop->timers[i];
            /* Off the list: the last one takes its place. */
            loop->timers[i--] = loop->timers[--loop->timer_count];
            timer.callback(loop);
        }
}
/* end */

/* region sleep */
/* How long poll may sleep: to the next timer; -1 is for ever. */
static int time_to_sleep(const struct toy_loop *loop)
{
    int sleep = -1;
    for (int i = 0; i < loop->timer_count; i++) {
        uint64_t due = loop->timers[i].due;
        int left = due > loop->now ? (int)(due - loop->now) : 0;
        if (sleep < 0 || left < sleep)
            sleep = left;
    }
    return sleep;
}
/* end */

/* region round */
static void run_readers(struct toy_loop *loop)
{
    for (int i = loop->watched_count - 1; i >= 0; i--)
        if (loop->watched[i].revents)
            loop->readable[i](loop, loop->watched[i].fd);
}

static bool has_something(const struct toy_loop *loop)
{
    return loop->timer_count > 0 || loop->watched_count > 0;
}

static void toy_run(struct toy_loop *loop)
{
    while (has_something(loop)) { /* one turn */
        loop->now = clock_ms();
        run_timers(loop);
        int sleep = has_something(loop) ? time_to_sleep(loop) : 0;
        if (poll(loop->watched, loop->watched_count, sleep) > 0)
            run_readers(loop);
    }
}
/* end */

static void after(struct toy_loop *loop, unsigned ms,
                  void (*callback)(struct toy_loop *loop))
{
    loop->timers[loop->timer_count++] =
        (struct toy_timer){loop->now + ms, callback};
}

/* region callbacks */
static int sender; /* the socket's other end */

static void tick(struct toy_loop *loop)
{
    (void)loop;
    stage_say("tick: 30 ms have passed");
}

static void post(struct toy_loop *loop)
{
    (void)loop;
    stage_say("post: 60 ms have passed, sends a letter");
    send(sender, "letter", 6, MSG_NOSIGNAL);
}

static void letter(struct toy_loop *loop, int fd)
{
    char text[16];
    int n = (int)recv(fd, text, sizeof text, 0);
    stage_say("letter: %d bytes, and nothing left to wait for", n);
    loop->watched_count = 0;
}
/* end */

/* region use */
int toy_loop_run(void)
{
    struct toy_loop loop = {.now = clock_ms()};
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    sender = ends[1];
    after(&loop, 60, post);
    after(&loop, 30, tick);
    loop.watched[0] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    loop.readable[0] = letter;
    loop.watched_count = 1;
    toy_run(&loop);
    close(ends[0]);
    close(ends[1]);
    return 0;
}
/* end */
