/* The witness: which signals came to the group. Each test is the leader of a group of its own. */
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/probe/witness.h"
#include "tests/support/test.h"

enum { ROUNDS = 1000, OTHERS = 100 };

static struct witness witness;
static sigset_t before_all;

static uint64_t bit(int number)
{
    return UINT64_C(1) << number;
}

/* What came to us. */
static uint64_t take(void)
{
    sigset_t all;

    sigfillset(&all);
    return witness_take(&all);
}

static void start(void)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before_all);
    setpgid(0, 0);
    cr_assert_eq(witness_start(&witness), 0);
}

static void leave(void)
{
    take();
    sigprocmask(SIG_SETMASK, &before_all, NULL);
}

#define WitnessTest(Name) Test(witness, Name, .init = start, .fini = leave, .timeout = 60)

WitnessTest(tells_what_came_to_the_group_once)
{
    kill(getpid(), SIGUSR1);
    cr_assert_eq(witness_ask(&witness), 0);
    kill(0, SIGUSR1);
    kill(0, SIGTERM);
    cr_assert_eq(witness_ask(&witness), bit(SIGUSR1) | bit(SIGTERM));
    cr_assert_eq(witness_ask(&witness), 0);
    witness_end(&witness);
}

WitnessTest(is_neither_stopped_nor_ended_by_signals)
{
    for (int number = 1; number < 32; number++)
        if (number != SIGKILL && number != SIGSTOP)
            kill(witness.pid, number);
    cr_assert(witness_ask(&witness) & bit(SIGTERM));
    witness_end(&witness);
}

WitnessTest(that_was_killed_has_seen_nothing)
{
    siginfo_t info;

    kill(0, SIGUSR1);
    kill(witness.pid, SIGKILL);
    waitid(P_PID, (id_t)witness.pid, &info, WEXITED | WNOWAIT);
    cr_assert_eq(witness_ask(&witness), 0);
    witness_end(&witness);
    cr_assert_eq(waitpid(-1, NULL, 0), -1);
}

/* The witness of a process that was killed, which then is our child. */
WitnessTest(ends_with_the_one_who_started_it)
{
    pid_t killed;
    int status;

    witness_end(&witness);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    killed = fork();
    if (killed == 0) {
        witness_start(&witness);
        kill(getpid(), SIGKILL);
    }
    cr_assert_eq(waitpid(killed, &status, 0), killed);
    cr_assert(waitpid(-1, &status, 0) > 0, "there was none");
    cr_assert_eq(waitpid(-1, &status, 0), -1);
}

/* --- many signals, while they are sent -------------------------------------------------------- */

static atomic_int *wanted; /* shared with the sender */

/* Sends so many to the group as it is told, one after the other, and is not in it. */
static pid_t make_sender(void)
{
    pid_t group = getpid(), sender;

    wanted = mmap(NULL, sizeof *wanted, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sender = fork();
    if (sender > 0)
        return sender;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    for (unsigned random = 1;;) {
        while (!atomic_load(wanted))
            ;
        kill(-group, SIGUSR1);
        random = random * 1103515245 + 12345;
        for (volatile unsigned pause = 0; pause < (random >> 16) % 2000; pause++)
            ;
        atomic_fetch_sub(wanted, 1);
    }
}

/* Asks as soon as there is a signal, as trace_signals.c does. All are for the group: whatever we
 * have, the witness must have had, and it must have none that we have not. */
static bool agrees(void)
{
    const struct timespec a_moment = {0, 200000};
    uint64_t came, told, before = 0;
    bool agreed = true;
    sigset_t awaited;

    sigemptyset(&awaited);
    sigaddset(&awaited, SIGUSR1);
    came = sigtimedwait(&awaited, NULL, &a_moment) > 0 ? bit(SIGUSR1) : 0;
    do {
        came |= take() & bit(SIGUSR1);
        told = witness_ask(&witness) & bit(SIGUSR1);
        agreed = agreed && !(came & ~told & ~before);
        before = told;
        came = 0;
    } while (told);
    return agreed;
}

/* How often it did not. */
static int disagreements(void)
{
    pid_t sender = make_sender();
    int count = 0;

    for (int round = 0; round < ROUNDS; round++) {
        atomic_store(wanted, 1 + round % 5);
        while (atomic_load(wanted))
            count += !agrees();
        count += !agrees();
        count += take() || witness_ask(&witness);
    }
    kill(sender, SIGKILL);
    return count;
}

/* --- who has it first ------------------------------------------------------------------------- */

static pid_t make_idler(void)
{
    pid_t pid = fork();

    if (pid)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
        pause();
}

/* Between the witness and us, so that one has a signal some time before the other. */
static void make_others(void)
{
    for (int i = 0; i < OTHERS; i++)
        make_idler();
}

/* The kernel begins with those who came to the group last. */
static void let_the_witness_come_last(void)
{
    make_others();
    cr_assert_eq(witness_start(&witness), 0);
}

static void come_last(void)
{
    pid_t group = getpid(), elsewhere;

    cr_assert_eq(witness_start(&witness), 0);
    make_others();
    elsewhere = make_idler();
    setpgid(elsewhere, elsewhere);
    if (setpgid(0, elsewhere) || setpgid(0, group))
        _exit(255);
}

/* In a process that does not lead its session, and so can leave its group. */
static void hold_to_it(void (*begin)(void))
{
    int status, count;
    pid_t pid;

    witness_end(&witness);
    pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        begin();
        count = disagreements();
        _exit(count < 255 ? count : 254);
    }
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", status);
}

WitnessTest(has_what_the_asking_process_gets_after_it)
{
    hold_to_it(let_the_witness_come_last);
}

WitnessTest(has_what_the_asking_process_gets_before_it)
{
    hold_to_it(come_last);
}
