/* The conversation around one item. What cannot be taken as an answer is explained and asked
 * again; it is never graded. */
#include <string.h>
#include <time.h>

#include "cli/views/question.h"
#include "cli/views/stage.h"

enum { ENTRIES_MAX = 9, UNFIT_AT_MOST = 3 };

static void write_text(struct app *app, const char *text)
{
    struct page page;
    struct str out = {0};

    page_init(&page, term_look(app->term));
    page_text(&page, STYLE_DIM, 0, text, &out);
    prompt_write(app, &out);
    str_free(&out);
    page_free(&page);
}

static void write_help(struct app *app, const struct item *item)
{
    bool number = item->type == ITEM_CHOICE || item->type == ITEM_PREDICT;
    struct page page;
    struct str out = {0};

    page_init(&page, term_look(app->term));
    page_text(&page, STYLE_TEXT, 0, "Each of these, then Enter:", &out);
    page_labelled(&page, number ? " number  " : " answer  ",
                  number ? "that of your choice" : "yours, typed in full", &out);
    page_labelled(&page, " s       ", "skip this", &out);
    page_labelled(&page, " b       ", "back to what was before it", &out);
    if (app->words)
        page_labelled(&page, " w       ", "what the words of the page above mean", &out);
    page_labelled(&page, " q       ", "leave; the next time you go on from here", &out);
    prompt_write(app, &out);
    str_free(&out);
    page_free(&page);
}

static char command_of(const char *line)
{
    return line[0] && strchr("qbsw?", line[0]) && !line[1] ? line[0] : '\0';
}

enum flow question_read(struct app *app, const struct item *item,
                        bool (*accept)(void *to, const char *answer, struct error *error), void *to)
{
    struct str line = {0};
    enum flow flow = FLOW_NEXT;
    int unfit = 0;

    /* Lines from a file may never fit; a person may take all the time there is. */
    while (term_interactive(app->term) || unfit < UNFIT_AT_MOST) {
        struct error error = {0};
        int result = prompt_line(app, " > ", &line);
        char command = result == 0 ? command_of(str_text(&line)) : '\0';

        if (result < 0 || command == 'q') {
            flow = prompt_flow(result);
            break;
        }
        if (command == 'b' || command == 's') {
            flow = command == 'b' ? FLOW_BACK : FLOW_NEXT;
            break;
        }
        if (command == 'w' && app->words)
            app->words(app->words_to);
        else if (command == '?' || line.length == 0)
            write_help(app, item);
        else if (accept(to, str_text(&line), &error))
            break;
        else
            write_text(app, error.text);
        unfit++;
    }
    str_free(&line);
    return flow;
}

/* A fixed number for a name: the same item is shuffled alike each time, so that answers in a file
 * mean the same. */
static unsigned seed_of(const char *name)
{
    unsigned hash = 2166136261u;

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    return hash;
}

struct reading {
    const struct item *item;
    const int *shown;
    struct str answer; /* as it was typed, fit to show */
    struct graded graded;
    bool answered;
};

static bool take_answer(void *to, const char *answer, struct error *error)
{
    struct reading *reading = to;

    str_clear(&reading->answer);
    str_add_shown(&reading->answer, answer, strlen(answer), false);
    reading->answered =
        grade_answer(reading->item, reading->shown, answer, &reading->graded, error) == 0;
    return reading->answered;
}

static const int *shuffle(const struct item *item, int *shown)
{
    size_t count = 0;

    if (item->type != ITEM_ORDER)
        return NULL;
    while (item->entries[count] && count < ENTRIES_MAX)
        count++;
    grade_shuffle(seed_of(item->id), count, shown);
    return shown;
}

static void record(struct app *app, const struct course_chapter *chapter, const struct item *item,
                   bool right)
{
    struct answer *answer = learner_answer(app->learner, chapter->slug, item->id);

    if (answer)
        learner_record(answer, right, time(NULL));
    app_save(app);
}

static void show(struct app *app, const struct item *item, const char *title, const int *shown)
{
    struct page page;
    struct str out = {0};

    page_init(&page, term_look(app->term));
    question_show(&page, item, title, shown, &out);
    prompt_write(app, &out);
    str_free(&out);
    page_free(&page);
}

/* Where the learner can see it: what the item names, chosen not to give away what is still to be
 * predicted, or else what kills the belief behind a wrong answer. */
struct sight {
    const struct misconception *belief; /* or NULL */
    int chapter;
    const char *demo; /* NULL: nowhere */
};

static struct sight sight_of(const struct app *app, const struct course_chapter *chapter,
                             const struct item *item, const struct graded *graded)
{
    const struct misconception *belief =
        graded->misconception ? reference_misconception(&app->reference, graded->misconception)
                              : NULL;

    if (!item->see && belief && belief->demo && belief->chapter >= 0)
        return (struct sight){belief, belief->chapter, belief->demo};
    return (struct sight){belief, chapter->number, item->see};
}

static void explain(struct app *app, const struct reading *reading, const struct sight *sight)
{
    struct page page;
    struct str out = {0}, see = {0};

    page_init(&page, term_look(app->term));
    question_explain(&page, reading->item, &reading->graded, str_text(&reading->answer), &out);
    if (sight->belief)
        page_led(&page, STYLE_DIM, "Often believed, and wrong:", sight->belief->sentence, &out);
    if (sight->demo) {
        str_printf(&see, "`asynctut demo %02d %s`", sight->chapter, sight->demo);
        page_led(&page, STYLE_DIM, "See it happen:", str_text(&see), &out);
    }
    prompt_write(app, &out);
    str_free(&out);
    str_free(&see);
    page_free(&page);
}

/* After the explanation. */
static enum flow go_on(struct app *app, const struct sight *sight)
{
    static const struct hint with_demo[] = {
        {'\n', "next"}, {'d', "see it happen"}, {'b', "back"}, {'q', "leave"}};
    static const struct hint without[] = {{'\n', "next"}, {'b', "back"}, {'q', "leave"}};
    enum flow flow = FLOW_NEXT;

    for (;;) {
        int key = sight->demo ? prompt_key(app, with_demo, 4) : prompt_key(app, without, 3);

        if (key == '\n')
            return FLOW_NEXT;
        if (key == 'b')
            return FLOW_REPEAT;
        if (key != 'd')
            return prompt_flow(key);
        flow = stage_session(app, sight->chapter, sight->demo);
        if (flow_ends(flow))
            return flow;
    }
}

static enum flow answered(struct app *app, const struct course_chapter *chapter,
                          const struct reading *reading)
{
    struct sight sight;

    record(app, chapter, reading->item, reading->graded.grade == GRADE_RIGHT);
    if (app_reference(app) != STATUS_OK)
        return FLOW_FAILED;
    sight = sight_of(app, chapter, reading->item, &reading->graded);
    explain(app, reading, &sight);
    return go_on(app, &sight);
}

enum flow question_ask(struct app *app, const struct course_chapter *chapter,
                       const struct item *item, const char *title, bool *ret_right)
{
    int entries[ENTRIES_MAX];
    struct reading reading = {.item = item, .shown = shuffle(item, entries)};
    enum flow flow;

    show(app, item, title, reading.shown);
    flow = question_read(app, item, take_answer, &reading);
    if (reading.answered) {
        *ret_right = reading.graded.grade == GRADE_RIGHT;
        flow = answered(app, chapter, &reading);
    }
    str_free(&reading.answer);
    return flow;
}
