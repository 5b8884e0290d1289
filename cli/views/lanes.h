/* Lanes: a whole run on one time axis, a lane for each actor and one for each loop. */
#ifndef ASYNCTUT_LANES_H
#define ASYNCTUT_LANES_H

#include "engine/base/str.h"
#include "engine/term/look.h"
#include "engine/trace/query.h"

enum { LANES_AT_MOST = 24, LANES_LOOPS = 8 };

/* Appends a title line with the time from the first begin of an actor to the last end, the axis and
 * the lanes, each with its newline; of more than LANES_AT_MOST actors the first are drawn and the
 * rest counted. Plain: the same in sentences. */
void lanes_view(const struct trace *trace, const struct actors *actors, const struct look *look,
                const char *title, struct str *out);

/* Its parts, for views that scroll: title and axis, the lane of one actor (for any i), the lanes of
 * at most LANES_LOOPS loops. The last takes a pass over all events, that of an actor one over its
 * spans. */
void lanes_head(const struct trace *trace, const struct actors *actors, const struct look *look,
                const char *title, struct str *out);
void lanes_actor(const struct trace *trace, const struct actors *actors, const struct look *look,
                 size_t i, struct str *out);
void lanes_loops(const struct trace *trace, const struct actors *actors, const struct look *look,
                 struct str *out);

/* The column at which lanes_view() draws a moment; -1 in plain words, which have no axis. */
int lanes_column(const struct trace *trace, const struct actors *actors, const struct look *look,
                 uint64_t time);

#endif
