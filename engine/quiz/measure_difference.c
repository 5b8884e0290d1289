/* The moment that decided. For orders it is the first place where the run and the choice part; for
 * times see measure_moment.c. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/quiz/measure_priv.h"

void measured_point(struct measured *measured, size_t event, const char *format, ...)
{
    va_list args;

    measured->event = event;
    va_start(args, format);
    vsnprintf(measured->difference, sizeof measured->difference, format, args);
    va_end(args);
}

static const char *nth(size_t i)
{
    static const char *const words[] = {"first", "second",  "third",  "fourth", "fifth",
                                        "sixth", "seventh", "eighth", "ninth"};

    return i < sizeof words / sizeof words[0] ? words[i] : "later";
}

static int of_order(const struct scene *scene, const char *kind, const char *const *said,
                    struct measured *measured)
{
    struct entrance *order;
    size_t n, i = 0;

    if (scene_order(scene, kind, &order, &n) < 0)
        return -ENOMEM;
    while (said && i < n && said[i] && strcmp(said[i], order[i].actor->name) == 0)
        i++;
    if (i < n && said && said[i])
        measured_point(measured, order[i].event, "%s came %s, where you said %s",
                       order[i].actor->name, nth(i), said[i]);
    else if (i < n)
        measured_point(measured, order[i].event, "%s came %s", order[i].actor->name, nth(i));
    free(order);
    return 0;
}

/* The first that is one too many for what was said, or, where that was not too few, the last. */
static void of_count(const struct scene *scene, const struct measure *measure,
                     const struct choice *choice, struct measured *measured)
{
    bool named = measure->names != NULL;
    size_t at = SIZE_MAX, n = scene_count(scene, measure->kind, named, SIZE_MAX, &at);
    size_t allowed = choice && choice->to > 0 && choice->to < (double)n ? (size_t)choice->to : n;

    if (n == 0)
        return;
    scene_count(scene, measure->kind, named, allowed < n ? allowed : n, &at);
    const struct actor *who =
        named ? scene_actor(scene, trace_event(scene->trace, at)->subject) : NULL;
    const char *name = who ? who->name : "", *of = who ? "'s " : "";

    if (n == 1)
        measured_point(measured, at, "%s%s%s, the only one", name, of,
                       count_words(measure->kind, 1));
    else
        measured_point(measured, at, "%s%s%s %zu of %zu", name, of, count_words(measure->kind, 1),
                       allowed, n);
}

static void of_phase(const struct scene *scene, const struct measure *measure,
                     struct measured *measured)
{
    const struct actor *actor = query_actor(&scene->all, measure->of);
    size_t call = actor ? query_next(scene->trace, 0, EVENT_CALL, actor->id) : SIZE_MAX;

    if (call != SIZE_MAX)
        measured_point(measured, call, "the callback of %s began, in phase %s", actor->name,
                       phase_name(query_phase(scene->trace, call)));
}

/* The first act of a second actor: on the thread of the first, or on another. */
static int of_threads(const struct scene *scene, struct measured *measured)
{
    struct act *acts;
    size_t n, second = 0;

    if (scene_acts(scene, "running", &acts, &n) < 0)
        return -ENOMEM;
    for (size_t i = 1; i < n && !second; i++)
        if (acts[i].span->thread != acts[0].span->thread)
            second = i;
    for (size_t i = 1; i < n && !second; i++)
        if (acts[i].actor != acts[0].actor)
            second = i;
    bool same = second && acts[second].span->thread == acts[0].span->thread;
    if (second)
        measured_point(measured, acts[second].span->first,
                       same ? "%s ran on the same thread as %s"
                            : "%s ran on another thread than %s",
                       acts[second].actor->name, acts[0].actor->name);
    free(acts);
    return 0;
}

static int find(const struct scene *scene, const struct item *item, int chosen,
                struct measured *measured)
{
    const struct measure *measure = &item->measure;
    const struct choice *choice = chosen >= 0 ? &item->choices[chosen] : NULL;
    const char *const word[] = {choice ? choice->equals : NULL, NULL};

    if (strcmp(measure->what, "ratio") == 0)
        return moment_of_ratio(scene, measure, choice, measured);
    if (strcmp(measure->what, "overlap") == 0)
        return moment_of_second(scene, measure->state, measured);
    if (strcmp(measure->what, "threads") == 0)
        return of_threads(scene, measured);
    if (strcmp(measure->what, "order") == 0)
        return of_order(scene, measure->kind, choice ? choice->is : NULL, measured);
    if (strcmp(measure->what, "first") == 0)
        return of_order(scene, measure->kind, word, measured);
    if (strcmp(measure->what, "count") == 0)
        of_count(scene, measure, choice, measured);
    else
        of_phase(scene, measure, measured);
    return 0;
}

int measure_difference(const struct item *item, const struct trace *trace, int chosen,
                       struct measured *measured)
{
    struct scene scene;

    measured->event = SIZE_MAX;
    measured->difference[0] = '\0';
    int code = scene_open(item, trace, &scene, NULL);
    if (code)
        return code == -ENOMEM ? code : 0;
    code = find(&scene, item, chosen, measured);
    scene_close(&scene);
    return code;
}
