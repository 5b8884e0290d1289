/* How to end a loop with handles on it: walk over them, close each, run
 * until the close callbacks have run, close the loop. One act asks
 * uv_loop_close() after each step what it thinks. The other closes a
 * socket that still has something to write. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/06-handles/acts.h"
#include "engine/event/stage.h"

enum { GUESTS = 3, WRITES = 3, PAGE_BYTES = 4 << 20 };

struct guest {
    uv_timer_t timer;
    int number;
};

struct letter {
    uv_pipe_t out;
    uv_write_t writes[WRITES];
};

/* region recipe */
/* From here on nobody else uses the memory. */
static void gone(uv_handle_t *handle)
{
    struct guest *guest = handle->data;
    stage_say("close callback of guest %d: free", guest->number);
    free(guest);
}

static void send_home(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle)) /* to close twice is a mistake */
        uv_close(handle, gone);
}

static void end(uv_loop_t *loop)
{
    uv_walk(loop, send_home, NULL);
    uv_run(loop, UV_RUN_DEFAULT); /* the close callbacks run here */
}
/* end */

static void on_timer(uv_timer_t *timer)
{
    struct guest *guest = timer->data;
    stage_say("guest %d has had enough, and stops the loop",
              guest->number);
    uv_stop(timer->loop); /* stops the run; closes nothing */
}

static int invite(uv_loop_t *loop)
{
    static const char *const names[GUESTS] = {"guest 1", "guest 2",
                                              "guest 3"};
    for (int i = 1; i <= GUESTS; i++) {
        struct guest *guest = malloc(sizeof *guest);
        if (!guest)
            return UV_ENOMEM;
        guest->number = i;
        uv_timer_init(loop, &guest->timer);
        stage_name(&guest->timer, names[i - 1]);
        guest->timer.data = guest;
        uv_timer_start(&guest->timer, on_timer, 20 * (unsigned)i, 0);
    }
    return 0;
}

static int ask(uv_loop_t *loop, const char *when)
{
    int r = uv_loop_close(loop);
    stage_say("%s: uv_loop_close says %s", when,
              r == 0 ? "0" : uv_err_name(r));
    return r;
}

/* region steps */
int clean_end_recipe(void)
{
    uv_loop_t loop;
    int r = uv_loop_init(&loop);
    if (r < 0)
        return r;
    r = invite(&loop);
    uv_run(&loop, UV_RUN_DEFAULT);
    ask(&loop, "stopped");
    end(&loop);
    int closed = ask(&loop, "closed and run");
    return r < 0 ? r : closed;
}
/* end */

static void on_written(uv_write_t *write, int status)
{
    (void)write;
    stage_say("called back with %s",
              status == 0 ? "0" : uv_err_name(status));
}

static void on_closed(uv_handle_t *out)
{
    (void)out;
    stage_say("the close callback of the socket");
}

/* Nobody reads at the far end, so the first page fills the kernel's
 * buffer, and the others wait behind it. */
static void write_pages(struct letter *letter)
{
    static const char *const names[WRITES] = {"write 1", "write 2",
                                              "write 3"};
    static char page[PAGE_BYTES];
    uv_buf_t buffer = uv_buf_init(page, sizeof page);

    for (int i = 0; i < WRITES; i++) {
        uv_write(&letter->writes[i], (uv_stream_t *)&letter->out,
                 &buffer, 1, on_written);
        stage_name(&letter->writes[i], names[i]);
    }
}

int clean_end_queued_writes(void)
{
    struct letter letter;
    uv_loop_t loop;
    int ends[2];
    int r = uv_loop_init(&loop);
    if (r < 0)
        return r;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    uv_pipe_init(&loop, &letter.out, 0);
    stage_name(&letter.out, "socket");
    uv_pipe_open(&letter.out, ends[0]);
    write_pages(&letter);
    uv_close((uv_handle_t *)&letter.out, on_closed);
    stage_say("uv_close has returned; none has called back");
    uv_run(&loop, UV_RUN_DEFAULT);
    close(ends[1]);
    return uv_loop_close(&loop);
}
