/* The walk. A step is either a stretch of text that fits on the screen, or a directive that asks or
 * plays something. The place is saved before a step waits (but after its text is shown, since
 * saving waits for the disk), so whatever happens next, the learner comes back to the page they saw
 * last. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/views/lesson_priv.h"
#include "cli/views/page.h"
#include "cli/views/place.h"
#include "cli/views/predict.h"
#include "cli/views/quiz.h"
#include "engine/base/array.h"
#include "engine/lesson/terms.h"

enum { QUESTION_ROWS = 10 };

static bool remember(struct walk *walk, size_t at)
{
    if (!array_grow(&walk->visited, &walk->visited_capacity, walk->visited_count))
        return false;
    walk->visited[walk->visited_count++] = at;
    return true;
}

/* The step before this one: the one shown before, or after a resume the section's beginning. */
static size_t step_back(struct walk *walk, size_t at)
{
    size_t begin = place_section_begin(&walk->lesson->document, at);

    walk->headed = true;
    if (walk->visited_count > 0)
        return walk->visited[--walk->visited_count];
    if (begin < at || at == 0)
        return begin;
    return place_section_begin(&walk->lesson->document, at - 1);
}

/* The page on which a question stands, from its result. */
static void show_again(struct walk *walk, size_t *at)
{
    walk->headed = true;
    *at = walk->page;
}

static bool asks(const struct block *block)
{
    return lesson_is(block, "check") || lesson_is(block, "predict");
}

/* A question right after its text needs no key between them, if both can be seen together. */
static bool goes_on_at_once(const struct walk *walk, size_t end, int rows)
{
    const struct block *next;

    if (end == walk->lesson->document.block_count)
        return false;
    next = lesson_block(walk, end);
    return lesson_is(next, "demo") || (asks(next) && rows + QUESTION_ROWS <= lesson_room(walk));
}

static enum flow text_step(struct walk *walk, size_t *at)
{
    int rows;
    size_t end;
    enum flow flow = lesson_show(walk, *at, &end, &rows);

    place_save(walk->app, walk->chapter, walk->lesson, walk->page);
    if (flow != FLOW_NEXT)
        return flow;

    walk->page_goes_on = goes_on_at_once(walk, end, rows);
    if (walk->page_goes_on) {
        *at = end;
        return FLOW_NEXT;
    }
    return lesson_wait(walk, end, at);
}

static void say_words(void *to)
{
    lesson_words(to);
}

/* Whoever answers and leaves comes back to what follows the question. */
static enum flow item_step(struct walk *walk, const struct block *block, size_t at)
{
    const struct item *item = quiz_find(&walk->lesson->quiz, block->text);
    int tries = quiz_tries(walk->app, walk->chapter, item);
    enum flow flow;
    bool right;

    walk->app->words = say_words;
    walk->app->words_to = walk;
    if (item->type == ITEM_PREDICT)
        walk->demo = item->demo;
    flow = item->type == ITEM_PREDICT
               ? predict_ask(walk->app, walk->chapter, item, &right)
               : question_ask(walk->app, walk->chapter, item, "Check", &right);
    walk->app->words = NULL;
    if (flow_ends(flow) && at + 1 < walk->lesson->document.block_count &&
        quiz_tries(walk->app, walk->chapter, item) > tries)
        place_save(walk->app, walk->chapter, walk->lesson, at + 1);
    return flow;
}

static enum flow directive_step(struct walk *walk, size_t *at)
{
    const struct block *block = lesson_block(walk, *at);
    enum flow flow;

    place_save(walk->app, walk->chapter, walk->lesson, walk->page);
    lesson_head(walk, *at);
    flow = lesson_is(block, "demo") ? lesson_demo(walk, block->text) : item_step(walk, block, *at);

    if (flow == FLOW_NEXT)
        ++*at;
    return flow;
}

static enum flow take_step(struct walk *walk, size_t *at)
{
    walk->page_goes_on = false;
    return lesson_is_step(lesson_block(walk, *at)) ? directive_step(walk, at) : text_step(walk, at);
}

