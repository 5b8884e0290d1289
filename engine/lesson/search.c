/* The course is small, a megabyte of text, so there is no index: each search reads it all in a few
 * milliseconds and can never be out of date. */
#include "engine/lesson/search.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/array.h"
#include "engine/base/str.h"
#include "engine/lesson/check_priv.h"
#include "engine/lesson/search_priv.h"

/* What a kind of passage is worth beside how well it fits. */
enum {
    WORTH_SAME_TERM = 1000,
    WORTH_TERM = 500,
    WORTH_HEADING = 300,
    WORTH_MISCONCEPTION = 200,
    WORTH_TEXT = 100,
    WORTH_ITEM = 80,
    WORTH_CODE = 60
};

struct search {
    struct query query;
    struct arena *arena;
    struct hit *hits; /* malloc'd */
    size_t count, capacity;
    bool failed;
};

static const char *keep(struct search *search, const char *text)
{
    const char *copy = arena_copy(search->arena, text, strlen(text));

    return copy ? copy : "";
}

/* Takes the passage in as a hit if it fits. `hit` says where it is. */
static void consider(struct search *search, const char *passage, int worth, struct hit hit)
{
    const char *found = NULL;
    size_t length = 0;

    int fit = query_fit(&search->query, passage, &found, &length);
    if (fit == 0)
        return;
    if (!array_grow(&search->hits, &search->capacity, search->count)) {
        search->failed = true;
        return;
    }
    hit.section = keep(search, hit.section ? hit.section : "");
    hit.name = keep(search, hit.name ? hit.name : "");
    hit.score = worth + fit;
    hit.excerpt = query_excerpt(search->arena, passage, found, length, &hit.found);
    hit.found_length = length;
    search->hits[search->count++] = hit;
}

static int worth_of(enum block_type type)
{
    return type == BLOCK_HEADING ? WORTH_HEADING : type == BLOCK_CODE ? WORTH_CODE : WORTH_TEXT;
}

static void search_lesson(struct search *search, int chapter, const struct document *document)
{
    struct str section = {0}, text = {0};

    for (size_t i = 0; i < document->block_count; i++) {
        const struct block *block = &document->blocks[i];
        if (block->type == BLOCK_DIRECTIVE)
            continue;
        str_clear(&text);
        if (block->type == BLOCK_CODE)
            str_puts(&text, block->text);
        else if (block->type == BLOCK_BOX)
            str_puts(&text, block->info);
        block_text(block, &text);
        if (block->type == BLOCK_HEADING) {
            str_clear(&section);
            str_puts(&section, str_text(&text));
        }
        consider(search, str_text(&text), worth_of(block->type),
                 (struct hit){.kind = HIT_LESSON,
                              .chapter = chapter,
                              .section = str_text(&section),
                              .block = i,
                              .line = block->line});
    }
    search->failed |= section.failed || text.failed;
    str_free(&section);
    str_free(&text);
}

static void search_quiz(struct search *search, int chapter, const struct quiz *quiz)
{
    for (size_t i = 0; i < quiz->item_count; i++) {
        const struct item *item = &quiz->items[i];
        consider(search, item->ask, WORTH_ITEM,
                 (struct hit){
                     .kind = HIT_ITEM, .chapter = chapter, .name = item->id, .line = item->line});
    }
}

static bool is_named(const struct term *term, const char *word)
{
    bool named = strcasecmp(term->term, word) == 0;

    for (const char *const *also = term->also; *also && !named; also++)
        named = strcasecmp(*also, word) == 0;
    return named;
}

static void search_terms(struct search *search, const struct reference *reference)
{
    for (size_t i = 0; i < reference->term_count; i++) {
        const struct term *term = &reference->terms[i];
        struct str text = {0};
        str_printf(&text, "%s: %s", term->term, term->text);
        for (const char *const *also = term->also; *also; also++)
            str_printf(&text, " (%s)", *also);
        search->failed |= text.failed;
        bool same = is_named(term, search->query.whole);
        consider(search, str_text(&text), same ? WORTH_SAME_TERM : WORTH_TERM,
                 (struct hit){.kind = HIT_TERM,
                              .chapter = term->chapter,
                              .name = term->term,
                              .line = term->line});
        str_free(&text);
    }
}

static void search_misconceptions(struct search *search, const struct reference *reference)
{
    for (size_t i = 0; i < reference->misconception_count; i++) {
        const struct misconception *entry = &reference->misconceptions[i];
        struct str text = {0};
        str_printf(&text, "%s %s", entry->sentence, entry->truth);
        search->failed |= text.failed;
        consider(search, str_text(&text), WORTH_MISCONCEPTION,
                 (struct hit){.kind = HIT_MISCONCEPTION,
                              .chapter = entry->chapter,
                              .name = entry->id,
                              .line = entry->line});
        str_free(&text);
    }
}

static int by_score(const void *a, const void *b)
{
    const struct hit *left = a, *right = b;

    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    if (left->chapter != right->chapter)
        return left->chapter < right->chapter ? -1 : 1;
    if (left->kind != right->kind)
        return (int)left->kind - (int)right->kind;
    return left->line - right->line;
}

static void search_all(struct search *search, const struct course *course,
                       const struct reference *reference, int *ret_unreadable)
{
    search_terms(search, reference);
    search_misconceptions(search, reference);
    for (size_t i = 0; i < course->chapter_count; i++) {
        struct lesson lesson;
        if (lesson_load(course, &course->chapters[i], &lesson, NULL) < 0) {
            (*ret_unreadable)++;
            continue;
        }
        search_lesson(search, course->chapters[i].number, &lesson.document);
        search_quiz(search, course->chapters[i].number, &lesson.quiz);
        lesson_free(&lesson);
    }
    if (search->count)
        qsort(search->hits, search->count, sizeof *search->hits, by_score);
}

int search_course(const struct course *course, const struct reference *reference, const char *words,
                  struct hits *ret_hits, struct error *error)
{
    struct search search = {.arena = calloc(1, sizeof *search.arena)};
    struct hits hits = {.memory = search.arena};

    if (!search.arena)
        return error_set(error, -ENOMEM, "out of memory");
    if (!query_read(&search.query, words)) {
        hits_free(&hits);
        return error_set(error, -EINVAL, "Say what to look for: one or more words.");
    }
    search_all(&search, course, reference, &hits.unreadable);
    hits.items = search.hits;
    hits.count = search.count < SEARCH_LIMIT ? search.count : SEARCH_LIMIT;
    hits.more = search.count - hits.count;
    if (search.failed || search.arena->failed) {
        hits_free(&hits);
        return error_set(error, -ENOMEM, "out of memory");
    }
    if (hits.count == 0)
        reference_term(reference, words, &hits.near);
    *ret_hits = hits;
    return 0;
}

void hits_free(struct hits *hits)
{
    free(hits->items);
    if (hits->memory) {
        arena_free(hits->memory);
        free(hits->memory);
    }
    *hits = (struct hits){0};
}
