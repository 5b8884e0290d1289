/* `asynctut search WORD…`: where in the course something is said, and the command that leads there.
 * Each hit takes two lines: the place, and what stands there. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands/command.h"
#include "cli/views/page.h"
#include "cli/views/place.h"
#include "engine/lesson/search.h"

static const char *slug_of(const struct app *app, int number)
{
    const struct course_chapter *chapter = course_chapter(&app->course, number);

    return chapter ? chapter->slug : "";
}

/* The block of the lesson that asks the item; SIZE_MAX if none does. */
static size_t asked_at(const struct lesson *lesson, const char *id)
{
    const struct document *document = &lesson->document;

    for (size_t i = 0; i < document->block_count; i++) {
        const struct block *block = &document->blocks[i];
        if (block->type == BLOCK_DIRECTIVE && strcmp(block->text, id) == 0 &&
            (strcmp(block->info, "check") == 0 || strcmp(block->info, "predict") == 0))
            return i;
    }
    return SIZE_MAX;
}

/* "asynctut run 05 -s 3": the section in which the hit's block stands, or the item is asked. An
 * item that only the quiz asks: "asynctut quiz 05 q3". */
static void say_command(const struct app *app, const struct hit *hit, struct str *command)
{
    const struct course_chapter *chapter = course_chapter(&app->course, hit->chapter);
    struct lesson lesson = {0};
    size_t block = hit->block;

    if (lesson_load(&app->course, chapter, &lesson, NULL) == 0 && hit->kind == HIT_ITEM)
        block = asked_at(&lesson, hit->name);
    if (block == SIZE_MAX)
        str_printf(command, "asynctut quiz %02d %s", hit->chapter, hit->name);
    else
        str_printf(command, "asynctut run %02d -s %d", hit->chapter,
                   place_section(&lesson.document, block));
    lesson_free(&lesson);
}

/* Where it is, and what to type to get there. */
static void say_place(const struct app *app, const struct hit *hit, struct str *place,
                      struct str *command)
{
    const char *slug = slug_of(app, hit->chapter);

    switch (hit->kind) {
    case HIT_TERM:
    case HIT_MISCONCEPTION:
        str_printf(place, "%s %s", hit->kind == HIT_TERM ? "term" : "misconception", hit->name);
        str_printf(command, "asynctut ref %s", hit->name);
        break;
    case HIT_LESSON:
        str_printf(place, "%02d %s", hit->chapter, slug);
        if (*hit->section)
            str_printf(place, ": %s", hit->section);
        say_command(app, hit, command);
        break;
    case HIT_ITEM:
        str_printf(place, "%02d %s, question %s", hit->chapter, slug, hit->name);
        say_command(app, hit, command);
        break;
    }
}

static void add_hit(struct page *page, const struct app *app, const struct hit *hit,
                    struct str *out)
{
    struct str place = {0}, command = {0};

    say_place(app, hit, &place, &command);
    page_title(page, STYLE_STRONG, str_text(&place), str_text(&command), out);
    page_text(page, STYLE_TEXT, 2, hit->excerpt, out);
    str_free(&place);
    str_free(&command);
}

static int nothing(const char *words, const char *near)
{
    char to_do[160];

    snprintf(to_do, sizeof to_do, "Did you mean \"%s\"?", near ? near : "");
    speak_error(near ? to_do : "Fewer or shorter words find more.", "nothing says \"%s\"", words);
    return STATUS_FAILED;
}

static int show(const struct app *app, const struct hits *hits)
{
    struct look look;
    struct page page;
    struct str out = {0};
    int status;

    app_look(app, &look);
    page_init(&page, &look);
    for (size_t i = 0; i < hits->count; i++)
        add_hit(&page, app, &hits->items[i], &out);
    if (hits->more)
        str_printf(&out, "%s%zu more; another word narrows it down\n", page.margin, hits->more);
    if (hits->unreadable)
        str_printf(&out, "%s%d chapters could not be read\n", page.margin, hits->unreadable);
    status = speak_paged(&out, look.terminal && !look.plain ? look.height : 0);
    page_free(&page);
    str_free(&out);
    return status;
}

static int search(const struct app *app, const char *words)
{
    struct reference reference = {0};
    struct hits hits = {0};
    struct error error = {0};
    int status, code = reference_load(app->course.folder, &reference, &error);

    if (code == 0)
        code = search_course(&app->course, &reference, words, &hits, &error);
    if (code < 0) {
        speak_error("", "%s", error.text);
        status = STATUS_FAILED;
    } else {
        status = hits.count ? show(app, &hits) : nothing(words, hits.near);
    }
    hits_free(&hits);
    reference_free(&reference);
    return status;
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{0}};
    struct str text = {0};
    int status, option = options_next(app, count, words, "", own);

    if (option != -1)
        return command_option(app, &command_search, option);
    if (count == optind)
        return command_misused(&command_search, "search needs a word");
    status = app_course(app);
    for (int i = optind; i < count; i++)
        str_printf(&text, "%s%s", i > optind ? " " : "", words[i]);
    if (status == STATUS_OK)
        status = search(app, str_text(&text));
    str_free(&text);
    return status;
}

const struct command command_search = {
    .name = "search",
    .summary = "Where in the course something is said",
    .usage = "search WORD...",
    .examples = "  asynctut search poll        terms, lessons and questions that speak of it\n"
                "  asynctut search wait ker    every word, in one place; beginnings are enough\n",
    .options = "",
    .next = "asynctut ref",
    .run = run,
};
