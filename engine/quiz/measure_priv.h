/* Inside measuring: the actors that a measure is about, and questions to their spans. */
#ifndef ASYNCTUT_MEASURE_PRIV_H
#define ASYNCTUT_MEASURE_PRIV_H

#include "engine/base/str.h"
#include "engine/quiz/measure.h"
#include "engine/trace/query.h"

struct scene {
    const struct trace *trace;
    struct actors all;
    const struct actor **cast; /* those that count, in order of birth */
    size_t cast_count;
    size_t *by_id; /* by entity id: place in the cast + 1; 0: not in it */
    uint32_t id_count;
};

/* UV_ENOENT with a sentence if a name is nobody's. */
int scene_open(const struct item *item, const struct trace *trace, struct scene *ret_scene,
               struct error *error);
void scene_close(struct scene *scene);

/* The one of the cast with that entity id; NULL. */
const struct actor *scene_actor(const struct scene *scene, uint32_t id);
/* The cast by its names: "A, B and C"; of many the first few and how many more. */
void scene_names(const struct scene *scene, struct str *out);

/* Does the span count as `state` (a word of measures)? `own`: waits for other actors do not. */
bool scene_counts(const struct scene *scene, const struct span *span, const char *state, bool own);

/* The number of events of a kind, counted up to `most`: of the cast if `named`, else of anybody.
 * ret_last: the last that was counted. */
size_t scene_count(const struct scene *scene, const char *kind, bool named, size_t most,
                   size_t *ret_last);
/* The kind in words: "callback", "callbacks". */
const char *count_words(const char *kind, size_t n);

/* The cast in order of its first events of a kind; those that have none are left out. Caller frees.
 */
struct entrance {
    const struct actor *actor;
    size_t event;
};
int scene_order(const struct scene *scene, const char *kind, struct entrance **ret_order,
                size_t *ret_count);

/* One span of one actor of the cast. */
struct act {
    const struct actor *actor;
    const struct span *span;
    bool conducts; /* the actor waits for others at some time: it set them going */
};
/* All spans that count as `state`, by their beginning. Caller frees. */
int scene_acts(const struct scene *scene, const char *state, struct act **ret_acts,
               size_t *ret_count);

/* Sets what was measured, in words. */
void measured_say(struct measured *measured, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "12.3 ms", as everywhere; what would be nothing then has more decimals. */
struct measured_ms {
    char text[32];
} measured_ms(uint64_t ns);
/* Sets where it shows, in words that continue "At 0.1 ms". */
void measured_point(struct measured *measured, size_t event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The first moment at which a second actor came into the state. 0 or -ENOMEM. */
int moment_of_second(const struct scene *scene, const char *state, struct measured *measured);
/* The moment that decided about a ratio, for this choice (NULL: for none). 0 or -ENOMEM. */
int moment_of_ratio(const struct scene *scene, const struct measure *measure,
                    const struct choice *choice, struct measured *measured);

/* Of a ratio: number and text. UV_ENOENT if it names an actor that is not there. */
int measured_ratio(const struct scene *scene, const struct measure *measure,
                   struct measured *measured, struct error *error);

#endif
