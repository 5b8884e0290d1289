/* hears: prints each signal that it gets, by its name on a line. First it says "ready", its own
 * process and its parent's. Then it does what standard input says, a letter each: h to t send that
 * signal to its group (see names), L leaves its group, R sends SIGUSR1 to its group and hears it,
 * two thousand times, says "again" for each that it hears besides, and then "done". At the end of
 * input, or if it has an argument at once, it ends. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const struct {
    char letter;
    int number;
    const char *name;
} names[] = {{'h', SIGHUP, "HUP"},   {'i', SIGINT, "INT"},   {'q', SIGQUIT, "QUIT"},
             {'u', SIGUSR1, "USR1"}, {'v', SIGUSR2, "USR2"}, {'t', SIGTERM, "TERM"}};
enum { NAMES = sizeof names / sizeof names[0] };

static int heard;

/* The number of a signal that is there. */
static int hear(void)
{
    struct signalfd_siginfo info;

    return read(heard, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

static void say(int number)
{
    for (int i = 0; i < NAMES; i++)
        if (names[i].number == number)
            printf("%s\n", names[i].name);
}

static void race(void)
{
    struct pollfd any = {.fd = heard, .events = POLLIN};

    for (int i = 0; i < 2000; i++) {
        kill(0, SIGUSR1);
        hear();
        if (poll(&any, 1, 0) == 1) {
            hear();
            printf("again\n");
        }
    }
    printf("done\n");
}

static void obey(char letter)
{
    if (letter == 'L')
        printf(setpgid(0, 0) ? "cannot leave\n" : "left\n");
    if (letter == 'R')
        race();
    for (int i = 0; i < NAMES; i++)
        if (names[i].letter == letter)
            kill(0, names[i].number);
}

int main(int count, char **words)
{
    struct pollfd either[2] = {{.fd = 0, .events = POLLIN}, {.events = POLLIN}};
    sigset_t all;
    char letter = '\n';

    sigemptyset(&all);
    for (int i = 0; i < NAMES; i++)
        sigaddset(&all, names[i].number);
    sigprocmask(SIG_BLOCK, &all, NULL);
    heard = either[1].fd = signalfd(-1, &all, SFD_CLOEXEC);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    printf("ready %d %d\n", (int)getpid(), (int)getppid());
    (void)words;
    while (letter && count == 1) {
        poll(either, 2, -1);
        if (either[1].revents)
            say(hear());
        else if (either[0].revents && read(0, &letter, 1) != 1)
            letter = '\0';
        else
            obey(letter);
    }
    return 0;
}
