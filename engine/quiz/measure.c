/* One function a measure. Each leaves a number or a word and says it in a phrase; which choice that
 * is, is decided in one place at the end. */
#include "engine/quiz/measure.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/quiz/measure_priv.h"

static bool is(const char *word, const char *other)
{
    return strcmp(word, other) == 0;
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* Who was measured, if that is not everybody. */
static void say_of_whom(const struct scene *scene, const struct measure *measure, const char *glue,
                        struct measured *measured)
{
    struct str names = {0}, what = {0};

    if (!measure->names)
        return;
    str_puts(&what, measured->text);
    scene_names(scene, &names);
    measured_say(measured, "%s%s%s", str_text(&what), glue, str_text(&names));
    str_free(&names);
    str_free(&what);
}

struct edge {
    uint64_t time;
    int by; /* +1: begins, -1: ends */
};

/* Ends come first: two spans that touch do not overlap. */
static int by_time(const void *a, const void *b)
{
    const struct edge *left = a, *right = b;

    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return left->by - right->by;
}

static int measure_overlap(const struct scene *scene, const struct measure *measure,
                           struct measured *measured, struct error *error)
{
    struct act *acts;
    size_t n;
    int now = 0, most = 0;

    if (scene_acts(scene, measure->state, &acts, &n) < 0)
        return error_set(error, -ENOMEM, "out of memory");
    struct edge *edges = calloc(2 * n + 1, sizeof *edges);
    for (size_t i = 0; edges && i < n; i++) {
        edges[2 * i] = (struct edge){acts[i].span->begin, 1};
        edges[2 * i + 1] = (struct edge){acts[i].span->end, -1};
    }
    free(acts);
    if (!edges)
        return error_set(error, -ENOMEM, "out of memory");
    qsort(edges, 2 * n, sizeof *edges, by_time);
    for (size_t i = 0; i < 2 * n; i++) {
        now += edges[i].by;
        if (now > most)
            most = now;
    }
    free(edges);
    measured->number = most;
    measured_say(measured, "at most %d %s at one instant", most, measure->state);
    say_of_whom(scene, measure, ", of ", measured);
    return 0;
}

const char *count_words(const char *kind, size_t n)
{
    static const char *const words[][3] = {{"born", "thing made", "things made"},
                                           {"start", "start", "starts"},
                                           {"resume", "time going on", "times going on"},
                                           {"suspend", "pause", "pauses"},
                                           {"wake", "wake-up", "wake-ups"},
                                           {"call", "callback", "callbacks"},
                                           {"send", "wake-up sent", "wake-ups sent"},
                                           {"submit", "request", "requests"},
                                           {"work", "job begun", "jobs begun"},
                                           {"block", "blocking call", "blocking calls"},
                                           {"say", "line said", "lines said"},
                                           {"end", "end", "ends"}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (is(words[i][0], kind))
            return words[i][n == 1 ? 1 : 2];
    return kind;
}

static void measure_count(const struct scene *scene, const struct measure *measure,
                          struct measured *measured)
{
    size_t last, n = scene_count(scene, measure->kind, measure->names != NULL, SIZE_MAX, &last);

    measured->number = (double)n;
    measured_say(measured, "%zu %s%s", n, count_words(measure->kind, n),
                 measure->names ? "" : " in all");
    say_of_whom(scene, measure, " of ", measured);
}

static void measure_threads(const struct scene *scene, const struct measure *measure,
                            struct measured *measured)
{
    uint32_t seen[64];
    size_t n = 0;

    for (size_t i = 0; i < scene->cast_count; i++)
        for (size_t j = 0; j < scene->cast[i]->span_count; j++) {
            uint32_t thread = scene->cast[i]->spans[j].thread;
            size_t k = 0;
            while (k < n && seen[k] != thread)
                k++;
            if (thread && k == n && n < 64)
                seen[n++] = thread;
        }
    measured->number = (double)n;
    measured_say(measured, n == 1 ? "on 1 thread" : "on %zu threads", n);
    say_of_whom(scene, measure, ": ", measured);
}

/* --- words ------------------------------------------------------------------------------------ */

static bool same_order(const char *const *names, const struct entrance *order, size_t n)
{
    size_t i = 0;

    while (names[i] && i < n && is(names[i], order[i].actor->name))
        i++;
    return !names[i] && i == n;
}

static int measure_order(const struct scene *scene, const struct item *item,
                         struct measured *measured, struct error *error)
{
    struct entrance *order;
    struct str text = {0};
    size_t n;

    if (scene_order(scene, item->measure.kind, &order, &n) < 0)
        return error_set(error, -ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++)
        str_printf(&text, "%s%s", i ? ", " : "", order[i].actor->name);
    for (size_t i = 0; i < item->choice_count; i++)
        if (same_order(item->choices[i].is, order, n))
            measured->choice = (int)i;
    measured_say(measured, "%s", n ? str_text(&text) : "none of them");
    str_free(&text);
    free(order);
    return 0;
}

static int measure_first(const struct scene *scene, const struct measure *measure,
                         struct measured *measured, struct error *error)
{
    struct entrance *order;
    size_t n;

    if (scene_order(scene, measure->kind, &order, &n) < 0)
        return error_set(error, -ENOMEM, "out of memory");
    measured_say(measured, "%s", n ? order[0].actor->name : "none of them");
    free(order);
    return 0;
}

static int measure_phase(const struct scene *scene, const struct measure *measure,
                         struct measured *measured, struct error *error)
{
    const struct actor *actor = query_actor(&scene->all, measure->of);

    if (!actor)
        return error_set(error, -ENOENT, "the run has no actor named \"%s\"", measure->of);
    size_t call = query_next(scene->trace, 0, EVENT_CALL, actor->id);
    measured_say(measured, "%s",
                 call == SIZE_MAX ? "never called" : phase_name(query_phase(scene->trace, call)));
    return 0;
}

/* --- all of them ------------------------------------------------------------------------------ */

static int take(const struct scene *scene, const struct item *item, struct measured *measured,
                struct error *error)
{
    const struct measure *measure = &item->measure;

    if (is(measure->what, "ratio"))
        return measured_ratio(scene, measure, measured, error);
    if (is(measure->what, "overlap"))
        return measure_overlap(scene, measure, measured, error);
    if (is(measure->what, "order"))
        return measure_order(scene, item, measured, error);
    if (is(measure->what, "first"))
        return measure_first(scene, measure, measured, error);
    if (is(measure->what, "phase"))
        return measure_phase(scene, measure, measured, error);
    if (is(measure->what, "count"))
        measure_count(scene, measure, measured);
    else if (is(measure->what, "threads"))
        measure_threads(scene, measure, measured);
    else
        return error_set(error, -EINVAL, "unknown measure \"%s\"", measure->what);
    return 0;
}

static bool matches(const struct choice *choice, const struct measured *measured)
{
    if (choice->equals)
        return is(choice->equals, measured->text);
    return !choice->is && measured->number >= choice->from &&
           (measured->number < choice->to || choice->to == INFINITY);
}

int measure_item(const struct item *item, const struct trace *trace, struct measured *ret_measured,
                 struct error *error)
{
    struct measured measured = {.number = NAN, .choice = -1, .event = SIZE_MAX};
    struct scene scene;

    assert(item->type == ITEM_PREDICT);
    int code = scene_open(item, trace, &scene, error);
    if (code)
        return code;
    code = take(&scene, item, &measured, error);
    scene_close(&scene);
    for (size_t i = 0; i < item->choice_count; i++)
        if (matches(&item->choices[i], &measured))
            measured.choice = (int)i;
    if (code == 0 && measure_difference(item, trace, -1, &measured) < 0)
        code = error_set(error, -ENOMEM, "out of memory");
    if (code == 0)
        *ret_measured = measured;
    return code;
}
