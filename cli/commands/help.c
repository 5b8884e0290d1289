/* `asynctut help [COMMAND]`: examples first, then options, and the next command to try. */
#include <string.h>
#include <unistd.h>

#include "cli/commands/command.h"

static int rows(const struct app *app)
{
    struct look look;

    app_look(app, &look);
    return look.terminal && !look.plain && isatty(STDIN_FILENO) ? look.height : 0;
}

int command_help(struct app *app, const struct command *command)
{
    struct str out = {0};
    int status;

    str_printf(&out, "asynctut %s\n\n%s.\n\nExamples\n%s", command->usage, command->summary,
               command->examples);
    if (*command->options)
        str_printf(&out, "\nOptions\n%s", command->options);
    str_printf(&out, "\nOptions of every command\n%s\nNext: %s\n", options_help, command->next);
    status = speak_paged(&out, rows(app));
    str_free(&out);
    return status;
}

static int overview(struct app *app)
{
    struct str out = {0};
    int status;

    str_puts(&out, "asynctut teaches asynchronous programming with real event loops.\n\n"
                   "Examples\n"
                   "  asynctut              where you are and what is next\n"
                   "  asynctut run 03       a lesson, with its demos and questions\n"
                   "  asynctut demo 03      only the demos, traced live\n"
                   "  asynctut run 03 | cat without a terminal: only questions wait\n\n"
                   "Commands\n");
    for (int i = 0; commands[i]; i++)
        str_printf(&out, "  %-10s%s\n", commands[i]->name, commands[i]->summary);
    str_printf(&out,
               "\nOptions of every command\n%s"
               "      --version   the version, also libuv's\n"
               "\nNext: asynctut\n",
               options_help);
    status = speak_paged(&out, rows(app));
    str_free(&out);
    return status;
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{0}};
    const struct command *command;
    int option;

    while ((option = options_next(app, count, words, "", own)) != -1)
        return command_option(app, &command_help_command, option);
    if (optind == count)
        return overview(app);
    command = command_find(words[optind]);
    return command ? command_help(app, command) : command_unknown(words[optind]);
}

const struct command command_help_command = {
    .name = "help",
    .summary = "How the program and each command are used",
    .usage = "help [COMMAND]",
    .examples = "  asynctut help         every command in a line\n"
                "  asynctut help demo    one command in full\n",
    .options = "",
    .next = "asynctut list",
    .run = run,
};
