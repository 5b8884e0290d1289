/* Signals of a traced program that come from its terminal. */
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/cli/heard.h"
#include "tests/cli/session.h"
#include "tests/support/test.h"

#define TerminalTest(Name)                                                                \
    Test(signals_of_a_terminal, Name, .init = heard_begin, .fini = learner_folder_remove, \
         .timeout = 3600)

/* How often the line was seen. */
static int count(struct vt *vt, const char *line)
{
    size_t length;
    int count = 0;

    for (const char *at = vt_log(vt, &length); (at = strstr(at, line)); at++)
        count++;
    return count;
}

/* What came before has been passed on, or not, when two more have been. */
static void let_pass(struct vt *vt)
{
    for (int i = 0; i < 2; i++) {
        size_t length;

        vt_log(vt, &length);
        vt_signal(vt, SIGUSR2);
        cr_assert(vt_wait_bytes(vt, length, "USR2\r\n", SOON));
    }
}

static struct vt *open_hears(void)
{
    struct vt *vt = session(24, 80, "trace --no-summary -- " ASYNCTUT_HEARS, NULL);

    seen(vt, "ready");
    return vt;
}

static void end(struct vt *vt)
{
    vt_send(vt, "\004");
    ended(vt, 0);
}

TerminalTest(by_keys_are_heard_once)
{
    int rounds = heard_rounds(20);
    struct vt *vt = open_hears();

    for (int round = 1; round <= rounds; round++) {
        size_t length;

        vt_log(vt, &length);
        vt_send(vt, "\003");
        cr_assert(vt_wait_bytes(vt, length, "INT\r\n", SOON));
        vt_send(vt, "\034");
        cr_assert(vt_wait_bytes(vt, length, "QUIT\r\n", SOON));
        let_pass(vt);
        cr_assert_eq(count(vt, "INT\r\n"), round);
        cr_assert_eq(count(vt, "QUIT\r\n"), round);
    }
    end(vt);
}

TerminalTest(while_it_was_stopped_are_heard_once)
{
    struct vt *vt = open_hears();

    vt_send(vt, "\032");
    cr_assert(vt_wait_stopped(vt, SOON));
    vt_signal(vt, SIGUSR1);
    vt_foreground(vt);
    seen(vt, "USR1");
    vt_send(vt, "\003");
    seen(vt, "INT");
    let_pass(vt);
    cr_assert_eq(count(vt, "USR1\r\n"), 1);
    cr_assert_eq(count(vt, "INT\r\n"), 1);
    end(vt);
}

TerminalTest(end_many_runs)
{
    int rounds = heard_rounds(5);

    for (int round = 0; round < rounds; round++) {
        struct vt *vt = session(24, 80, "trace --seeds 1000000 -- " ASYNCTUT_HEARS " once", NULL);

        seen(vt, "ready");
        vt_send(vt, "\003");
        cr_assert_neq(vt_end(vt, SOON), -1, "it went on");
        vt_close(vt);
    }
}

#ifdef ASYNCTUT_PRELOADS /* else it is never stopped */
TerminalTest(end_it_while_the_tracer_asks)
{
    for (int round = 0; round < 2; round++) {
        struct vt *vt =
            session(24, 80, "trace --step --level all --no-summary -- tail -f /dev/null", NULL);
        int number = round ? SIGTERM : SIGINT, status;

        seen(vt, "Enter next");
        if (number == SIGINT)
            vt_send(vt, "\003");
        else
            vt_signal(vt, SIGTERM);
        status = vt_end(vt, SOON);
        cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == number, "status %x", status);
        vt_close(vt);
    }
}
#endif

/* Its own terminal, whose session the tracer leads. */
static void start_on_terminal(struct heard *heard, int *ret_master)
{
    struct process process;
    int in[2], out[2], slave;

    process_make("trace --no-summary -- " ASYNCTUT_HEARS, NULL, &process);
    *heard = (struct heard){0};
    cr_assert(pipe(in) == 0 && pipe(out) == 0);
    cr_assert_eq(openpty(ret_master, &slave, NULL, NULL, NULL), 0);
    heard->child = fork();
    if (heard->child == 0) {
        setsid();
        ioctl(slave, TIOCSCTTY, 0);
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(slave, 2);
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        execve(process.words[0], (char *const *)process.words, (char *const *)process.environment);
        _exit(127);
    }
    close(slave);
    close(in[0]);
    close(out[1]);
    heard->in = in[1];
    heard->out = out[0];
}

/* The kernel tells the leader of the session alone, which the program would be without the tracer.
 */
TerminalTest(that_is_gone_are_heard_once)
{
    int rounds = heard_rounds(5);

    for (int round = 0; round < rounds; round++) {
        struct heard heard;
        int master, status;

        start_on_terminal(&heard, &master);
        heard_ready(&heard);
        close(master);
        heard_expect(&heard, "HUP");
        heard_nothing_else(&heard);
        status = heard_end(&heard);
        cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}
