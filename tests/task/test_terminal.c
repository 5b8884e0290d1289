/* Terminals as streams, over a pseudo-terminal whose other side the test holds. Virtual time. */
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "engine/task/task_scope.h"
#include "engine/task/task_stream.h"
#include "tests/task/support.h"

static int master, slave;
static struct task_stream *terminal;

static void open_terminal(void)
{
    master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    cr_assert_geq(master, 0);
    cr_assert_eq(grantpt(master), 0);
    cr_assert_eq(unlockpt(master), 0);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    cr_assert_geq(slave, 0);
    cr_assert_eq(task_tty_open(slave, &terminal), 0);
}

static void type(const char *keys)
{
    cr_assert_eq(write(master, keys, strlen(keys)), (ssize_t)strlen(keys));
}

static int reads(void *arg)
{
    return (int)task_read_until(terminal, '\n', arg, 16);
}

static int is_read(void *arg)
{
    char line[16];

    (void)arg;
    open_terminal();
    cr_assert_eq(task_timeout(50, reads, line), UV_ETIMEDOUT);
    type("hel");
    cr_assert_eq(task_timeout(50, reads, line), UV_ETIMEDOUT); /* the line is not over */
    type("lo\n");
    cr_assert_eq(reads(line), 6);
    cr_assert_eq(memcmp(line, "hello\n", 6), 0);
    type("\x04"); /* Ctrl-D at the beginning of a line: no more input */
    cr_assert_eq(reads(line), UV_EOF);
    task_stream_close(terminal);
    close(master);
    return 0;
}

Test(terminal, a_line_is_read_when_it_is_typed, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(is_read, NULL), 0);
}

static int is_written(void *arg)
{
    char text[16];

    (void)arg;
    open_terminal();
    cr_assert_eq(task_write(terminal, "out\n", 4), 0);
    cr_assert_eq(task_flush(terminal), 0);
    cr_assert_eq(read(master, text, sizeof text), 5); /* the terminal makes \r\n of it */
    cr_assert_eq(memcmp(text, "out\r\n", 5), 0);
    task_stream_close(terminal);
    close(master);
    return 0;
}

Test(terminal, what_is_written_comes_out, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(is_written, NULL), 0);
}

static int waits(void *arg)
{
    return (int)task_read(terminal, arg, 16);
}

static int hangs_up(void *arg)
{
    char text[16];
    struct task *reader;
    int error;

    (void)arg;
    open_terminal();
    reader = task_spawn(waits, text);
    task_yield();
    close(master);
    error = task_await(reader);
    cr_assert(error == UV_EIO || error == UV_EOF, "%d", error);
    cr_assert_eq(waits(text), error); /* and so on */
    task_stream_close(terminal);
    return 0;
}

Test(terminal, a_hang_up_wakes_who_reads, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(hangs_up, NULL), 0);
}

static int opens_and_closes(void *arg)
{
    (void)arg;
    open_terminal();
    task_stream_close(terminal);
    close(master);
    cr_assert_lt(task_tty_open(-1, &terminal), 0);
    slave = open("/dev/null", O_RDWR | O_CLOEXEC);
    cr_assert_eq(task_tty_open(slave, &terminal), UV_EINVAL);
    cr_assert_eq(close(slave), 0); /* a refused one stays ours */
    return 0;
}

Test(terminal, closing_it_leaves_no_descriptor, .timeout = 20)
{
    int before;

    cr_assert_eq(run_in_virtual_time(opens_and_closes, NULL), 0); /* libuv's own are open now */
    before = count_descriptors();
    cr_assert_eq(run_in_virtual_time(opens_and_closes, NULL), 0);
    cr_assert_eq(count_descriptors(), before);
}
