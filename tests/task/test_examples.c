/* The examples do what they say: each is started as a program, spoken to over loopback, and ended
 * by SIGINT, after which it must return 0. ASYNCTUT_ECHO and ASYNCTUT_CHAT name other builds of
 * them (installed.sh). */
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>

#include "engine/task/task_process.h"
#include "engine/task/task_stream.h"
#include "tests/task/support.h"

static struct task_process *program;
static int port;

static void start(const char *other, const char *ours)
{
    const char *file = getenv(other) ? getenv(other) : ours;
    char *words[] = {(char *)file, "0", NULL}, line[64];
    struct task_process_options options = {
        .file = file, .arguments = words, .piped = {false, true, false}};
    ssize_t got;

    cr_assert_eq(task_process_start(&options, &program), 0);
    got = task_read_until(task_process_stream(program, 1), '\n', line, sizeof line - 1);
    cr_assert_gt(got, 0);
    line[got] = '\0';
    cr_assert_eq(sscanf(line, "listening on port %d", &port), 1);
}

static struct task_stream *visit(void)
{
    struct task_stream *stream;
    struct sockaddr_in address;

    uv_ip4_addr("127.0.0.1", port, &address);
    cr_assert_eq(task_tcp_connect((struct sockaddr *)&address, &stream), 0);
    return stream;
}

static void expect(struct task_stream *stream, const char *line)
{
    char text[256];
    ssize_t got = task_read_until(stream, '\n', text, sizeof text - 1);

    cr_assert_gt(got, 0);
    text[got] = '\0';
    cr_assert_str_eq(text, line);
}

static int stop(void)
{
    int64_t status;

    cr_assert_eq(task_process_kill(program, SIGINT), 0);
    cr_assert_eq(task_process_wait(program, &status, NULL), 0);
    task_process_close(program);
    return (int)status;
}

static int echoes(void *arg)
{
    struct task_stream *first, *second;

    (void)arg;
    start("ASYNCTUT_ECHO", ECHO_PROGRAM);
    first = visit();
    second = visit();
    task_write(first, "one\n", 4);
    task_write(second, "two\n", 4);
    expect(second, "two\n");
    expect(first, "one\n");
    task_stream_close(first);
    task_write(second, "three\n", 6);
    expect(second, "three\n");
    cr_assert_eq(stop(), 0); /* with one that is still connected */
    task_stream_close(second);
    return 0;
}

Test(examples, echo, .timeout = 30)
{
    cr_assert_eq(run_on_loop(echoes, NULL), 0);
}

static int chats(void *arg)
{
    struct task_stream *first, *second, *third;

    (void)arg;
    start("ASYNCTUT_CHAT", CHAT_PROGRAM);
    first = visit();
    second = visit();
    expect(first, "2: (joined)\n");
    third = visit();
    expect(first, "3: (joined)\n");
    expect(second, "3: (joined)\n");
    task_write(second, "hello\r\n", 7);
    expect(first, "2: hello\n");
    expect(third, "2: hello\n");
    task_stream_close(second);
    expect(first, "2: (left)\n");
    cr_assert_eq(stop(), 0);
    task_stream_close(first);
    task_stream_close(third);
    return 0;
}

Test(examples, chat, .timeout = 30)
{
    cr_assert_eq(run_on_loop(chats, NULL), 0);
}
