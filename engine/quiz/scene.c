/* Who a measure is about, and what their spans say. Kept apart from the measures, so that each of
 * those reads as its definition. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/quiz/measure_priv.h"

enum { NAMES_SHOWN = 4 };

static bool fits(const char *name, const char *pattern)
{
    size_t length = strlen(pattern);

    if (length && pattern[length - 1] == '*')
        return strncmp(name, pattern, length - 1) == 0;
    return strcmp(name, pattern) == 0;
}

static bool wanted(const struct actor *actor, const char *const *names)
{
    for (; names && *names; names++)
        if (fits(actor->name, *names))
            return true;
    return false;
}

static int check_names(const struct scene *scene, const char *const *names, struct error *error)
{
    for (; names && *names; names++) {
        bool found = false;
        for (size_t i = 0; i < scene->all.count && !found; i++)
            found = fits(scene->all.items[i].name, *names);
        if (!found)
            return error_set(error, -ENOENT, "the run has no actor named \"%s\"", *names);
    }
    return 0;
}

int scene_open(const struct item *item, const struct trace *trace, struct scene *ret_scene,
               struct error *error)
{
    struct scene scene = {.trace = trace};
    const char *const *names = item->measure.names;

    int code = query_actors(trace, &scene.all);
    if (code)
        return error_set(error, code, "out of memory");
    scene.id_count = trace_entities(trace);
    scene.cast = calloc(scene.all.count + 1, sizeof *scene.cast);
    scene.by_id = calloc((size_t)scene.id_count + 1, sizeof *scene.by_id);
    code = scene.cast && scene.by_id ? check_names(&scene, names, error)
                                     : error_set(error, -ENOMEM, "out of memory");
    if (code) {
        scene_close(&scene);
        return code;
    }
    for (size_t i = 0; i < scene.all.count; i++) {
        if (names && !wanted(&scene.all.items[i], names))
            continue;
        scene.cast[scene.cast_count++] = &scene.all.items[i];
        if (scene.all.items[i].id < scene.id_count)
            scene.by_id[scene.all.items[i].id] = scene.cast_count;
    }
    *ret_scene = scene;
    return 0;
}

void scene_close(struct scene *scene)
{
    free(scene->cast);
    free(scene->by_id);
    query_actors_free(&scene->all);
}

void scene_names(const struct scene *scene, struct str *out)
{
    size_t shown = scene->cast_count > NAMES_SHOWN ? NAMES_SHOWN - 1 : scene->cast_count;
    size_t rest = scene->cast_count - shown;

    for (size_t i = 0; i < shown; i++)
        str_printf(out, "%s%s",
                   i == 0                    ? ""
                   : i + 1 == shown && !rest ? " and "
                                             : ", ",
                   scene->cast[i]->name);
    if (rest)
        str_printf(out, " and %zu more", rest);
}

static bool is_for_others(const struct scene *scene, const struct span *span)
{
    const struct event *event = trace_event(scene->trace, span->first);

    if (event->kind == EVENT_SUSPEND)
        return event_wait(event) == WAIT_TASK || event_wait(event) == WAIT_GROUP;
    return event->kind == EVENT_BLOCK && event->object == BLOCK_JOIN;
}

static bool conducts(const struct scene *scene, const struct actor *actor)
{
    for (size_t i = 0; i < actor->span_count; i++)
        if (is_for_others(scene, &actor->spans[i]))
            return true;
    return false;
}

bool scene_counts(const struct scene *scene, const struct span *span, const char *state, bool own)
{
    if (strcmp(state, "waiting") == 0)
        return (span->state == SPAN_WAITING || span->state == SPAN_BLOCKED) &&
               !(own && is_for_others(scene, span));
    if (strcmp(state, "blocked") == 0)
        return span->state == SPAN_BLOCKED && !(own && is_for_others(scene, span));
    if (strcmp(state, "running") == 0)
        return span->state == SPAN_RUNNING;
    if (strcmp(state, "ready") == 0)
        return span->state == SPAN_READY;
    return span->state == SPAN_POOL;
}

/* The kind that a word of measures means; what people say are texts. */
static enum event_kind kind_of(const char *word)
{
    unsigned kind = EVENT_NONE;

