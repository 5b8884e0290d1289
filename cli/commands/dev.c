/* `asynctut dev check [FOLDER]`, `asynctut dev new chapter NUMBER SLUG [FOLDER]`: for those who
 * write chapters. Findings go to standard output, one a line, as compilers print them, so that
 * editors can jump to them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chapters/chapter.h"
#include "cli/commands/command.h"
#include "cli/paths.h"
#include "engine/lesson/check.h"
#include "engine/lesson/skeleton.h"

struct findings {
    struct str out;
    int warnings;
};

static const char *source(void *data, int number, const char *name)
{
    const struct chapter *chapter = chapter_by_number(number);
    const struct demo *demo = chapter ? chapter_demo(chapter, name) : NULL;

    (void)data;
    return demo ? demo->source : NULL;
}

static bool has_act(void *data, int number, const char *name, const char *act)
{
    const struct chapter *chapter = chapter_by_number(number);
    const struct demo *demo = chapter ? chapter_demo(chapter, name) : NULL;

    (void)data;
    return demo && demo_act(demo, act);
}

static void found(void *data, const struct finding *finding)
{
    struct findings *findings = data;

    str_puts(&findings->out, finding->file);
    if (finding->line)
        str_printf(&findings->out, ":%d", finding->line);
    str_printf(&findings->out, ": %s%s\n", finding->warning ? "warning: " : "", finding->text);
    findings->warnings += finding->warning;
}

static int check(const char *folder)
{
    struct findings findings = {0};
    struct str top = {0};
    struct check_demos demos = {.source = source, .has_act = has_act};
    int errors, status;

    path_source("", &top);
    demos.top = str_text(&top);
    errors = course_check(folder, &demos, found, &findings);
    str_printf(&findings.out, "%d errors, %d warnings\n", errors < 0 ? 0 : errors,
               findings.warnings);
    status = speak_out(&findings.out);
    if (errors < 0)
        speak_error("", "out of memory");
    str_free(&findings.out);
    str_free(&top);
    return errors ? STATUS_FAILED : status;
}

static int new_chapter(const char *folder, const char *number, const char *slug)
{
    struct error error = {0};
    struct str report = {0};
    int status = STATUS_FAILED;
    bool is_number = *number && strlen(number) <= 3 && !number[strspn(number, "0123456789")];

    if (skeleton_chapter(folder, is_number ? atoi(number) : -1, slug, &report, &error) < 0)
        speak_error("Usage: asynctut dev new chapter NUMBER SLUG [FOLDER]", "%s", error.text);
    else
        status = speak_out(&report);
    str_free(&report);
    return status;
}

/* The folder that was named, or else that of the course. */
static void content_folder(const char *named, struct str *folder)
{
    if (named)
        str_puts(folder, named);
    else
        path_content(folder);
}

static const struct command check_help = {
    .name = "check",
    .summary = "Checks a course, and writes what does not fit, a line each: FILE:LINE: WHAT.\n\n"
               "Errors are parts that do not load, names that lead nowhere, characters that\n"
               "terminals draw differently, and terms that are used before their chapter\n"
               "explains them. Warnings are long sentences and what a quiz should have. It\n"
               "ends with 0 if there are no errors",
    .usage = "dev check [FOLDER]",
    .examples = "  asynctut dev check            the course that is installed or built\n"
                "  asynctut dev check content    a folder with a course.json\n",
    .options = "",
    .next = "asynctut dev new chapter --help",
};

static const struct command new_help = {
    .name = "new",
    .summary = "Begins a chapter: a lesson, a quiz, a demo and their entries, to be filled in",
    .usage = "dev new chapter NUMBER SLUG [FOLDER]",
    .examples = "  asynctut dev new chapter 07 tasks content    called at the top of the tree\n",
    .options = "",
    .next = "asynctut dev check content",
};

/* The help of the verb, wherever it stands among the words. */
static const struct command *help_of(int count, char **words)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "check") == 0)
            return &check_help;
        if (strcmp(words[i], "new") == 0)
            return &new_help;
    }
    return &command_dev;
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{0}};
    struct str folder = {0};
    int option, status;

    while ((option = options_next(app, count, words, "", own)) != -1)
        return command_option(app, help_of(count, words), option);
    words += optind;
    count -= optind;
    if ((count == 1 || count == 2) && strcmp(words[0], "check") == 0) {
        content_folder(count == 2 ? words[1] : NULL, &folder);
        status = check(str_text(&folder));
    } else if ((count == 4 || count == 5) && strcmp(words[0], "new") == 0 &&
               strcmp(words[1], "chapter") == 0) {
        content_folder(count == 5 ? words[4] : NULL, &folder);
        status = new_chapter(str_text(&folder), words[2], words[3]);
    } else {
        status = command_misused(&command_dev, "dev needs what to do: check, or new chapter");
    }
    str_free(&folder);
    return status;
}

const struct command command_dev = {
    .name = "dev",
    .summary = "For those who write chapters: checks a course, begins a chapter",
    .usage = "dev check [FOLDER] | new chapter NUMBER SLUG [FOLDER]",
    .examples = "  asynctut dev check                     the course that is installed or built\n"
                "  asynctut dev check content             a folder with a course.json\n"
                "  asynctut dev new chapter 07 tasks      a lesson, a quiz and a demo to fill in\n",
    .options = "",
    .next = "asynctut run 03",
    .run = run,
};
