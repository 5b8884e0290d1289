/* `asynctut` alone: where you are and what is next, in one screen. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "cli/commands/command.h"
#include "cli/commands/session.h"
#include "cli/views/chapters.h"
#include "cli/views/lesson.h"
#include "cli/views/quiz.h"

struct home {
    struct app *app;
    const struct course_chapter *next;
    size_t due;
};

static bool is_new(const struct app *app)
{
    return learner_chapter_count(app->learner) == 0 && learner_answer_count(app->learner) == 0 &&
           learner_exercise_count(app->learner) == 0;
}

static void add_welcome(struct page *page, const struct home *home, struct str *out)
{
    str_putc(out, '\n');
    page_text(page, STYLE_TEXT, 0,
              "Here you read a little, predict what a program will do, and watch it do it: real "
              "programs on a real event loop, traced as they run.",
              out);
    if (home->next) {
        str_putc(out, '\n');
        page_labelled(page, "Begin here:  ", home->next->title, out);
        page_text(page, STYLE_DIM, 13, home->next->question, out);
    }
}

static void add_place(struct page *page, const struct home *home, struct str *out)
{
    const struct chapter_state *state = home->next ? chapters_state(home->app, home->next) : NULL;
    struct str line = {0};

    if (!home->next)
        str_puts(&line, "Every chapter is done.");
    else if (state && state->block > 0)
        str_printf(&line, "You are in %02d %s.", home->next->number, home->next->title);
    else
        str_printf(&line, "Next is %02d %s.", home->next->number, home->next->title);
    if (home->due > 0)
        str_printf(&line, " %zu %s due for review.", home->due,
                   home->due == 1 ? "question is" : "questions are");
    str_putc(out, '\n');
    page_text(page, STYLE_TEXT, 0, str_text(&line), out);
    str_free(&line);
}

static void add_commands(struct page *page, const struct home *home, struct str *out)
{
    char line[160];

    str_putc(out, '\n');
    if (home->next) {
        snprintf(line, sizeof line, "asynctut run %02d", home->next->number);
        page_labelled(page, is_new(home->app) ? "Begin:     " : "Continue:  ", line, out);
    }
    if (home->due > 0)
        page_labelled(page, "Review:    ", "asynctut quiz --due", out);
    page_labelled(page, "More:      ", "asynctut help", out);
}

static void show(struct home *home, const struct look *look, bool keys, struct str *out)
{
    struct page page;
    struct str right = {0};

    page_init(&page, look);
    str_printf(&right, "libuv %s", uv_version_string());
    page_title(&page, STYLE_TITLE, "asynctut", str_text(&right), out);
    if (is_new(home->app)) {
        add_welcome(&page, home, out);
    } else {
        str_putc(out, '\n');
        chapters_list(&page, home->app, home->next, false, out);
        add_place(&page, home, out);
    }
    if (!keys)
        add_commands(&page, home, out);
    str_free(&right);
    page_free(&page);
}

static int print(struct home *home)
{
    struct look look;
    struct str out = {0};
    int status;

    app_look(home->app, &look);
    show(home, &look, false, &out);
    status = speak_out(&out);
    str_free(&out);
    return status;
}

/* Who is new is offered where to begin and nothing else, though all else is taken too.
 * " Enter continues 02   r and Enter reviews (3 due)   l and Enter lists all   q and …" */
static void add_keys(const struct home *home, const struct look *look, struct str *out)
{
    bool begun = home->next && chapters_state(home->app, home->next);
    char enter[32], review[48];
    struct hint hints[5];
    size_t count = 0;

    snprintf(enter, sizeof enter, begun ? "continues %02d" : "begins %02d",
             home->next ? home->next->number : 0);
    snprintf(review, sizeof review, "and Enter reviews (%zu due)", home->due);
    if (home->next)
        hints[count++] = (struct hint){'\n', enter};
    if (home->due)
        hints[count++] = (struct hint){'r', review};
    if (!is_new(home->app))
        hints[count++] = (struct hint){'l', "and Enter lists all"};
    hints[count++] = (struct hint){'q', "and Enter leaves"};
    str_putc(out, '\n');
    prompt_hints(look, hints, count, out);
    str_puts(out, is_new(home->app) ? "\n" : "\n or the number or name of a chapter, then Enter\n");
}

static int walk(struct app *app, const struct course_chapter *chapter)
{
    return session_end(app, chapter, lesson_walk(app, chapter, 0));
}

static void show_all(struct home *home)
{
    struct page page;
    struct str out = {0};

    page_init(&page, term_look(home->app->term));
    str_putc(&out, '\n');
    chapters_list(&page, home->app, home->next, true, &out);
    prompt_write(home->app, &out);
    str_free(&out);
    page_free(&page);
}

static void say_unknown(struct home *home, const char *near)
{
    struct str out = {0};

    if (near)
        str_printf(&out, " There is none of that name. Did you mean \"%s\"?\n", near);
    else
        str_puts(&out, " There is none of that name.\n");
    prompt_write(home->app, &out);
    str_free(&out);
}

/* What was typed; -1: ask again, else the status to exit with. */
static int take(struct home *home, const char *line)
{
    const char *near = NULL;
    const struct course_chapter *chapter;

    if (*line == '\0')
        return home->next ? walk(home->app, home->next) : STATUS_OK;
    if (strcmp(line, "q") == 0)
        return STATUS_OK;
    if (strcmp(line, "r") == 0)
        return session_end(home->app, NULL, quiz_review(home->app));
    if (strcmp(line, "l") == 0) {
        show_all(home);
        return -1;
    }
    chapter = course_find(&home->app->course, line, &near);
    if (chapter)
        return walk(home->app, chapter);
    say_unknown(home, near);
    return -1;
}

static int converse(struct home *home)
{
    const struct look *look = term_look(home->app->term);
    struct str text = {0};
    int status = -1;

    show(home, look, true, &text);
    add_keys(home, look, &text);
    prompt_write(home->app, &text);
    while (status == -1) {
        int result = prompt_line(home->app, " > ", &text);

        status = result < 0 ? flow_status(prompt_flow(result)) : take(home, str_text(&text));
    }
    str_free(&text);
    return status;
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{0}};
    struct home home = {.app = app};
    int option, status;

    while ((option = options_next(app, count, words, "", own)) != -1)
        return command_option(app, &command_home, option);
    if (count > optind)
        return command_misused(&command_home, "home takes no argument");
    status = app_course(app);
    if (status == STATUS_OK)
        status = app_learner(app);
    if (status != STATUS_OK)
        return status;
    home.next = chapters_next(app);
    home.due = learner_due(app->learner, time(NULL));
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return print(&home);
    status = app_term(app);
    return status == STATUS_OK ? converse(&home) : status;
}

const struct command command_home = {
    .name = "home",
    .summary = "Where you are and what is next; also asynctut alone",
    .usage = "[home]",
    .examples = "  asynctut    where you are; Enter goes on there\n",
    .options = "",
    .next = "asynctut list",
    .run = run,
};
