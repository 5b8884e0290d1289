/* Columns are as wide as the longest slug and title; on a narrow screen the titles go first. */
#include "cli/views/chapters.h"

#include <stdio.h>
#include <string.h>

#include "engine/exercise/exercise.h"

enum { NUMBER_COLUMNS = 6, GAP = 2 };

static const struct chapter_state *find_state(const struct app *app, const char *name)
{
    for (size_t i = 0; i < learner_chapter_count(app->learner); i++) {
        const struct chapter_state *state = learner_chapter_at(app->learner, i);

        if (strcmp(state->chapter, name) == 0)
            return state;
    }
    return NULL;
}

const struct chapter_state *chapters_state(const struct app *app,
                                           const struct course_chapter *chapter)
{
    return find_state(app, chapter->slug);
}

/* The question at which its quiz was left (place.h); 0 if it was not. */
static int quiz_left_at(const struct app *app, const struct course_chapter *chapter)
{
    const struct chapter_state *state = NULL;
    struct str name = {0};

    str_printf(&name, "%s/quiz", chapter->slug);
    if (!name.failed)
        state = find_state(app, str_text(&name));
    str_free(&name);
    return state ? state->block : 0;
}

/* --- exercises -------------------------------------------------------------------------------- */

struct counting {
    const struct learner *learner;
    size_t passed;
};

static bool is_begun(const char *id, void *to)
{
    struct counting *counting = to;

    for (size_t i = 0; i < learner_exercise_count(counting->learner); i++) {
        const struct exercise_state *state = learner_exercise_at(counting->learner, i);

        if (strcmp(state->exercise, id) == 0) {
            counting->passed += state->passed;
            return true;
        }
    }
    return false;
}

struct chapter_exercises chapters_exercises(const struct app *app,
                                            const struct course_chapter *chapter)
{
    struct counting counting = {app->learner, 0};
    struct chapter_exercises exercises = {0, 0, 0};

    exercises.count = exercises_of(&app->course, chapter, is_begun, &counting, &exercises.begun);
    exercises.passed = counting.passed;
    return exercises;
}

static void add_exercises(const struct app *app, const struct course_chapter *chapter,
                          const char *between, struct str *out)
{
    struct chapter_exercises exercises;

    if (learner_exercise_count(app->learner) == 0)
        return; /* no folder need be looked into */
    exercises = chapters_exercises(app, chapter);
    if (!exercises.begun)
        return;
    str_puts(out, out->length ? between : "");
    if (!exercises.passed)
        str_puts(out, "exercise begun");
    else if (exercises.count == 1)
        str_puts(out, "exercise passed");
    else
        str_printf(out, "%zu of %zu exercises passed", exercises.passed, exercises.count);
}

/* --- in words --------------------------------------------------------------------------------- */

void chapters_words(const struct app *app, const struct course_chapter *chapter,
                    const char *between, struct str *out)
{
    const struct chapter_state *state = chapters_state(app, chapter);

    if (state && state->block > 0 && *state->section)
        str_printf(out, "at \"%s\"", state->section);
    else if (state && state->block > 0)
        str_puts(out, "begun");
    else if (state && state->done)
        str_puts(out, "done");
    if (state && state->quiz_of > 0)
        str_printf(out, "%squiz %d of %d", out->length ? between : "", state->quiz_right,
                   state->quiz_of);
    else if (quiz_left_at(app, chapter) > 0)
        str_printf(out, "%squiz at question %d", out->length ? between : "",
                   quiz_left_at(app, chapter));
    add_exercises(app, chapter, between, out);
}

