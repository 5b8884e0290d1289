/* A command: one file, one entry in the table of table.c. */
#ifndef ASYNCTUT_COMMAND_H
#define ASYNCTUT_COMMAND_H

#include <stddef.h>

#include "cli/app.h"
#include "cli/options.h"

struct command {
    const char *name, *summary;
    const char *usage;    /* "run CHAPTER [OPTION]…" */
    const char *examples; /* lines "  asynctut run 03    what it does" */
    const char *options;  /* its own, one a line; "" if it has none */
    const char *next;     /* the command to try after it */
    /* words[0] is the command's name. Returns the status to exit with. */
    int (*run)(struct app *app, int count, char **words);
};

/* In order of their names; ends with a name of NULL. */
extern const struct command *const commands[];

/* NULL if there is none. */
const struct command *command_find(const char *name);

/* "there is no command …", with a did-you-mean. Returns STATUS_USAGE. */
int command_unknown(const char *name);

/* Writes the help of one command; STATUS_OK or STATUS_FAILED. */
int command_help(struct app *app, const struct command *command);

/* For a command's run(): what to return when options_next() gave OPTION_HELP or '?'. */
int command_option(struct app *app, const struct command *command, int option);

/* "asynctut run needs a chapter": STATUS_USAGE, with the usage as what to do. */
int command_misused(const struct command *command, const char *what);

extern const struct command command_config, command_demo, command_dev, command_exercise,
    command_export, command_help_command, command_home, command_list, command_progress,
    command_quiz, command_ref, command_replay, command_run, command_search, command_trace,
    command_version;

#endif
