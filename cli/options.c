/* getopt_long with one table put together from two: the command's own options and the settings. Its
 * messages are replaced by ours, which say what to do. */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

enum { OWN_MAX = 24, SETTING_BASE = 2000, NO_COLOR_OPTION = 2100 };

const char options_help[] =
    "  --trace LEVEL   off, tasks, loop or all: how much of a demo's trace is shown\n"
    "  --plain         words for every state, nothing redrawn (for screen readers)\n"
    "  --ascii         draw with ASCII characters only\n"
    "  --no-color      no colours\n"
    "  --theme THEME   ansi or okabe-ito\n"
    "  --width N       write in N columns\n"
    "  -h, --help      this help\n";

static const struct option shared[] = {
    {"ascii", no_argument, NULL, SETTING_BASE + SETTING_ASCII},
    {"color", required_argument, NULL, SETTING_BASE + SETTING_COLOR},
    {"help", no_argument, NULL, 'h'},
    {"no-color", no_argument, NULL, NO_COLOR_OPTION},
    {"plain", no_argument, NULL, SETTING_BASE + SETTING_PLAIN},
    {"theme", required_argument, NULL, SETTING_BASE + SETTING_THEME},
    {"trace", required_argument, NULL, SETTING_BASE + SETTING_TRACE},
    {"width", required_argument, NULL, SETTING_BASE + SETTING_WIDTH},
};

enum { SHARED = sizeof shared / sizeof shared[0] };

static void unknown_option(const struct option *all, const char *word)
{
    const char *names[OWN_MAX + SHARED], *near;
    char name[64], to_do[160];
    size_t count = 0;

    snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    for (; all[count].name; count++)
        names[count] = all[count].name;
    near = nearest_word(name, names, count);
    snprintf(to_do, sizeof to_do, near ? "Did you mean \"--%s\"?" : "\"--help\" lists the options.",
             near ? near : "");
    speak_error(to_do, "there is no option \"--%s\"", name);
}

static void say_mistake(const struct option *all, int result, char **words)
{
    const char *word = words[optind - 1];

    if (result == ':')
        speak_error("\"--help\" lists the options.", "the option \"%s\" needs a value", word);
    else if (optopt && optopt < 256)
        speak_error("\"--help\" lists the options.", "there is no option \"-%c\"", optopt);
    else if (optopt)
        speak_error("\"--help\" lists the options.", "the option \"%s\" takes no value", word);
    else
        unknown_option(all, word);
}

static int take_setting(struct app *app, int setting, const char *value)
{
    struct error error = {0};

    if (settings_set(&app->settings, setting, value ? value : "yes", FROM_FLAG, &error) == 0)
        return 0;
    speak_error("\"--help\" lists the options.", "%s", error.text);
    return '?';
}

static int next(struct app *app, int count, char **words, const char *shorts,
                const struct option *own)
{
    struct option all[OWN_MAX + SHARED + 1] = {0};
    size_t own_count = 0;
    int result;

    while (own[own_count].name && own_count < OWN_MAX)
        all[own_count] = own[own_count], own_count++;
    memcpy(all + own_count, shared, sizeof shared);
    opterr = 0;
    for (;;) {
        result = getopt_long(count, words, shorts, all, NULL);
        if (result == 'h')
            return OPTION_HELP;
        if (result == '?' || result == ':') {
            say_mistake(all, result, words);
            return '?';
        }
        if (result == NO_COLOR_OPTION)
            result = take_setting(app, SETTING_COLOR, "never");
        else if (result >= SETTING_BASE)
            result = take_setting(app, result - SETTING_BASE, optarg);
        if (result)
            return result;
    }
}

int options_next(struct app *app, int count, char **words, const char *shorts,
                 const struct option *own)
{
    char all[64];

    if (*shorts == '+') /* getopt wants it first */
        snprintf(all, sizeof all, "+:h%s", shorts + 1);
    else
        snprintf(all, sizeof all, ":h%s", shorts);
    return next(app, count, words, all, own);
}

int options_next_global(struct app *app, int count, char **words, const struct option *own)
{
    return next(app, count, words, "+:h", own);
}
