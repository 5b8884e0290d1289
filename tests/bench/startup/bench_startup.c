/* How long a learner waits: for `asynctut list` to be done, and for the first text of a lesson on a
 * terminal. The first is measured beside a program that only opens and closes a libuv loop, turn by
 * turn, so that a busy moment hits both. Figures are medians; a target that is missed is said, and
 * the benchmark fails only far beyond it, where no busy machine is the reason.
 *
 * Usage: bench_startup ASYNCTUT FLOOR */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 41, GIVE_UP_MS = 5000, FAR_BEYOND = 5 };

struct samples {
    double ms[ROUNDS];
    int count;
};

static double now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(struct samples *samples)
{
    qsort(samples->ms, (size_t)samples->count, sizeof samples->ms[0], by_value);
    return samples->ms[samples->count / 2];
}

static void give_up(const char *what)
{
    fprintf(stderr, "bench_startup: %s\n", what);
    exit(1);
}

/* From fork to exit, with the output thrown away. */
static void run_to_end(const char *program, const char *word, struct samples *samples)
{
    int status;
    double start = now_ms();
    pid_t child = fork();

    if (child == 0) {
        int nowhere = open("/dev/null", O_RDWR);
        dup2(nowhere, 0);
        dup2(nowhere, 1);
        execl(program, program, word, NULL);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        give_up(program);
    samples->ms[samples->count++] = now_ms() - start;
}

/* Reads from the terminal until it has shown `text`; false at the end or after a long time. */
static int wait_for(int terminal, const char *text)
{
    static char shown[64 * 1024];
    size_t length = 0;
    struct pollfd ready = {.fd = terminal, .events = POLLIN};

    shown[0] = '\0';
    while (length < sizeof shown - 1 && poll(&ready, 1, GIVE_UP_MS) == 1) {
        ssize_t n = read(terminal, shown + length, sizeof shown - 1 - length);
        if (n <= 0)
            return 0;
        length += (size_t)n;
        shown[length] = '\0';
        if (strstr(shown, text))
            return 1;
    }
    return 0;
}

/* From just before exec to the first text of the lesson. */
static void run_to_text(const char *program, const char *text, struct samples *samples)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    int terminal, ready[2];
    double start = 0;

    if (pipe2(ready, O_CLOEXEC) != 0)
        give_up("no pipe");
    pid_t child = forkpty(&terminal, NULL, NULL, &size);
    if (child == 0) {
        start = now_ms();
        if (write(ready[1], &start, sizeof start) == sizeof start)
            execl(program, program, "run", "03", NULL);
        _exit(127);
    }
    if (child < 0 || read(ready[0], &start, sizeof start) != sizeof start)
        give_up(program);
    if (!wait_for(terminal, text))
        give_up("the lesson never appeared");
    samples->ms[samples->count++] = now_ms() - start;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(terminal);
    close(ready[0]);
    close(ready[1]);
}

/* A home of its own: nobody's progress is read, and every run is a first one. */
static void make_home(char *folder)
{
    if (!mkdtemp(folder))
        give_up("no folder");
    setenv("XDG_STATE_HOME", folder, 1);
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("XDG_DATA_HOME", folder, 1);
    setenv("TERM", "xterm-256color", 1);
}

static void remove_home(const char *folder)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "bench_startup: %s is left behind\n", folder);
}

static int tell(const char *what, double ms, double target)
{
    printf("%-48s %7.2f ms   target %g%s\n", what, ms, target, ms <= target ? "" : "   MISSED");
    return ms > target * FAR_BEYOND;
}

int main(int count, char **words)
{
    struct samples list = {0}, floor = {0}, text = {0};
    char home[] = "/tmp/asynctut-bench-XXXXXX";

    if (count != 3)
        give_up("usage: bench_startup ASYNCTUT FLOOR");
    make_home(home);
    for (int round = 0; round < ROUNDS; round++) {
        run_to_end(words[2], NULL, &floor);
        run_to_end(words[1], "list", &list);
        run_to_text(words[1], "parallelism", &text);
    }
    remove_home(home);
    double floor_ms = median(&floor);
    printf("%-48s %7.2f ms\n", "open and close a loop (floor)", floor_ms);
    int failed = tell("asynctut list, above the floor", median(&list) - floor_ms, 3);
    failed |= tell("first lesson text on a terminal, from exec", median(&text), 10);
    return failed;
}
