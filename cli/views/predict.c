/* Ask, run, measure, say. The answer is nowhere in the program: it is computed from the trace of
 * the run that the learner has just watched, and the event that decided is shown with its time and
 * its place. */
#include "cli/views/predict.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/views/stage.h"
#include "cli/views/words.h"
#include "engine/base/array.h"
#include "engine/quiz/measure.h"
#include "engine/trace/symbols.h"

struct prediction {
    struct app *app;
    const struct course_chapter *chapter;
    const struct item *item;
    const struct demo *demo;
    const struct act *act;
    int chosen; /* from 0 */
    bool graded;
    bool *ret_right;
};

static bool take_choice(void *to, const char *answer, struct error *error)
{
    struct prediction *prediction = to;
    int number = question_choice(prediction->item, answer);

    prediction->chosen = number - 1;
    if (number == 0)
        error_set(error, -1, "Type one number from 1 to %zu.", prediction->item->choice_count);
    return number != 0;
}

static enum flow ask(struct prediction *prediction)
{
    struct app *app = prediction->app;
    struct page page;
    struct str out = {0};

    prediction->chosen = -1;
    page_init(&page, term_look(app->term));
    question_show(&page, prediction->item, "Predict", NULL, &out);
    prompt_write(app, &out);
    str_free(&out);
    page_free(&page);
    return question_read(app, prediction->item, take_choice, prediction);
}

/* Where prediction and run part, or where a right one can be seen: time, place and words. */
static void add_difference(struct page *page, const struct stage_run *run,
                           const struct measured *measured, bool right, struct str *out)
{
    struct str text = {0}, place = {0};

    if (measured->event >= trace_count(run->trace))
        return;
    str_puts(&text, "at ");
    words_duration(trace_event(run->trace, measured->event)->time, &text);
    if (words_place(run->trace, run->symbols, measured->event, true, &place) && place.length)
        str_printf(&text, ", in %s", str_text(&place));
    str_puts(&text, ": ");
    if (*measured->difference)
        str_puts(&text, measured->difference);
    else
        words_event(run->trace, measured->event, &text);
    str_putc(&text, '.');
    page_led(page, STYLE_STRONG, right ? "Where to see it:" : "First difference:", str_text(&text),
             out);
    str_free(&text);
    str_free(&place);
}

/* A run that is not graded is told as it was, also if it is what was said: by luck. */
static void add_verdict(struct page *page, const struct prediction *prediction,
                        const struct measured *measured, const struct graded *graded,
                        struct str *out)
{
    const struct choice *choices = prediction->item->choices;
    const char *said = choices[prediction->chosen].text;

    if (graded->grade == GRADE_RIGHT) {
        page_led(page, STYLE_RIGHT, "Right:", said, out);
    } else {
        page_led(page, STYLE_WRONG, "You said:", said, out);
        page_led(page, STYLE_STRONG, "The run:",
                 measured->choice >= 0 ? choices[measured->choice].text : "none of these", out);
    }
    page_led(page, STYLE_STRONG, "Measured:", measured->text, out);
}

static void add_not_graded(struct page *page, const struct prediction *prediction,
                           const struct stage_run *run, struct str *out)
{
    struct str text = {0};

    if (stage_was_busy(run))
        str_printf(&text, "this machine was too busy: the demo waited %.0f ms for a processor. ",
                   (double)run->waited_for_cpu / 1e6);
    else
        str_puts(&text, "this run is not what a machine at rest gives. ");
    if (prediction->item->bend)
        str_printf(&text, "%s ", prediction->item->bend);
    str_puts(&text,
             "Run it again when there is less to do: the first run that can be graded counts.");
    page_led(page, STYLE_WARNING, "Not graded:", str_text(&text), out);
    str_free(&text);
}

static void add_reasons(struct page *page, const struct prediction *prediction,
                        const struct measured *measured, const struct graded *graded,
                        const struct stage_run *run, struct str *out)
{
    bool right = graded->grade == GRADE_RIGHT;

    if (graded->grade == GRADE_NONE)
        add_not_graded(page, prediction, run, out);
    add_difference(page, run, measured, right, out);
    if (graded->why)
        page_led(page, STYLE_STRONG, right ? "Why:" : "Your choice:", graded->why, out);
    if (!right && graded->why_right)
        page_led(page, STYLE_STRONG, "Why:", graded->why_right, out);
}

static void record(struct prediction *prediction, bool right)
{
    struct answer *answer =
        learner_answer(prediction->app->learner, prediction->chapter->slug, prediction->item->id);

    if (answer)
        learner_record(answer, right, time(NULL));
    app_save(prediction->app);
    *prediction->ret_right = right;
    prediction->graded = true;
}

/* Grades from the run and says why. Only the first run that can be graded counts; later ones are
 * for looking. */
static int judge(void *to, const struct stage_run *run)
{
    struct prediction *prediction = to;
    struct measured measured;
    struct graded graded;
    struct error error = {0};
    struct page page;
    struct str out = {0};

    if (measure_item(prediction->item, run->trace, &measured, &error) < 0 ||
        (measured.choice != prediction->chosen &&
         measure_difference(prediction->item, run->trace, prediction->chosen, &measured) < 0)) {
        speak_error("The fault is in the chapter's quiz.json.", "%s: %s", prediction->item->id,
                    error.text);
        return error.code;
    }
    grade_prediction(prediction->item, prediction->chosen, measured.choice, &graded);
    page_init(&page, term_look(prediction->app->term));
    str_putc(&out, '\n');
    add_verdict(&page, prediction, &measured, &graded, &out);
    add_reasons(&page, prediction, &measured, &graded, run, &out);
    if (!prediction->graded && graded.grade != GRADE_NONE)
        record(prediction, graded.grade == GRADE_RIGHT);
    prompt_write(prediction->app, &out);
    str_free(&out);
    page_free(&page);
    return 0;
}

enum flow predict_ask(struct app *app, const struct course_chapter *chapter,
                      const struct item *item, bool *ret_right)
{
    struct prediction prediction = {
        .app = app, .chapter = chapter, .item = item, .ret_right = ret_right};
    enum flow flow = ask(&prediction);

    if (prediction.chosen < 0)
        return flow;
    flow = stage_session_with(app, chapter->number, item->demo, NULL, judge, &prediction);
    return flow == FLOW_BACK ? FLOW_REPEAT : flow;
}
