/* Terms: each is linked from its first use and explained where the glossary says, and no chapter
 * uses one that a later chapter explains. A lesson is gone through as it is read: text, and the
 * items that it asks where it asks them. */
#include <stdlib.h>
#include <string.h>

#include "engine/lesson/check_priv.h"
#include "engine/lesson/terms.h"

/* What has been seen of each term, by its place in the glossary. */
struct seen {
    bool said, explained, early;
};

struct reading {
    struct check *check;
    const struct course_chapter *chapter;
    const struct lesson *lesson;
    struct seen *seen;
    bool in_lesson; /* items now are asked by the lesson, before its end */
};

/* A word that has an everyday meaning may be used before; whether it is the term cannot be told. */
static void note_early(struct reading *reading, const char *file, int line, const struct term *term)
{
    struct seen *seen = &reading->seen[term - reading->check->reference.terms];

    if (term->ordinary || term->chapter <= reading->chapter->number || seen->early)
        return;
    seen->early = true;
    check_error(reading->check, file, line, "uses \"%s\", which chapter %02d explains", term->term,
                term->chapter);
}

static void read_block(struct reading *reading, const struct block *block)
{
    struct term_use use = {0};

    while (term_next(&reading->check->reference, block, &use)) {
        struct seen *seen = &reading->seen[use.term - reading->check->reference.terms];
        seen->said = true;
        seen->explained |= (block->runs[use.run].style & RUN_STRONG) != 0;
        note_early(reading, reading->lesson->path, block->line, use.term);
    }
}

static void read_text(struct reading *reading, int line, const char *text)
{
    const char *file = reading->lesson->quiz_path;
    struct run run = {.text = text, .length = strlen(text)};
    struct block block = {.type = BLOCK_PARAGRAPH, .runs = &run, .run_count = 1};
    struct term_use use = {0};

    while (term_next(&reading->check->reference, &block, &use)) {
        const struct term *term = use.term;
        note_early(reading, file, line, term);
        if (reading->in_lesson && !term->ordinary && term->chapter == reading->chapter->number &&
            !reading->seen[term - reading->check->reference.terms].said)
            check_error(reading->check, file, line, "uses \"%s\" before its lesson has come to it",
                        term->term);
    }
}

static void read_item(struct reading *reading, const struct item *item)
{
    read_text(reading, item->line, item->ask);
    if (item->why)
        read_text(reading, item->line, item->why);
    for (size_t i = 0; i < item->choice_count; i++) {
        read_text(reading, item->choices[i].line, item->choices[i].text);
        read_text(reading, item->choices[i].line, item->choices[i].why);
    }
}

/* By number, and not by what the lesson has asked: an item that is asked twice is read twice. */
static bool is_asked_by(const struct block *block, const struct item *item)
{
    return block->type == BLOCK_DIRECTIVE && strcmp(block->text, item->id) == 0 &&
           (strcmp(block->info, "predict") == 0 || strcmp(block->info, "check") == 0);
}

static void read_lesson(struct reading *reading)
{
    const struct document *document = &reading->lesson->document;
    const struct quiz *quiz = &reading->lesson->quiz;

    reading->in_lesson = true;
    for (size_t i = 0; i < document->block_count; i++) {
        read_block(reading, &document->blocks[i]);
        for (size_t k = 0; k < quiz->item_count; k++)
            if (is_asked_by(&document->blocks[i], &quiz->items[k]))
                read_item(reading, &quiz->items[k]);
    }
    reading->in_lesson = false;
    for (size_t k = 0; k < quiz->item_count; k++)
        read_item(reading, &quiz->items[k]);
}

static void judge_term(struct reading *reading, const struct term *term, const struct seen *seen)
{
    if (term->chapter != reading->chapter->number)
        return;
    if (!seen->said)
        check_error(reading->check, reading->lesson->path, 0,
                    "the glossary's \"%s\" has no first use here to be linked from", term->term);
    else if (!seen->explained)
        check_error(reading->check, reading->lesson->path, 0,
                    "the glossary's \"%s\" is said but never bold: it is explained nowhere",
                    term->term);
}

void check_terms(struct check *check, const struct course_chapter *chapter,
                 const struct lesson *lesson)
{
    struct reading reading = {.check = check, .chapter = chapter, .lesson = lesson};

    reading.seen = calloc(check->reference.term_count + 1, sizeof *reading.seen);
    if (!reading.seen) {
        check->failed = true;
        return;
    }
    read_lesson(&reading);
    for (size_t i = 0; i < check->reference.term_count; i++)
        judge_term(&reading, &check->reference.terms[i], &reading.seen[i]);
    free(reading.seen);
}
