/* asynctut: settings, then the command that the first word names, from the table in
 * cli/commands/table.c. Nothing else happens here, so that start-up stays in the range of a
 * millisecond. */
#include <signal.h>
#include <string.h>

#include "cli/commands/command.h"

/* Options before the command's name. -1: go on with the word at optind; else a status. */
static int leading_options(struct app *app, int count, char **words)
{
    static const struct option own[] = {{"version", no_argument, NULL, 'V'}, {0}};
    char *version[] = {words[0], NULL}, *help[] = {words[0], NULL};
    int option;

    while ((option = options_next_global(app, count, words, own)) != -1) {
        optind = 0;
        if (option == 'V')
            return command_version.run(app, 1, version);
        if (option == OPTION_HELP)
            return command_help_command.run(app, 1, help);
        return STATUS_USAGE;
    }
    return -1;
}

static int run_command(struct app *app, int count, char **words)
{
    char *home[] = {words[0], NULL};
    const struct command *command;
    int first = optind;

    optind = 0; /* begin anew, and in the other order */
    if (first == count)
        return command_home.run(app, 1, home);
    command = command_find(words[first]);
    if (!command)
        return command_unknown(words[first]);
    return command->run(app, count - first, words + first);
}

int main(int count, char **words)
{
    struct app app = {0};
    struct error error = {0};
    int status;

    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of write(2), said or not at one place */
    settings_init(&app.settings);
    if (settings_load(&app.settings, &error) < 0) {
        speak_error("Mend or remove that setting.", "%s", error.text);
        return STATUS_FAILED;
    }
    status = leading_options(&app, count, words);
    if (status == -1)
        status = run_command(&app, count, words);
    app_close(&app);
    return status;
}
