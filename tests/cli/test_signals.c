/* Signals of a traced program: it hears each once, whoever it was sent to. */
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/cli/heard.h"
#include "tests/cli/process.h"
#include "tests/support/test.h"

static const struct {
    int number;
    const char *name;
    char letter;
} sent[] = {{SIGHUP, "HUP", 'h'},
            {SIGINT, "INT", 'i'},
            {SIGQUIT, "QUIT", 'q'},
            {SIGUSR1, "USR1", 'u'},
            {SIGTERM, "TERM", 't'}};
enum { SENT = sizeof sent / sizeof sent[0] };

#define SignalTest(Name) \
    Test(signals, Name, .init = heard_begin, .fini = learner_folder_remove, .timeout = 3600)

static void end(struct heard *heard)
{
    int status = heard_end(heard);

    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", status);
}

/* --- each once -------------------------------------------------------------------------------- */

static void send_to_tracer(struct heard *heard, int i)
{
    kill(heard->tracer, sent[i].number);
}

static void send_to_group(struct heard *heard, int i)
{
    kill(-heard->group, sent[i].number);
}

static void let_program_send(struct heard *heard, int i)
{
    heard_tell(heard, sent[i].letter);
}

static void hear_each_once(bool leads, void (*send)(struct heard *heard, int i))
{
    int rounds = heard_rounds(20);
    struct heard heard;

    heard_open(&heard, leads);
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < SENT; i++) {
            send(&heard, i);
            heard_expect(&heard, sent[i].name);
            heard_nothing_else(&heard);
        }
    end(&heard);
}

SignalTest(to_the_tracer_alone_are_heard_once)
{
    hear_each_once(true, send_to_tracer);
    hear_each_once(false, send_to_tracer);
}

SignalTest(to_the_group_are_heard_once)
{
    hear_each_once(true, send_to_group);
    hear_each_once(false, send_to_group);
}

SignalTest(of_the_program_to_its_group_are_heard_once)
{
    hear_each_once(true, let_program_send);
    hear_each_once(false, let_program_send);
}

SignalTest(in_quick_succession_to_the_group_are_heard_as_often)
{
    int rounds = heard_rounds(20);
    struct heard heard;

    heard_open(&heard, true);
    for (int round = 0; round < rounds; round++) {
        heard_tell(&heard, 'R');
        heard_expect(&heard, "done");
        heard_nothing_else(&heard);
        kill(heard.tracer, SIGUSR1); /* and the next to the tracer is not lost */
        heard_expect(&heard, "USR1");
        heard_nothing_else(&heard);
    }
    end(&heard);
}

/* Those of two that are heard, in any order. */
static void expect_both(struct heard *heard, const char *one, const char *other)
{
    bool has_one = strcmp(heard_line(heard), one) == 0;

    heard_expect(heard, has_one ? other : one);
    heard_nothing_else(heard);
}

SignalTest(of_two_numbers_at_once_are_both_heard)
{
    int rounds = heard_rounds(20);
    struct heard heard;

    heard_open(&heard, true);
    for (int round = 0; round < rounds; round++) {
        kill(heard.tracer, SIGUSR1);
        kill(heard.tracer, SIGTERM);
        expect_both(&heard, "USR1", "TERM");
        kill(-heard.group, SIGUSR1);
        kill(heard.tracer, SIGTERM);
        expect_both(&heard, "USR1", "TERM");
        kill(heard.tracer, SIGHUP);
        kill(-heard.group, SIGTERM);
        expect_both(&heard, "HUP", "TERM");
    }
    end(&heard);
}

/* How often it is heard until all that was sent has been passed on. */
static int count(struct heard *heard, const char *name)
{
    int count = 0;

    for (int i = 0; i < 2; i++) {
        const char *line;

        kill(heard->tracer, SIGUSR2);
        while ((line = heard_line(heard)) && strcmp(line, "USR2") != 0) {
            cr_assert_eq(strcmp(line, name), 0, "%s", line);
            count++;
        }
    }
    return count;
}

/* As timeout does: two signals, which may be one. Not SIGTERM: of those that wait hears reads the
 * lowest number first, and SIGUSR2, behind which all is heard, is lower. */
