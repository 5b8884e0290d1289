/* The options of a command, with those that every command has. getopt_long underneath. */
#ifndef ASYNCTUT_OPTIONS_H
#define ASYNCTUT_OPTIONS_H

#include <getopt.h>

#include "cli/app.h"

/* The next of the command's own options, as getopt_long() gives it; -1 at the end; '?' after a
 * mistake, which has then been said. --ascii, --color, --plain, --theme, --trace and --width are
 * taken in on the way, --help gives OPTION_HELP. `own` ends with a zeroed entry; `shorts` is as for
 * getopt_long, "" if there are none; with a '+' before them it looks no further than the first
 * argument that is no option. Leaves optind at that.
 */
enum { OPTION_HELP = 1000 };
int options_next(struct app *app, int count, char **words, const char *shorts,
                 const struct option *own);

/* Before the command's name: the same, but stops at the first word that is no option. */
int options_next_global(struct app *app, int count, char **words, const struct option *own);

/* The lines of help that describe the options every command has. */
extern const char options_help[];

#endif
