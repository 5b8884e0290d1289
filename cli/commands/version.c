/* `asynctut version`, also `--version`: with the libuv that runs, which need not be the one it was
 * built with. */
#include <getopt.h>
#include <uv.h>

#include "cli/commands/command.h"

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{0}};
    struct str out = {0};
    int option, status;

    while ((option = options_next(app, count, words, "", own)) != -1)
        return command_option(app, &command_version, option);
    if (count > optind)
        return command_misused(&command_version, "version takes no argument");
    str_printf(&out, "asynctut %s\nlibuv %s\n", ASYNCTUT_VERSION, uv_version_string());
    status = speak_out(&out);
    str_free(&out);
    return status;
}

const struct command command_version = {
    .name = "version",
    .summary = "The version of asynctut and of the libuv it runs on",
    .usage = "version",
    .examples = "  asynctut version\n  asynctut --version\n",
    .options = "",
    .next = "asynctut",
    .run = run,
};
