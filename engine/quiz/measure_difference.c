/* The moment that decided. For times and overlaps that is the first moment at which a second actor
 * came into the state in question: while the first was still in it, or after. For orders it is the
 * first place where the run and the choice part. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/quiz/measure_priv.h"

static void point(struct measured *measured, size_t event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void point(struct measured *measured, size_t event, const char *format, ...)
{
    va_list args;

    measured->event = event;
    va_start(args, format);
    vsnprintf(measured->difference, sizeof measured->difference, format, args);
    va_end(args);
}

/* How a state is said: "began to wait", "was still waiting", "had stopped waiting". */
static const struct verb {
    const char *state, *began, *still, *stopped;
} verbs[] = {
    {"ready", "became ready", "was still ready", "was no longer ready"},
    {"running", "began to run", "was still running", "had stopped running"},
    {"waiting", "began to wait", "was still waiting", "had stopped waiting"},
    {"blocked", "was blocked", "was still blocked", "was no longer blocked"},
    {"pool", "entered the pool", "was still in the pool", "had left the pool"},
};

static const struct verb *verb_of(const char *state)
{
    size_t i = 0;

    while (strcmp(verbs[i].state, state) != 0)
        i++;
    return &verbs[i];
}

/* Without the acts of those who only set others going; as they are if that leaves none. */
static size_t leave_out_conductors(struct act *acts, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!acts[i].conducts)
            acts[kept++] = acts[i];
    return kept ? kept : n;
}

/* Acts stand by their beginning and those of one actor never overlap, so the one that ends last so
 * far tells whether the next overlaps any before it. */
static int second_one(const struct scene *scene, const char *state, struct measured *measured)
{
    const struct verb *verb = verb_of(state);
    struct act *acts;
    size_t n;

    if (scene_acts(scene, state, &acts, &n) < 0)
        return -ENOMEM;
    n = leave_out_conductors(acts, n);
    const struct act *latest = n ? &acts[0] : NULL;
    for (size_t i = 1; i < n; i++) {
        const struct act *act = &acts[i];
        bool other = act->actor != latest->actor;
        if (other && act->span->begin < latest->span->end) {
            point(measured, act->span->first, "%s %s while %s %s", act->actor->name, verb->began,
                  latest->actor->name, verb->still);
            break;
        }
        if (other && measured->event == SIZE_MAX)
            point(measured, act->span->first, "%s %s when %s %s", act->actor->name, verb->began,
                  latest->actor->name, verb->stopped);
        if (act->span->end > latest->span->end)
            latest = act;
    }
    free(acts);
    return 0;
}

static uint64_t common(const struct span *a, const struct span *b)
{
    uint64_t begin = a->begin > b->begin ? a->begin : b->begin;
    uint64_t end = a->end < b->end ? a->end : b->end;

    return end > begin ? end - begin : 0;
}

/* A task or callback that blocks keeps its thread as one that computes does. */
static bool keeps_its_thread(const struct span *span)
{
    return span->state == SPAN_RUNNING || span->state == SPAN_BLOCKED;
}

/* Who kept the thread that a task or a handle shares with others for the longest time during the
 * span; NULL if nobody did. A thread needs no other. */
static const struct actor *busiest_beside(const struct scene *scene, const struct actor *actor,
                                          const struct span *span, uint64_t *ret_ns)
{
    const struct actor *busiest = NULL;

    *ret_ns = 0;
    for (size_t i = 0; i < scene->all.count && actor->type != ENTITY_THREAD; i++) {
        const struct actor *other = &scene->all.items[i];
        uint64_t ns = 0;
        if (other == actor || other->type == ENTITY_THREAD)
            continue;
        for (size_t j = 0; j < other->span_count; j++)
            if (keeps_its_thread(&other->spans[j]))
                ns += common(span, &other->spans[j]);
        if (ns > *ret_ns) {
            *ret_ns = ns;
            busiest = other;
        }
    }
    return busiest;
}

/* The actor of "NAME:state"; the state goes to *ret_state. */
static const struct actor *named_by(const struct scene *scene, const char *quantity,
                                    const char **ret_state)
{
    size_t length = (size_t)(strrchr(quantity, ':') - quantity);

    *ret_state = quantity + length + 1;
    for (size_t i = 0; i < scene->all.count; i++) {
        const char *name = scene->all.items[i].name;
        if (strlen(name) == length && memcmp(name, quantity, length) == 0)
            return &scene->all.items[i];
    }
    return NULL;
}

static const struct span *longest_span(const struct scene *scene, const struct actor *actor,
                                       const char *state)
{
    const struct span *longest = NULL;

    for (size_t i = 0; i < actor->span_count; i++) {
        const struct span *span = &actor->spans[i];
        if (scene_counts(scene, span, state, false) &&
            (!longest || span->end - span->begin > longest->end - longest->begin))
            longest = span;
    }
    return longest;
}

/* Of "NAME:state": the longest span in that state, and who, for a good part of it, ran meanwhile.
 */
static void longest_of(const struct scene *scene, const char *quantity, struct measured *measured)
{
    const char *state;
    const struct actor *actor = named_by(scene, quantity, &state);
    const struct span *longest = actor ? longest_span(scene, actor, state) : NULL;
    uint64_t busy;

    if (!longest)
        return;
    uint64_t length = longest->end - longest->begin;
    const struct actor *other = busiest_beside(scene, actor, longest, &busy);
    if (other && busy >= length / 10)
        point(measured, longest->first,
              "%s %s, for %.1f ms; meanwhile %s kept its thread for %.1f ms", actor->name,
              verb_of(state)->began, (double)length / 1e6, other->name, (double)busy / 1e6);
    else
        point(measured, longest->first, "%s %s, for %.1f ms", actor->name, verb_of(state)->began,
              (double)length / 1e6);
}

/* The state that a ratio is about: waits, unless it speaks of running only. */
static const char *state_of_ratio(const struct measure *measure)
{
    bool waits = strstr(measure->of, "wait") || strstr(measure->to, "wait");
    bool runs = strstr(measure->of, "run") || strstr(measure->to, "run");

    return runs && !waits ? "running" : "waiting";
}

static int of_ratio(const struct scene *scene, const struct measure *measure,
                    struct measured *measured)
{
    if (!strchr(measure->of, ':'))
        return second_one(scene, state_of_ratio(measure), measured);
    longest_of(scene, measure->of, measured);
    return 0;
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
        point(measured, order[i].event, "%s came %s, where you said %s", order[i].actor->name,
              nth(i), said[i]);
    else if (i < n)
        point(measured, order[i].event, "%s came %s", order[i].actor->name, nth(i));
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
    point(measured, at, "%s %zu of %zu", count_words(measure->kind, 1), allowed, n);
}

static void of_phase(const struct scene *scene, const struct measure *measure,
                     struct measured *measured)
{
    const struct actor *actor = query_actor(&scene->all, measure->of);
    size_t call = actor ? query_next(scene->trace, 0, EVENT_CALL, actor->id) : SIZE_MAX;

    if (call != SIZE_MAX)
        point(measured, call, "the callback of %s began, in phase %s", actor->name,
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
        point(measured, acts[second].span->first,
              same ? "%s ran on the same thread as %s" : "%s ran on another thread than %s",
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
        return of_ratio(scene, measure, measured);
    if (strcmp(measure->what, "overlap") == 0)
        return second_one(scene, measure->state, measured);
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
