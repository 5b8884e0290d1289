/* A sitting of questions. The place is saved before each, so a sitting that was left goes on with
 * the next question; what was answered before counts by what the learner's file says of it. */
#include "cli/views/quiz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/views/chapters.h"
#include "cli/views/place.h"
#include "cli/views/predict.h"

struct sitting {
    struct app *app;
    const struct course_chapter *chapter;
    const struct lesson *lesson;
    const struct item **items;
    bool *right;
    int count;
};

static bool is_asked_by(const struct block *block, const char *id)
{
    return block->type == BLOCK_DIRECTIVE && strcmp(block->text, id) == 0 &&
           (strcmp(block->info, "check") == 0 || strcmp(block->info, "predict") == 0);
}

bool quiz_has(const struct lesson *lesson, const struct item *item)
{
    for (size_t i = 0; i < lesson->document.block_count; i++)
        if (is_asked_by(&lesson->document.blocks[i], item->id))
            return false;
    return true;
}

/* NULL if it was never answered. */
static const struct answer *answer_of(const struct app *app, const struct course_chapter *chapter,
                                      const struct item *item)
{
    for (size_t i = 0; i < learner_answer_count(app->learner); i++) {
        const struct answer *answer = learner_answer_at(app->learner, i);

        if (strcmp(answer->chapter, chapter->slug) == 0 && strcmp(answer->item, item->id) == 0)
            return answer;
    }
    return NULL;
}

int quiz_tries(const struct app *app, const struct course_chapter *chapter, const struct item *item)
{
    const struct answer *answer = answer_of(app, chapter, item);

    return answer ? answer->tries : 0;
}

static bool last_right(const struct sitting *sitting, const struct item *item)
{
    const struct answer *answer = answer_of(sitting->app, sitting->chapter, item);

    return answer && answer->last_right;
}

/* False if memory runs out. `from` questions were answered in an earlier part of this sitting. */
static bool gather(struct sitting *sitting, int from)
{
    const struct quiz *quiz = &sitting->lesson->quiz;

    sitting->items = calloc(quiz->item_count + 1, sizeof *sitting->items);
    sitting->right = calloc(quiz->item_count + 1, sizeof *sitting->right);
    if (!sitting->items || !sitting->right)
        return false;
    for (size_t i = 0; i < quiz->item_count; i++)
        if (quiz_has(sitting->lesson, &quiz->items[i]))
            sitting->items[sitting->count++] = &quiz->items[i];
    for (int i = 0; i < from && i < sitting->count; i++)
        sitting->right[i] = last_right(sitting, sitting->items[i]);
    return true;
}

static enum flow ask(struct sitting *sitting, int number)
{
    const struct item *item = sitting->items[number];
    char title[64];

    if (item->type == ITEM_PREDICT)
        return predict_ask(sitting->app, sitting->chapter, item, &sitting->right[number]);
    snprintf(title, sizeof title, "Question %d of %d", number + 1, sitting->count);
    return question_ask(sitting->app, sitting->chapter, item, title, &sitting->right[number]);
}

static void say(struct app *app, enum style style, const char *lead, const char *text)
{
    struct page page;
    struct str out = {0};

    page_init(&page, term_look(app->term));
    str_putc(&out, '\n');
    page_led(&page, style, lead, text, &out);
    prompt_write(app, &out);
    str_free(&out);
    page_free(&page);
}

static void finish(struct sitting *sitting)
{
    struct chapter_state *state = learner_chapter(sitting->app->learner, sitting->chapter->slug);
    const struct course_chapter *next;
    char lead[64], text[160], on[64] = "";
    int right = 0;

    for (int i = 0; i < sitting->count; i++)
        right += sitting->right[i];
    if (state) {
        state->quiz_right = right;
        state->quiz_of = sitting->count;
    }
    place_set_quiz(sitting->app, sitting->chapter, 0);
    snprintf(lead, sizeof lead, "Quiz: %d of %d.", right, sitting->count);
    next = chapters_next(sitting->app);
    if (next && next != sitting->chapter)
        snprintf(on, sizeof on, " \"asynctut\" goes on with %02d.", next->number);
    snprintf(text, sizeof text, "%s\"asynctut quiz %02d\" asks again.%s",
             sitting->app->save_failed ? "" : "Saved. ", sitting->chapter->number, on);
    say(sitting->app, STYLE_STRONG, lead, text);
}

/* Whoever answers a question and leaves comes back to the next one. */
static enum flow ask_and_keep_place(struct sitting *sitting, int i)
{
    struct app *app = sitting->app;
    int tries = quiz_tries(app, sitting->chapter, sitting->items[i]);
    enum flow flow;

    place_set_quiz(app, sitting->chapter, i + 1);
    flow = ask(sitting, i);
    if (flow_ends(flow) && i + 1 < sitting->count &&
        quiz_tries(app, sitting->chapter, sitting->items[i]) > tries)
        place_set_quiz(app, sitting->chapter, i + 2);
    return flow;
}

static enum flow ask_all(struct sitting *sitting, int from)
{
    for (int i = from; i < sitting->count;) {
        enum flow flow = ask_and_keep_place(sitting, i);

        if (flow_ends(flow) || (flow == FLOW_BACK && i == 0))
            return flow;
        i += flow == FLOW_BACK ? -1 : flow == FLOW_REPEAT ? 0 : 1;
    }
    finish(sitting);
    return FLOW_NEXT;
}

enum flow quiz_take(struct app *app, const struct course_chapter *chapter,
                    const struct lesson *lesson)
{
    struct sitting sitting = {.app = app, .chapter = chapter, .lesson = lesson};
    enum flow flow = FLOW_FAILED;
    int from = place_quiz(app, chapter) - 1;

    if (from > 0)
        say(app, STYLE_DIM, "Going on where you left the quiz.", "");
    if (gather(&sitting, from))
        flow = ask_all(&sitting, from > 0 ? from : 0);
    else
        speak_error("", "out of memory");
    free(sitting.items);
    free(sitting.right);
    return flow;
}

enum flow quiz_ask_one(struct app *app, const struct course_chapter *chapter,
                       const struct item *item)
{
    bool right = false;

    return item->type == ITEM_PREDICT ? predict_ask(app, chapter, item, &right)
                                      : question_ask(app, chapter, item, chapter->title, &right);
}

/* Reviews what is due of one chapter. */
static enum flow review_chapter(struct app *app, const struct course_chapter *chapter, int *asked)
{
    struct lesson lesson;
    struct error error = {0};
    enum flow flow = FLOW_NEXT;
    int64_t now = time(NULL);

    if (lesson_load(&app->course, chapter, &lesson, &error) < 0) {
        speak_error("Mend that file.", "%s", error.text);
        return FLOW_FAILED;
    }
    for (size_t i = 0; i < lesson.quiz.item_count && !flow_ends(flow); i++) {
        const struct item *item = &lesson.quiz.items[i];
        const struct answer *answer = answer_of(app, chapter, item);

        if (!answer || answer->tries == 0 || answer->card.due > now)
            continue;
        ++*asked;
        flow = quiz_ask_one(app, chapter, item);
    }
    lesson_free(&lesson);
    return flow;
}

enum flow quiz_review(struct app *app)
{
    enum flow flow = FLOW_NEXT;
    int asked = 0;

    for (size_t i = 0; i < app->course.chapter_count && !flow_ends(flow); i++)
        flow = review_chapter(app, &app->course.chapters[i], &asked);
    if (!flow_ends(flow))
        say(app, STYLE_STRONG, asked ? "That is all for now." : "Nothing is due.", "");
    return flow;
}