    while (kind < EVENT_KINDS && strcmp(event_kind_name(kind), word) != 0)
        kind++;
    return strcmp(word, "say") == 0 ? EVENT_TEXT : (enum event_kind)kind;
}

static bool is_kind(const struct event *event, enum event_kind kind)
{
    return event->kind == kind && (kind != EVENT_TEXT || event->object == TEXT_SAY);
}

const struct actor *scene_actor(const struct scene *scene, uint32_t id)
{
    size_t i = id < scene->id_count ? scene->by_id[id] : 0;

    return i ? scene->cast[i - 1] : NULL;
}

size_t scene_count(const struct scene *scene, const char *word, bool named, size_t most,
                   size_t *ret_last)
{
    enum event_kind kind = kind_of(word);
    size_t n = 0;

    for (size_t i = 0; i < trace_count(scene->trace) && n < most; i++) {
        const struct event *event = trace_event(scene->trace, i);
        if (!is_kind(event, kind) || (named && !scene_actor(scene, event->subject)))
            continue;
        *ret_last = i;
        n++;
    }
    return n;
}

static int by_event(const void *a, const void *b)
{
    size_t left = ((const struct entrance *)a)->event, right = ((const struct entrance *)b)->event;

    return left < right ? -1 : left > right;
}

/* The first event of that kind for each of the cast, by its place in the cast. */
static void find_first(const struct scene *scene, const char *word, struct entrance *firsts)
{
    enum event_kind kind = kind_of(word);

    for (size_t i = 0; i < scene->cast_count; i++)
        firsts[i] = (struct entrance){scene->cast[i], SIZE_MAX};
    for (size_t i = trace_count(scene->trace); i-- > 0;) {
        const struct event *event = trace_event(scene->trace, i);
        if (is_kind(event, kind) && scene_actor(scene, event->subject))
            firsts[scene->by_id[event->subject] - 1].event = i;
    }
    for (size_t i = 0; i < scene->cast_count && kind == EVENT_END; i++) {
        const struct actor *actor = firsts[i].actor;
        if (firsts[i].event == SIZE_MAX && actor->ended && actor->span_count)
            firsts[i].event = actor->spans[actor->span_count - 1].last;
    }
}

int scene_order(const struct scene *scene, const char *kind, struct entrance **ret_order,
                size_t *ret_count)
{
    struct entrance *order = calloc(scene->cast_count + 1, sizeof *order);
    size_t n = 0;

    if (!order)
        return -ENOMEM;
    find_first(scene, kind, order);
    for (size_t i = 0; i < scene->cast_count; i++)
        if (order[i].event != SIZE_MAX)
            order[n++] = order[i];
    qsort(order, n, sizeof *order, by_event);
    *ret_order = order;
    *ret_count = n;
    return 0;
}

static int by_beginning(const void *a, const void *b)
{
    const struct span *left = ((const struct act *)a)->span, *right = ((const struct act *)b)->span;

    if (left->begin != right->begin)
        return left->begin < right->begin ? -1 : 1;
    return left->first < right->first ? -1 : left->first > right->first;
}

int scene_acts(const struct scene *scene, const char *state, struct act **ret_acts,
               size_t *ret_count)
{
    size_t n = 0, room = 1;

    for (size_t i = 0; i < scene->cast_count; i++)
        room += scene->cast[i]->span_count;
    struct act *acts = calloc(room, sizeof *acts);
    if (!acts)
        return -ENOMEM;
    for (size_t i = 0; i < scene->cast_count; i++) {
        const struct actor *actor = scene->cast[i];
        bool conductor = conducts(scene, actor);
        for (size_t j = 0; j < actor->span_count; j++) {
            const struct span *span = &actor->spans[j];
            if (span->end > span->begin && scene_counts(scene, span, state, true))
                acts[n++] = (struct act){actor, span, conductor};
        }
    }
    qsort(acts, n, sizeof *acts, by_beginning);
    *ret_acts = acts;
    *ret_count = n;
    return 0;
}
