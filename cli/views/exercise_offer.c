/* Passed exercises are named too, as passed: everything can be done again. */
#include "cli/views/exercise_offer.h"

#include <string.h>

#include "cli/views/page.h"
#include "cli/views/prompt.h"
#include "engine/exercise/exercise.h"

static bool is_passed(const struct app *app, const char *id)
{
    for (size_t i = 0; i < learner_exercise_count(app->learner); i++) {
        const struct exercise_state *state = learner_exercise_at(app->learner, i);
        if (!strcmp(state->exercise, id))
            return state->passed;
    }
    return false;
}

static void add_exercise(struct page *page, const struct app *app, const struct exercise *exercise,
                         struct str *out)
{
    struct str line = {0};

    if (!out->length) {
        str_putc(out, '\n');
        page_text(page, STYLE_HEADING, 0, "Now you: write it yourself.", out);
    }
    str_printf(&line, "%s%s", exercise->title, is_passed(app, exercise->id) ? " (passed)" : "");
    page_text(page, STYLE_TEXT, 0, str_text(&line), out);
    str_clear(&line);
    str_printf(&line, "asynctut exercise start %s", exercise->id);
    page_text(page, STYLE_CODE, 2, str_text(&line), out);
    str_free(&line);
}

void exercise_offer(struct app *app, const struct course_chapter *chapter)
{
    struct exercises exercises;
    struct error error = {0};
    struct str out = {0};
    struct page page;

    if (exercises_load(&app->course, &exercises, &error))
        return; /* `asynctut exercise` says what is wrong */
    page_init(&page, term_look(app->term));
    for (size_t i = 0; i < exercises.count; i++)
        if (exercises.items[i].chapter == chapter->number)
            add_exercise(&page, app, &exercises.items[i], &out);
    page_free(&page);
    if (out.length)
        prompt_write(app, &out);
    str_free(&out);
    exercises_free(&exercises);
}
