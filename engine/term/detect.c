/* What the terminal can do, from outside: flags, environment and the size the kernel knows. The
 * locale is read from the environment, not asked of libc, because the engine does not call
 * setlocale() and a locale that is named but not installed still tells what the terminal shows. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/term/look.h"

/* A variable that is set to something; NULL else. */
static const char *given(const char *name)
{
    const char *value = getenv(name);

    return value && value[0] ? value : NULL;
}

/* The codeset of the locale for characters: "de_DE.UTF-8@euro" names UTF-8. */
static bool locale_is_utf8(void)
{
    const char *locale = given("LC_ALL");

    if (!locale)
        locale = given("LC_CTYPE");
    if (!locale)
        locale = given("LANG");
    const char *codeset = locale ? strchr(locale, '.') : NULL;
    return codeset &&
           (strncasecmp(codeset, ".UTF-8", 6) == 0 || strncasecmp(codeset, ".UTF8", 5) == 0);
}

static bool terminal_is_dumb(void)
{
    const char *type = given("TERM");

    return !type || strcmp(type, "dumb") == 0;
}

static bool wants_plain(void)
{
    const char *value = given("ACCESSIBLE");

    return value && strcmp(value, "0") != 0;
}

static int bounded(int value, int fallback)
{
    if (value < 1)
        return fallback;
    return value > 1000 ? 1000 : value;
}

void look_measure(const struct look_options *options, int output_fd, struct look *look)
{
    struct winsize size = {0};

    if (look->terminal && ioctl(output_fd, TIOCGWINSZ, &size) < 0)
        size = (struct winsize){0};
    look->width = bounded(options->width > 0 ? options->width : size.ws_col, 80);
    look->height = bounded(size.ws_row, 24);
}

void look_detect(const struct look_options *options, int output_fd, struct look *ret_look)
{
    bool terminal = isatty(output_fd) == 1;
    bool capable = terminal && !terminal_is_dumb();

    *ret_look = (struct look){
        .color = capable && !options->no_color && !given("NO_COLOR"),
        .bold = capable,
        .unicode = !options->ascii && locale_is_utf8(),
        .plain = options->plain || wants_plain(),
        .terminal = terminal,
        .okabe_ito = options->theme && strcmp(options->theme, "okabe-ito") == 0,
    };
    look_measure(options, output_fd, ret_look);
}
