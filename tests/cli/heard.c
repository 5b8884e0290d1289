/* See heard.h. */
#include "tests/cli/heard.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/cli/process.h"
#include "tests/support/test.h"

enum { PATIENCE_MS = 30000 };

void heard_begin(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    learner_folder_make();
}

int heard_rounds(int otherwise)
{
    const char *text = getenv("ASYNCTUT_RUNS");

    return text ? atoi(text) : otherwise;
}

/* Another one leads the group, who hears no signal, and ends as the tracer does. */
static void be_led(void)
{
    sigset_t all, before;
    pid_t pid;
    int status;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid = fork();
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, &before, NULL);
        return;
    }
    waitpid(pid, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 255);
}

void heard_start(struct heard *heard, const char *const *words, bool leads)
{
    struct process process;
    int in[2], out[2];

    process_make("", NULL, &process);
    *heard = (struct heard){0};
    cr_assert(pipe(in) == 0 && pipe(out) == 0);
    heard->child = fork();
    if (heard->child == 0) {
        setpgid(0, 0);
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        if (!leads)
            be_led();
        execve(words[0], (char *const *)words, (char *const *)process.environment);
        _exit(127);
    }
    setpgid(heard->child, heard->child);
    heard->group = heard->child;
    close(in[0]);
    close(out[1]);
    heard->in = in[1];
    heard->out = out[0];
}

void heard_ready(struct heard *heard)
{
    const char *line = heard_line(heard);

    cr_assert(line && sscanf(line, "ready %d %d", &heard->program, &heard->tracer) == 2, "%s",
              line ? line : "it ended");
}

void heard_open(struct heard *heard, bool leads)
{
    static const char *const words[] = {ASYNCTUT_PROGRAM, "trace", "--no-summary", "--",
                                        ASYNCTUT_HEARS,   NULL};

    heard_start(heard, words, leads);
    heard_ready(heard);
}

const char *heard_line(struct heard *heard)
{
    static char line[sizeof heard->text];
    struct pollfd more = {.fd = heard->out, .events = POLLIN};
    char *end;

    while (!(end = memchr(heard->text, '\n', heard->length))) {
        ssize_t length;

        cr_assert_eq(poll(&more, 1, PATIENCE_MS), 1, "nothing is heard");
        length = read(heard->out, heard->text + heard->length, sizeof heard->text - heard->length);
        if (length <= 0)
            return NULL;
        heard->length += (size_t)length;
    }
    *end = '\0';
    strcpy(line, heard->text);
    heard->length -= (size_t)(end + 1 - heard->text);
    memmove(heard->text, end + 1, heard->length);
    return line;
}

void heard_expect(struct heard *heard, const char *wanted)
{
    const char *line = heard_line(heard);

    cr_assert(line && strcmp(line, wanted) == 0, "heard %s, not %s", line ? line : "the end",
              wanted);
}

/* Twice: the first may be taken together with what came before, and passed on before it. */
void heard_nothing_else(struct heard *heard)
{
    for (int i = 0; i < 2; i++) {
        kill(heard->tracer, SIGUSR2);
        heard_expect(heard, "USR2");
    }
}

void heard_tell(struct heard *heard, char letter)
{
    cr_assert_eq(write(heard->in, &letter, 1), 1);
}

int heard_end(struct heard *heard)
{
    const char *line;
    int status;

    close(heard->in);
    line = heard_line(heard);
    cr_assert(!line, "%s", line);
    close(heard->out);
    cr_assert_eq(waitpid(heard->child, &status, 0), heard->child);
    return status;
}
