/* See witness.h. The kernel sends a signal to the members of a group one by one, with its lock on
 * the list of processes held for reading. setpgid() takes that lock for writing before it looks at
 * anything, so after a call that changes nothing all members have what any of them had before. It
 * is called before the signals are taken, for what the asking process has already, and after, for
 * what it has not yet. */
#include "engine/probe/witness.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void wait_until_all_have_it(void)
{
    setpgid(0, getpgrp());
}

uint64_t witness_take(const sigset_t *set)
{
    const struct timespec now = {0, 0};
    uint64_t signals = 0;
    int number;

    while ((number = sigtimedwait(set, NULL, &now)) > 0)
        signals |= UINT64_C(1) << number;
    return signals;
}

/* For ps; and pkill, killall and pidof, which are to find us and not it. */
static void be_called(const char *name)
{
    size_t size = strlen(program_invocation_name), length = strlen(name);

    prctl(PR_SET_NAME, name);
    memset(program_invocation_name, 0, size);
    memcpy(program_invocation_name, name, length < size ? length : size);
}

/* The witness's whole life. Its process may have been made while other threads held any lock: only
 * system calls. */
static void stand_by(int socket, const sigset_t *all)
{
    uint64_t signals;
    char question;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    be_called("witness");
    dup2(socket, 0);
    syscall(SYS_close_range, 1, ~0U, 0);
    while (recv(0, &question, 1, 0) == 1) {
        wait_until_all_have_it();
        signals = witness_take(all);
        wait_until_all_have_it();
        send(0, &signals, sizeof signals, MSG_NOSIGNAL);
    }
    _Exit(0);
}

int witness_start(struct witness *ret_witness)
{
    sigset_t all, before;
    int ends[2], error;
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        return -errno;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* from its first moment on */
    pid = fork();
    if (pid == 0)
        stand_by(ends[1], &all);
    error = pid < 0 ? -errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (error)
        close(ends[0]);
    else
        *ret_witness = (struct witness){pid, ends[0]};
    return error;
}

uint64_t witness_ask(const struct witness *witness)
{
    uint64_t signals = 0;
    ssize_t length;

    if (send(witness->socket, "?", 1, MSG_NOSIGNAL) != 1)
        return 0;
    do
        length = recv(witness->socket, &signals, sizeof signals, 0);
    while (length < 0 && errno == EINTR);
    return length == sizeof signals ? signals : 0;
}

void witness_end(struct witness *witness)
{
    close(witness->socket);
    while (waitpid(witness->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