SignalTest(to_the_tracer_and_then_to_the_group_are_heard_no_more_often_than_sent)
{
    int rounds = heard_rounds(20);
    struct heard heard;

    heard_open(&heard, true);
    for (int round = 0; round < rounds; round++) {
        int heard_so_often;

        kill(heard.tracer, SIGINT);
        kill(-heard.group, SIGINT);
        heard_so_often = count(&heard, "INT");
        cr_assert(heard_so_often == 1 || heard_so_often == 2, "%d", heard_so_often);
    }
    end(&heard);
}

/* Without the tracer it would lead the group, and could not leave it. */
SignalTest(to_a_group_that_the_program_has_left_are_heard_if_it_would_lead_it)
{
    struct heard heard;

    heard_open(&heard, true);
    heard_tell(&heard, 'L');
    heard_expect(&heard, "left");
    kill(-heard.group, SIGINT);
    heard_expect(&heard, "INT");
    heard_nothing_else(&heard);
    end(&heard);

    heard_open(&heard, false);
    heard_tell(&heard, 'L');
    heard_expect(&heard, "left");
    kill(-heard.group, SIGINT);
    heard_nothing_else(&heard);
    end(&heard);
}

/* --- the beginning and the end ---------------------------------------------------------------- */

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static const char *const words[] = {ASYNCTUT_PROGRAM, "trace", "--no-summary", "--",
                                    ASYNCTUT_HEARS,   NULL};

static int64_t time_until_ready(void)
{
    int64_t begun = now(), took;
    struct heard heard;

    heard_start(&heard, words, true);
    heard_ready(&heard);
    took = now() - begun;
    end(&heard);
    return took;
}

/* Whether the program lived to hear it. */
static bool end_or_hear_once(struct heard *heard, int number, const char *name)
{
    const char *line = heard_line(heard);
    int status;

    if (!line) {
        status = heard_end(heard);
        cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == number, "status %x", status);
        return false;
    }
    cr_assert(sscanf(line, "ready %d %d", &heard->program, &heard->tracer) == 2, "%s", line);
    heard_expect(heard, name);
    heard_nothing_else(heard);
    end(heard);
    return true;
}

SignalTest(however_early_end_the_program_or_are_heard_once)
{
    int64_t until_ready = time_until_ready();
    int rounds = heard_rounds(60), lived = 0;
    struct heard heard;

    srand(1);
    for (int round = 0; round < rounds; round++) {
        int64_t then = now() + rand() % 1000 * until_ready / 500;
        int number = round % 2 ? SIGTERM : SIGINT;

        heard_start(&heard, words, true);
        while (now() < then)
            ;
        kill(round % 4 < 2 ? heard.child : -heard.child, number);
        lived += end_or_hear_once(&heard, number, number == SIGTERM ? "TERM" : "INT");
    }
    fprintf(stderr, "%d of %d lived to hear it\n", lived, rounds);
}

SignalTest(that_are_ignored_stay_so)
{
    struct heard heard;

    signal(SIGINT, SIG_IGN); /* hears blocks it, and hears it so nevertheless */
    heard_open(&heard, true);
    kill(heard.tracer, SIGINT);
    heard_nothing_else(&heard);
    kill(-heard.group, SIGINT);
    heard_expect(&heard, "INT");
    heard_nothing_else(&heard);
    end(&heard);
}

SignalTest(that_are_blocked_at_first_are_heard_too)
{
    struct heard heard;
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    heard_open(&heard, true);
    kill(heard.tracer, SIGINT);
    heard_expect(&heard, "INT");
    heard_nothing_else(&heard);
    end(&heard);
    sigprocmask(SIG_UNBLOCK, &all, NULL);
}

/* Those of the killed tracer become our children: its program, and the witness, which has ended. */
SignalTest(that_kill_the_tracer_leave_nobody_but_the_program)
{
    struct heard heard;
    pid_t witness;
    int status;

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    heard_open(&heard, true);
    kill(heard.tracer, SIGKILL);
    cr_assert_eq(waitpid(heard.child, &status, 0), heard.child);
    witness = waitpid(-heard.group, &status, 0);
    cr_assert(witness > 0 && witness != heard.program);
    heard_tell(&heard, 'u');
    heard_expect(&heard, "USR1");
    close(heard.in);
    cr_assert_eq(waitpid(-heard.group, &status, 0), heard.program);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    cr_assert_eq(waitpid(-heard.group, &status, 0), -1);
}
