/* See process.h. The environment holds nothing but what is named here, so that the person who runs
 * the tests does not change what they see. */
#include "tests/cli/process.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/test.h"

enum { PATH_SIZE = 256, OUTPUT_SIZE = 1 << 20 };

static char folder[64];
static char state_variable[PATH_SIZE], config_variable[PATH_SIZE], home_variable[PATH_SIZE];

void learner_folder_make(void)
{
    strcpy(folder, "/tmp/asynctut-session-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(state_variable, sizeof state_variable, "XDG_STATE_HOME=%s", folder);
    snprintf(config_variable, sizeof config_variable, "XDG_CONFIG_HOME=%s", folder);
    snprintf(home_variable, sizeof home_variable, "HOME=%s", folder);
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

void learner_folder_remove(void)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *learner_file(const char *name)
{
    static char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

void learner_write(const char *name, const char *text)
{
    FILE *file = fopen(learner_file(name), "w");

    cr_assert_not_null(file, "%s", name);
    fputs(text, file);
    fclose(file);
}

/* Splits at blanks; `copy` holds the words. */
static void split(const char *arguments, char *copy, size_t size, const char **words)
{
    size_t count = 0;
    char *rest = copy;

    words[count++] = ASYNCTUT_PROGRAM;
    snprintf(copy, size, "%s", arguments);
    for (char *word; (word = strsep(&rest, " ")) && count + 1 < PROCESS_WORDS;)
        if (*word)
            words[count++] = word;
    words[count] = NULL;
}

static void environment(const char *extra, const char **variables)
{
    size_t count = 0;

    if (!extra || strncmp(extra, "TERM=", 5) != 0)
        variables[count++] = "TERM=xterm-256color";
    variables[count++] = "LC_ALL=C.UTF-8";
    variables[count++] = "PATH=/usr/bin:/bin";
    variables[count++] = state_variable;
    variables[count++] = config_variable;
    variables[count++] = home_variable;
    if (extra)
        variables[count++] = extra;
    variables[count] = NULL;
}

void process_make(const char *arguments, const char *extra, struct process *ret_process)
{
    split(arguments, ret_process->copy, sizeof ret_process->copy, ret_process->words);
    environment(extra, ret_process->environment);
}

static void read_file(const char *name, char *text, size_t size)
{
    FILE *file = fopen(learner_file(name), "r");
    size_t length = file ? fread(text, 1, size - 1, file) : 0;

    text[length] = '\0';
    if (file)
        fclose(file);
}

static void redirect(const char *name, const char *mode, FILE *stream)
{
    if (!freopen(learner_file(name), mode, stream))
        _exit(126);
}

struct outcome piped(const char *arguments, const char *input, const char *extra)
{
    return piped_as(ASYNCTUT_PROGRAM, arguments, input, extra);
}

struct outcome piped_as(const char *program, const char *arguments, const char *input,
                        const char *extra)
{
    static char out[OUTPUT_SIZE], error[OUTPUT_SIZE];
    struct process process;
    int status = 0;
    pid_t child;

    process_make(arguments, extra, &process);
    process.words[0] = program;
    learner_write("in", input);
    child = fork();
    if (child == 0) {
        redirect("in", "r", stdin);
        redirect("out", "w", stdout);
        redirect("error", "w", stderr);
        execve(process.words[0], (char *const *)process.words, (char *const *)process.environment);
        _exit(127);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    read_file("out", out, sizeof out);
    read_file("error", error, sizeof error);
    return (struct outcome){WIFEXITED(status) ? WEXITSTATUS(status) : -1, out, error};
}
