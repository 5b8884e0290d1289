/* Output of commands that print and end. They write with write(2) and not with stdio, so that a
 * closed pipe and a full disk are noticed here, at one place, and told apart. */
#include "cli/speak.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* 0 or an errno. */
static int write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        bytes += written;
        length -= (size_t)written;
    }
    return 0;
}

void speak_error(const char *to_do, const char *format, ...)
{
    struct str what = {0}, line = {0};
    va_list args;

    va_start(args, format);
    str_vprintf(&what, format, args);
    va_end(args);

    speak_wait_end();
    str_puts(&line, "asynctut: ");
    str_add_shown(&line, str_text(&what), what.length, false);
    str_putc(&line, '\n');
    if (*to_do) {
        str_puts(&line, "  ");
        str_add_shown(&line, to_do, strlen(to_do), false);
        str_putc(&line, '\n');
    }
    write_all(STDERR_FILENO, str_text(&line), line.length);
    str_free(&what);
    str_free(&line);
}

int speak_out(const struct str *text)
{
    int error;

    speak_wait_end();
    if (text->failed) {
        speak_error("", "out of memory");
        return STATUS_FAILED;
    }
    error = write_all(STDOUT_FILENO, str_text(text), text->length);
    if (error && error != EPIPE)
        speak_error("Make room, or send the output elsewhere.", "cannot write: %s",
                    strerror(error));
    return error ? STATUS_FAILED : STATUS_OK;
}

static int count_lines(const struct str *text)
{
    int lines = 0;

    for (size_t i = 0; i < text->length; i++)
        lines += text->data[i] == '\n';
    return lines;
}

static const char *pager_command(void)
{
    const char *names[] = {"ASYNCTUT_PAGER", "PAGER"};

    for (int i = 0; i < 2; i++) {
        const char *value = getenv(names[i]);

        if (value)
            return value;
    }
    return "less";
}

/* The pager reads from a pipe. 0 if it ran and took the text, -1 if the caller should print. */
static int run_pager(const char *command, const struct str *text)
{
    int ends[2], status = 0;
    pid_t child;

    if (pipe(ends) < 0)
        return -1;
    child = fork();
    if (child == 0) {
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        close(ends[1]);
        signal(SIGPIPE, SIG_DFL);
        setenv("LESS", "FRX", 0);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    if (child > 0)
        write_all(ends[1], text->data, text->length);
    close(ends[1]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return child < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 127) ? -1 : 0;
}

int speak_paged(const struct str *text, int rows)
{
    const char *pager = pager_command();
    bool wanted = rows > 0 && count_lines(text) >= rows && *pager && strcmp(pager, "cat") != 0;

    if (wanted && !text->failed && run_pager(pager, text) == 0)
        return STATUS_OK;
    return speak_out(text);
}