/* A page is a stretch of text with the question right after it, if there is one: what is come back
 * to is the text too. */
static enum flow walk_lesson(struct walk *walk, size_t at)
{
    walk->page = at;
    while (at < walk->lesson->document.block_count) {
        enum flow flow = take_step(walk, &at);

        if (flow_ends(flow))
            return flow;
        if (flow == FLOW_BACK)
            at = walk->page = step_back(walk, walk->page);
        else if (flow == FLOW_REPEAT)
            show_again(walk, &at);
        else if (!walk->page_goes_on && !remember(walk, walk->page))
            return FLOW_FAILED;
        else if (!walk->page_goes_on)
            walk->page = at;
    }
    return FLOW_NEXT;
}

static bool has_quiz(const struct lesson *lesson)
{
    for (size_t i = 0; i < lesson->quiz.item_count; i++)
        if (quiz_has(lesson, &lesson->quiz.items[i]))
            return true;
    return false;
}

static enum flow end_of_lesson(struct walk *walk)
{
    static const struct hint hints[] = {{'\n', "quiz"}, {'b', "back"}, {'q', "leave"}};
    int key;

    place_done(walk->app, walk->chapter);
    if (!has_quiz(walk->lesson))
        return FLOW_NEXT;
    lesson_say(walk, STYLE_HEADING, "That was the lesson. The quiz comes next.");
    place_set_quiz(walk->app, walk->chapter, 1);
    key = prompt_key(walk->app, hints, array_length(hints));
    if (key == 'b')
        return FLOW_BACK;
    if (key != '\n')
        return prompt_flow(key);
    return quiz_take(walk->app, walk->chapter, walk->lesson);
}

/* The lesson, then its quiz; back from the quiz is the end of the lesson. */
static enum flow walk_all(struct walk *walk, size_t at)
{
    enum flow flow;

    do {
        flow = walk_lesson(walk, at);
        if (flow == FLOW_NEXT)
            flow = end_of_lesson(walk);
        at = flow == FLOW_BACK ? step_back(walk, walk->lesson->document.block_count - 1) : 0;
    } while (flow == FLOW_BACK);
    return flow;
}

static size_t section_at(const struct document *document, int section)
{
    size_t at = 0;

    while (at < document->block_count && place_section(document, at) < section)
        at++;
    return at < document->block_count ? at : 0;
}

static enum flow begin_walk(struct walk *walk, int section)
{
    size_t at = section > 0 ? section_at(&walk->lesson->document, section)
                            : place_load(walk->app, walk->chapter, walk->lesson);

    terms_mark(&walk->app->reference, walk->chapter->number, &walk->lesson->document);
    walk->headed = true;
    if (section == 0 && at == 0 && place_quiz(walk->app, walk->chapter) > 0) {
        enum flow flow = quiz_take(walk->app, walk->chapter, walk->lesson);

        if (flow != FLOW_BACK)
            return flow;
        at = step_back(walk, walk->lesson->document.block_count - 1);
    }
    return walk_all(walk, at);
}

enum flow lesson_walk(struct app *app, const struct course_chapter *chapter, int section)
{
    struct lesson lesson;
    struct walk walk = {.app = app, .chapter = chapter, .lesson = &lesson};
    struct error error = {0};
    enum flow flow = FLOW_FAILED;

    if (lesson_load(&app->course, chapter, &lesson, &error) < 0) {
        speak_error("Mend that file, or install the course anew.", "%s", error.text);
        return FLOW_FAILED;
    }
    if (lesson_check(chapter, &lesson, &error) < 0)
        speak_error("Mend that file, or install the course anew.", "%s", error.text);
    else if (section > place_sections(&lesson.document))
        speak_error("Name one of those.", "chapter %02d has sections 1 to %d", chapter->number,
                    place_sections(&lesson.document));
    else if (app_reference(app) == STATUS_OK && app_term(app) == STATUS_OK)
        flow = begin_walk(&walk, section);
    free(walk.visited);
    lesson_free(&lesson);
    return flow;
}
