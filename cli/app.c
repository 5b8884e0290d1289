/* Opening and closing, at one place. The order of closing matters: the terminal is restored before
 * anything is said on standard error. */
#include "cli/app.h"

#include <string.h>
#include <unistd.h>

#include "cli/paths.h"
#include "engine/trace/symbols.h"

int app_course(struct app *app)
{
    struct error error = {0};
    struct str folder = {0};

    if (app->course.memory)
        return STATUS_OK;
    path_content(&folder);
    if (course_load(str_text(&folder), &app->course, &error) < 0)
        speak_error("Mend that file, or name a whole course with ASYNCTUT_CONTENT=FOLDER.", "%s",
                    error.text);
    str_free(&folder);
    return error.code ? STATUS_FAILED : STATUS_OK;
}

int app_reference(struct app *app)
{
    struct error error = {0};
    int status = app_course(app);

    if (status != STATUS_OK || app->reference.memory)
        return status;
    if (reference_load(app->course.folder, &app->reference, &error) == 0)
        return STATUS_OK;
    speak_error("Mend that file, or install the course anew.", "%s", error.text);
    return STATUS_FAILED;
}

int app_learner(struct app *app)
{
    struct error notice = {0};

    if (app->learner)
        return STATUS_OK;
    if (learner_open(NULL, &app->learner, &notice) < 0) {
        speak_error("", "%s", notice.text);
        return STATUS_FAILED;
    }
    if (notice.text[0])
        speak_error("", "%s", notice.text);
    return STATUS_OK;
}

int app_term(struct app *app)
{
    struct look_options options;
    struct error error = {0};

    if (app->term)
        return STATUS_OK;
    settings_look(&app->settings, &options);
    if (term_open(&options, &app->term, &error) < 0) {
        speak_error("", "cannot use the terminal: %s", error.text);
        return STATUS_FAILED;
    }
    app->blank = !term_interactive(app->term); /* a file begins with text, not with a blank line */
    return STATUS_OK;
}

int app_chapter(struct app *app, const char *word, const struct course_chapter **ret_chapter)
{
    const char *near = NULL;
    struct str to_do = {0};
    int status = app_course(app);

    if (status != STATUS_OK)
        return status;
    *ret_chapter = course_find(&app->course, word, &near);
    if (*ret_chapter)
        return STATUS_OK;
    if (near)
        str_printf(&to_do, "Did you mean \"%s\"? ", near);
    str_puts(&to_do, "\"asynctut list\" shows every chapter.");
    speak_error(str_text(&to_do), "there is no chapter \"%s\"", word);
    str_free(&to_do);
    return STATUS_USAGE;
}

struct symbols *app_symbols(struct app *app)
{
    if (!app->symbols && symbols_open(&app->symbols) < 0)
        app->symbols = NULL;
    return app->symbols;
}

static void say_not_saved(struct app *app, const struct error *error)
{
    struct str line = {0};

    if (app->term && term_interactive(app->term)) {
        str_puts(&line, "\n ");
        look_text(term_look(app->term), STYLE_WARNING, "Not saved: ", &line);
        str_printf(&line, "%s\n", error->text);
        term_write(app->term, str_text(&line), line.length);
        str_free(&line);
    } else {
        speak_error("The lesson goes on; what you do now is not remembered.", "not saved: %s",
                    error->text);
    }
}

void app_save(struct app *app)
{
    struct error error = {0};

    if (!app->learner || learner_save(app->learner, &error) == 0 || app->save_failed)
        return;
    app->save_failed = true;
    say_not_saved(app, &error);
}

void app_close(struct app *app)
{
    term_close(app->term);
    app->term = NULL;
    if (app->learner)
        learner_close(app->learner);
    app->learner = NULL;
    symbols_close(app->symbols);
    app->symbols = NULL;
    if (app->course.memory)
        course_free(&app->course);
    memset(&app->course, 0, sizeof app->course);
    reference_free(&app->reference);
}

static void look_at(const struct app *app, int fd, struct look *ret_look)
{
    struct look_options options;

    settings_look(&app->settings, &options);
    look_detect(&options, fd, ret_look);
}

void app_look(const struct app *app, struct look *ret_look)
{
    look_at(app, STDOUT_FILENO, ret_look);
}

void app_look_error(const struct app *app, struct look *ret_look)
{
    look_at(app, STDERR_FILENO, ret_look);
}
