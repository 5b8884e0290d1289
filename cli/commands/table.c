/* The table of commands. */
#include <stdio.h>
#include <string.h>

#include "cli/commands/command.h"
#include "engine/base/array.h"

/* clang-format off */
const struct command *const commands[] = {
    &command_config,
    &command_demo,
    &command_dev,
    &command_exercise,
    &command_export,
    &command_help_command,
    &command_home,
    &command_list,
    &command_progress,
    &command_quiz,
    &command_ref,
    &command_replay,
    &command_run,
    &command_search,
    &command_trace,
    &command_version,
    NULL,
};
/* clang-format on */

enum { COMMANDS = array_length(commands) - 1 };

const struct command *command_find(const char *name)
{
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

int command_unknown(const char *name)
{
    const char *names[COMMANDS], *near;
    char to_do[160];

    for (int i = 0; i < COMMANDS; i++)
        names[i] = commands[i]->name;
    near = nearest_word(name, names, COMMANDS);
    if (near)
        snprintf(to_do, sizeof to_do,
                 "Did you mean \"asynctut %s\"? \"asynctut help\" lists the commands.", near);
    speak_error(near ? to_do : "\"asynctut help\" lists the commands.",
                "there is no command \"%s\"", name);
    return STATUS_USAGE;
}

int command_option(struct app *app, const struct command *command, int option)
{
    return option == OPTION_HELP ? command_help(app, command) : STATUS_USAGE;
}

int command_misused(const struct command *command, const char *what)
{
    char to_do[160];

    snprintf(to_do, sizeof to_do, "Usage: asynctut %s", command->usage);
    speak_error(to_do, "%s", what);
    return STATUS_USAGE;
}
