/* Ratios of times within one run: a run on a slow machine stretches both sides. */
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/quiz/measure_priv.h"

static bool is(const char *word, const char *other)
{
    return strcmp(word, other) == 0;
}

void measured_say(struct measured *measured, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(measured->text, sizeof measured->text, format, args);
    va_end(args);
}

static uint64_t whole(const struct scene *scene)
{
    uint64_t begin = UINT64_MAX, end = 0;

    for (size_t i = 0; i < scene->cast_count; i++) {
        if (scene->cast[i]->begin < begin)
            begin = scene->cast[i]->begin;
        if (scene->cast[i]->end > end)
            end = scene->cast[i]->end;
    }
    return end > begin ? end - begin : 0;
}

/* Of the cast's own spans in a state: the longest, and the sum. */
static void add_up(const struct scene *scene, const char *state, uint64_t *ret_longest,
                   uint64_t *ret_sum)
{
    *ret_longest = *ret_sum = 0;
    for (size_t i = 0; i < scene->cast_count; i++)
        for (size_t j = 0; j < scene->cast[i]->span_count; j++) {
            const struct span *span = &scene->cast[i]->spans[j];
            if (!scene_counts(scene, span, state, true))
                continue;
            *ret_sum += span->end - span->begin;
            if (span->end - span->begin > *ret_longest)
                *ret_longest = span->end - span->begin;
        }
}

struct quantity {
    double ns;
    char phrase[160];
};

struct measured_ms measured_ms(uint64_t ns)
{
    struct measured_ms text;
    double ms = (double)ns / 1e6;

    snprintf(text.text, sizeof text.text, "%.*f ms",
             ns == 0 || ms >= 0.05 ? 1
             : ms >= 0.005         ? 2
                                   : 4,
             ms);
    return text;
}

static void set_phrase(struct quantity *quantity, const char *what, uint64_t ns)
{
    quantity->ns = (double)ns;
    snprintf(quantity->phrase, sizeof quantity->phrase, "%s (%s)", what, measured_ms(ns).text);
}

/* "NAME:state" */
static int of_actor(const struct scene *scene, const char *text, struct quantity *ret_quantity,
                    struct error *error)
{
    const char *state = strrchr(text, ':') + 1;
    struct str name = {0};
    uint64_t ns = 0;

    str_add(&name, text, (size_t)(state - 1 - text));
    const struct actor *actor = query_actor(&scene->all, str_text(&name));
    int code = name.failed ? error_set(error, -ENOMEM, "out of memory") : 0;
    if (code == 0 && !actor)
        code = error_set(error, -ENOENT, "the run has no actor named \"%s\"", str_text(&name));
    for (size_t i = 0; code == 0 && i < actor->span_count; i++)
        if (scene_counts(scene, &actor->spans[i], state, false))
            ns += actor->spans[i].end - actor->spans[i].begin;
    bool verb = is(state, "waiting") || is(state, "running");
    str_printf(&name, "'s %s%s", verb ? "" : is(state, "pool") ? "time in the " : "time ", state);
    set_phrase(ret_quantity, str_text(&name), ns);
    str_free(&name);
    return code;
}

/* The total of a run is that of all its actors, as its picture says it too. */
static const char *say_whole(const struct scene *scene, struct str *text)
{
    if (scene->cast_count == scene->all.count)
        return "the total";
    str_puts(text, "the time of ");
    scene_names(scene, text);
    return str_text(text);
}

/* Hundreds of times to the unit, next to nothing as a part. */
static void say_ratio(const struct quantity *of, const struct quantity *to,
                      struct measured *measured)
{
    double times = measured->number;

    if (times >= 0.1 || times == 0)
        measured_say(measured, "%s was %.*f times %s", of->phrase, times < 10 ? 2 : 0, times,
                     to->phrase);
    else if (times >= 0.0005)
        measured_say(measured, "%s was %.1f%% of %s", of->phrase, 100 * times, to->phrase);
    else
        measured_say(measured, "%s was less than 0.1%% of %s", of->phrase, to->phrase);
}

static int quantity_of(const struct scene *scene, const char *text, struct quantity *ret_quantity,
                       struct error *error)
{
    uint64_t longest_wait, waits, longest_run, runs, ns = 0;
    struct str whole_of = {0};
    const char *phrase;

    if (strchr(text, ':'))
        return of_actor(scene, text, ret_quantity, error);
    add_up(scene, "waiting", &longest_wait, &waits);
    add_up(scene, "running", &longest_run, &runs);
    if (is(text, "total")) {
        ns = whole(scene);
        phrase = say_whole(scene, &whole_of);
    } else if (is(text, "longest-wait")) {
        ns = longest_wait;
        phrase = "the longest wait";
    } else if (is(text, "sum-of-waits")) {
        ns = waits;
        phrase = "all waits together";
    } else if (is(text, "longest-run")) {
        ns = longest_run;
        phrase = "the longest step";
    } else {
        assert(is(text, "sum-of-runs"));
        ns = runs;
        phrase = "all running together";
    }
    set_phrase(ret_quantity, phrase, ns);
    str_free(&whole_of);
    return 0;
}

int measured_ratio(const struct scene *scene, const struct measure *measure,
                   struct measured *measured, struct error *error)
{
    struct quantity of, to;

    int code = quantity_of(scene, measure->of, &of, error);
    if (code == 0)
        code = quantity_of(scene, measure->to, &to, error);
    if (code)
        return code;
    measured->number = of.ns / to.ns; /* NAN or infinite if there was nothing of that kind */
    if (isfinite(measured->number))
        say_ratio(&of, &to, measured);
    else
        measured_say(measured, "%s, %s", of.phrase, to.phrase);
    return 0;
}
