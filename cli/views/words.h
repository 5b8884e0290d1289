/* Events in words: what happened, who did it, where. Pure functions from a trace to text; words
 * carry the whole meaning of every view, glyphs and colours only help. */
#ifndef ASYNCTUT_WORDS_H
#define ASYNCTUT_WORDS_H

#include "engine/base/str.h"
#include "engine/trace/trace.h"

struct symbols;

/* One sentence: "A starts", "A sleeps 100 ms", "loop sleeps 100.1 ms (nothing to run)". It looks
 * at the events around i for what the event alone does not say, but not far. */
void words_event(const struct trace *trace, size_t i, struct str *out);

/* Is event i told at that level? */
bool words_told(const struct trace *trace, size_t i, enum event_level level);

/* Who: the name of a task, thread, handle or request, or "loop". 0 is "asynctut". */
void words_actor(const struct trace *trace, uint32_t id, struct str *out);

/* What a caller that follows the trace knows about event i beyond the event. */
struct words_known {
    bool first;      /* RESUME: its first */
    bool has_since;  /* `since` is known: */
    uint64_t since;  /* when what ends here began, or when the actor was born; program time, ns */
    uint64_t before; /* ns of that before the actor first ran */
    size_t end;      /* the event that ends what begins here, when both are told at once; or
                        SIZE_MAX */
};
/* The sentence without its subject: "sleeps 100 ms". */
void words_what(const struct trace *trace, size_t i, const struct words_known *known,
                struct str *out);

/* "play (chess.c:27)", or nothing if there is no place to tell. False: not known yet. With `wait`
 * it waits until it is. `symbols` may be NULL. */
bool words_place(const struct trace *trace, struct symbols *symbols, size_t i, bool wait,
                 struct str *out);

/* "100.1 ms", "12.34 s". */
void words_duration(uint64_t ns, struct str *out);

#endif
