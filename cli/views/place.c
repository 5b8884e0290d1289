/* Sections are counted by looking, each time: a lesson has some hundred blocks. */
#include "cli/views/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/file.h"

enum { LESSON_LIMIT = 4 * 1024 * 1024 };

static bool begins_section(const struct block *block)
{
    return block->type == BLOCK_HEADING && block->level == 2;
}

/* Whether there is more before the first section than the title. */
static bool has_opening(const struct document *document)
{
    for (size_t i = 0; i < document->block_count; i++) {
        if (begins_section(&document->blocks[i]))
            return false;
        if (document->blocks[i].type != BLOCK_HEADING)
            return true;
    }
    return true;
}

int place_section(const struct document *document, size_t block)
{
    int section = has_opening(document);

    for (size_t i = 0; i <= block && i < document->block_count; i++)
        section += begins_section(&document->blocks[i]);
    return section ? section : 1;
}

int place_sections(const struct document *document)
{
    return place_section(document, document->block_count);
}

size_t place_section_begin(const struct document *document, size_t block)
{
    while (block > 0 && !begins_section(&document->blocks[block]))
        block--;
    return block;
}

char *place_section_title(const struct document *document, size_t block)
{
    const struct block *heading = &document->blocks[place_section_begin(document, block)];
    struct str title = {0};

    str_puts(&title, "");
    for (size_t i = 0; begins_section(heading) && i < heading->run_count; i++)
        str_add(&title, heading->runs[i].text, heading->runs[i].length);
    return title.data ? str_take(&title) : strdup("");
}

/* FNV-1a of the file; 0 if it cannot be read. */
static uint32_t content_hash(const char *path)
{
    struct error error = {0};
    uint32_t hash = 2166136261u;
    char *text;
    size_t length;

    if (file_read(path, LESSON_LIMIT, &text, &length, &error) < 0)
        return 0;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    free(text);
    return hash;
}

static size_t find_section(const struct document *document, const char *title)
{
    for (size_t i = 0; i < document->block_count; i++) {
        char *here = begins_section(&document->blocks[i]) ? place_section_title(document, i) : NULL;
        bool same = here && strcmp(here, title) == 0;

        free(here);
        if (same)
            return i;
    }
    return 0;
}

size_t place_load(struct app *app, const struct course_chapter *chapter,
                  const struct lesson *lesson)
{
    const struct chapter_state *state = learner_chapter(app->learner, chapter->slug);

    if (!state || state->block <= 0)
        return 0;
    if (state->content == content_hash(lesson->path) &&
        (size_t)state->block < lesson->document.block_count)
        return (size_t)state->block;
    return find_section(&lesson->document, state->section);
}

/* The title is kept in the app, because a save that fails goes on using it. */
static void store(struct app *app, struct chapter_state *state, const char *section, size_t block)
{
    snprintf(app->section, sizeof app->section, "%s", section);
    state->section = app->section;
    state->block = (int)block;
    state->changed = time(NULL);
    app_save(app);
}

void place_save(struct app *app, const struct course_chapter *chapter, const struct lesson *lesson,
                size_t block)
{
    struct chapter_state *state = learner_chapter(app->learner, chapter->slug);
    char *title = place_section_title(&lesson->document, block);

    if (state && title) {
        state->content = content_hash(lesson->path);
        store(app, state, title, block);
    }
    free(title);
}

void place_done(struct app *app, const struct course_chapter *chapter)
{
    struct chapter_state *state = learner_chapter(app->learner, chapter->slug);

    if (!state)
        return;
    state->done = true;
    store(app, state, "", 0);
}

/* The quiz has a place of its own, under a name that no chapter can have. */
static struct chapter_state *quiz_state(struct app *app, const struct course_chapter *chapter)
{
    struct chapter_state *state = NULL;
    struct str name = {0};

    str_printf(&name, "%s/quiz", chapter->slug);
    if (!name.failed)
        state = learner_chapter(app->learner, str_text(&name));
    str_free(&name);
    return state;
}

int place_quiz(struct app *app, const struct course_chapter *chapter)
{
    const struct chapter_state *state = quiz_state(app, chapter);

    return state ? state->block : 0;
}

void place_set_quiz(struct app *app, const struct course_chapter *chapter, int question)
{
    struct chapter_state *state = quiz_state(app, chapter);

    if (state)
        store(app, state, "", (size_t)question);
}
