/* The line that says what takes long. */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "cli/speak.h"
#include "tests/support/test.h"

static int saved, ends[2];

static void take_stderr(void)
{
    cr_assert_eq(pipe(ends), 0);
    saved = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
}

/* Everything that was written meanwhile; the pipe is not empty. */
static void give_back(char *text, size_t size)
{
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
    ssize_t got = read(ends[0], text, size - 1);
    text[got > 0 ? got : 0] = '\0';
    close(ends[0]);
}

Test(speak, what_takes_long_is_said_and_taken_away)
{
    const struct look look = {.terminal = true, .bold = true, .width = 30, .height = 24};
    struct pollfd said;
    char text[200];

    take_stderr();
    said = (struct pollfd){.fd = ends[0], .events = POLLIN};
    speak_wait(&look, " reading %s", "a file with a long \033 name.trace");
    poll(&said, 1, 20000);
    speak_wait_end();
    speak_wait_end();
    give_back(text, sizeof text);
    cr_assert_str_eq(text, " reading a file with a long \\\r\033[K");
}

Test(speak, an_error_stands_on_a_line_of_its_own)
{
    const struct look look = {.terminal = true, .bold = true, .width = 80, .height = 24};
    struct pollfd said;
    char text[200];

    take_stderr();
    said = (struct pollfd){.fd = ends[0], .events = POLLIN};
    speak_wait(&look, " reading");
    poll(&said, 1, 20000);
    speak_error("", "it is broken");
    give_back(text, sizeof text);
    cr_assert_str_eq(text, " reading\r\033[Kasynctut: it is broken\n");
}
