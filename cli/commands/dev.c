/* `asynctut dev check [FOLDER]`: for those who write chapters. Findings go to standard output, one
 * a line, as compilers print them, so that editors can jump to them. */
#include <stdio.h>
#include <string.h>

#include "chapters/chapter.h"
#include "cli/commands/command.h"
#include "cli/paths.h"
#include "engine/lesson/check.h"

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

static int check_named(const char *named)
{
    struct str folder = {0};
    int status;

    if (named)
        str_puts(&folder, named);
    else
        path_content(&folder);
    status = check(str_text(&folder));
    str_free(&folder);
    return status;
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{0}};
    int option;

    while ((option = options_next(app, count, words, "", own)) != -1)
        return command_option(app, &command_dev, option);
    if (count - optind < 1 || count - optind > 2 || strcmp(words[optind], "check") != 0)
        return command_misused(&command_dev, "dev needs what to do: check");
    return check_named(count - optind == 2 ? words[optind + 1] : NULL);
}

const struct command command_dev = {
    .name = "dev",
    .summary = "For those who write chapters: checks a course",
    .usage = "dev check [FOLDER]",
    .examples = "  asynctut dev check            the course that is installed or built\n"
                "  asynctut dev check content    a folder with a course.json\n",
    .options = "",
    .next = "asynctut run 03",
    .run = run,
};