const struct course_chapter *chapters_next(const struct app *app)
{
    const struct course_chapter *next = NULL;
    int64_t newest = -1;

    for (size_t i = 0; i < app->course.chapter_count; i++) {
        const struct course_chapter *chapter = &app->course.chapters[i];
        const struct chapter_state *state = chapters_state(app, chapter);
        bool open = state && state->block > 0;

        if (open && state->changed > newest) {
            newest = state->changed;
            next = chapter;
        }
    }
    for (size_t i = 0; !next && i < app->course.chapter_count; i++) {
        const struct chapter_state *state = chapters_state(app, &app->course.chapters[i]);

        if (!state || !state->done)
            next = &app->course.chapters[i];
    }
    return next;
}

static int columns(const char *text)
{
    return text_width(text, strlen(text));
}

struct widths {
    int slug, title; /* title 0: not shown */
};

static struct widths measure(const struct page *page, const struct course *course, bool titles)
{
    struct widths widths = {0, 0};

    for (size_t i = 0; i < course->chapter_count; i++) {
        int slug = columns(course->chapters[i].slug), title = columns(course->chapters[i].title);

        widths.slug = slug > widths.slug ? slug : widths.slug;
        widths.title = title > widths.title ? title : widths.title;
    }
    if (!titles || NUMBER_COLUMNS + widths.slug + widths.title + 2 * GAP > page->width)
        widths.title = 0;
    return widths;
}

static void add_padded(const char *text, int width, struct str *out)
{
    str_puts(out, text);
    str_repeat(out, " ", width - columns(text) + GAP);
}

static void trim(struct str *line)
{
    while (line->length > 0 && line->data[line->length - 1] == ' ')
        line->data[--line->length] = '\0';
}

static void add_chapter(struct page *page, const struct app *app,
                        const struct course_chapter *chapter, bool marked,
                        const struct widths *widths, struct str *out)
{
    const char *mark = !marked             ? " "
                       : page->look->plain ? "next:"
                                           : look_glyph(page->look, GLYPH_POINTER);
    struct str line = {0}, words = {0};

    str_printf(&line, "%s %02d  ", mark, chapter->number);
    add_padded(chapter->slug, widths->slug, &line);
    if (widths->title)
        add_padded(chapter->title, widths->title, &line);
    chapters_words(app, chapter, "   ", &words);
    if (columns(str_text(&line)) + columns(str_text(&words)) <= page->width) {
        str_puts(&line, str_text(&words));
        str_clear(&words);
    } else { /* wrapped text has no columns */
        str_clear(&words);
        chapters_words(app, chapter, "; ", &words);
    }
    trim(&line);
    str_printf(out, "%s%s\n", page->margin, str_text(&line));
    if (words.length)
        page_text(page, STYLE_DIM, NUMBER_COLUMNS, str_text(&words), out);
    str_free(&line);
    str_free(&words);
}

void chapters_list(struct page *page, const struct app *app, const struct course_chapter *next,
                   bool titles, struct str *out)
{
    struct widths widths = measure(page, &app->course, titles);
    int part = -1;

    for (size_t i = 0; i < app->course.chapter_count; i++) {
        const struct course_chapter *chapter = &app->course.chapters[i];

        if (chapter->part != part) {
            const struct course_part *shown = &app->course.parts[chapter->part];
            char title[160];

            snprintf(title, sizeof title, "Part %s  %s", shown->number, shown->title);
            if (part >= 0)
                str_putc(out, '\n');
            page_title(page, STYLE_HEADING, title, "", out);
            part = chapter->part;
        }
        add_chapter(page, app, chapter, chapter == next, &widths, out);
    }
}

void chapters_path(struct page *page, const struct app *app, const struct course_path *path,
                   const struct course_chapter *next, struct str *out)
{
    struct widths widths = measure(page, &app->course, true);

    page_title(page, STYLE_HEADING, path->title, "", out);
    page_text(page, STYLE_TEXT, 0, path->goal, out);
    for (const int *number = path->chapters; *number >= 0; number++) {
        const struct course_chapter *chapter = course_chapter(&app->course, *number);

        add_chapter(page, app, chapter, chapter == next, &widths, out);
    }
}
