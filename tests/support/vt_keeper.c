/* See vt_keeper.h. Between fork() and exec() only what is safe after fork() is called. */
#include "tests/support/vt_keeper.h"

#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static _Noreturn void become_command(int slave, const char *const *command,
                                     const char *const *environment)
{
    signal(SIGTTOU, SIG_IGN);
    setpgid(0, 0);
    tcsetpgrp(slave, getpid());
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int fd = 0; fd < 3; fd++)
        dup2(slave, fd);
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
    execvpe(command[0], (char *const *)(uintptr_t)command, (char *const *)(uintptr_t)environment);
    _exit(127);
}

static void tell(int socket, int status)
{
    if (write(socket, &status, sizeof status) < 0)
        _exit(1);
}

/* Waits for an order; a closed socket means that the test is over. */
static void obey(int socket, int slave, pid_t command)
{
    char order;

    tcsetpgrp(slave, getpid());
    if (read(socket, &order, 1) <= 0) {
        kill(-command, SIGKILL);
        _exit(0);
    }
    tcsetpgrp(slave, command);
    kill(-command, SIGCONT);
}

_Noreturn void vt_keep(int slave, int socket, const char *const *command,
                       const char *const *environment)
{
    int status = 0;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    for (int number = 1; number < NSIG; number++)
        if (number != SIGCHLD)
            signal(number, SIG_IGN);
    pid_t child = fork();
    if (child == 0)
        become_command(slave, command, environment);
    setpgid(child, child);
    tell(socket, child);
    while (waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status)) {
        tell(socket, status);
        obey(socket, slave, child);
    }
    tell(socket, status);
    obey(socket, slave, child);
    _exit(0);
}
