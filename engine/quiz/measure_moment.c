/* The moment that decided about times and overlaps: the first at which a second actor came into the
 * state in question, while the first was still in it, or after; of one actor's time its longest
 * stretch; of a total that was thought too short the end of the last wait. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/quiz/measure_priv.h"

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
int moment_of_second(const struct scene *scene, const char *state, struct measured *measured)
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
            measured_point(measured, act->span->first, "%s %s while %s %s", act->actor->name,
                           verb->began, latest->actor->name, verb->still);
            break;
        }
        if (other && measured->event == SIZE_MAX)
            measured_point(measured, act->span->first, "%s %s when %s %s", act->actor->name,
                           verb->began, latest->actor->name, verb->stopped);
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
        measured_point(measured, longest->first,
                       "%s %s, for %s; meanwhile %s kept its thread for %s", actor->name,
                       verb_of(state)->began, measured_ms(length).text, other->name,
                       measured_ms(busy).text);
    else
        measured_point(measured, longest->first, "%s %s, for %s", actor->name,
                       verb_of(state)->began, measured_ms(length).text);
}

/* The state that a ratio is about: waits, unless it speaks of running only. */
static const char *state_of_ratio(const struct measure *measure)
{
    bool waits = strstr(measure->of, "wait") || strstr(measure->to, "wait");
    bool runs = strstr(measure->of, "run") || strstr(measure->to, "run");

    return runs && !waits ? "running" : "waiting";
}

/* Who ends last of all that wait, and how long it has waited until then: nothing shorter can be the
 * whole. */
static void last_waiter(const struct scene *scene, struct measured *measured)
{
    const struct actor *last = NULL;
    uint64_t waited = 0;

    for (size_t i = 0; i < scene->cast_count; i++) {
        uint64_t ns = 0;
        for (size_t j = 0; j < scene->cast[i]->span_count; j++)
            if (scene_counts(scene, &scene->cast[i]->spans[j], "waiting", true))
                ns += scene->cast[i]->spans[j].end - scene->cast[i]->spans[j].begin;
        if (!ns || (last && scene->cast[i]->end <= last->end))
            continue;
        last = scene->cast[i];
        waited = ns;
    }
    if (last)
        measured_point(measured, last->spans[last->span_count - 1].last,
                       "%s ended, the last that waited; its waits took %s", last->name,
                       measured_ms(waited).text);
}

/* Of a total that was thought shorter than it was, an overlap explains nothing. */
int moment_of_ratio(const struct scene *scene, const struct measure *measure,
                    const struct choice *choice, struct measured *measured)
{
    const char *state = state_of_ratio(measure);

    if (!strchr(measure->of, ':') && choice && choice->to <= measured->number &&
        strcmp(state, "waiting") == 0) {
        last_waiter(scene, measured);
        return 0;
    }
    if (!strchr(measure->of, ':'))
        return moment_of_second(scene, state, measured);
    longest_of(scene, measure->of, measured);
    return 0;
}
