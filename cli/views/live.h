/* The live trace: what a program does, line by line, while it does it.
 *
 * Lines are only ever appended. Each has the time, a column for each actor (a task, a thread, a
 * named handle or request), what happened in words, and where. What two events say together is one
 * line: "starts: wake me in 100 ms". The same trace gives the same lines, whether it is told while
 * it grows or afterwards. */
#ifndef ASYNCTUT_LIVE_H
#define ASYNCTUT_LIVE_H

#include "engine/base/str.h"
#include "engine/event/event.h"
#include "engine/term/look.h"
#include "engine/trace/trace.h"

struct live;
struct symbols;

/* All three are borrowed until live_close(); the look may change between updates (a resize).
 * `symbols` may be NULL: then no places are told. NULL: no memory. */
struct live *live_open(const struct trace *trace, struct symbols *symbols, const struct look *look);
void live_close(struct live *live); /* NULL is fine */

/* Appends the lines, each with its newline, that the new events of the trace give at that level.
 * An event is told when it is clear what follows it at once and where it happened; after
 * trace_finish() all are told, and their places waited for. With LEVEL_OFF events pass untold. */
void live_update(struct live *live, enum event_level level, struct str *out);

/* The first event that was not told yet: where to go on from, or come back to. */
size_t live_position(const struct live *live);

/* Lines go on from that event, with a heading: what went before is told again, or not at all. */
void live_seek(struct live *live, size_t event);

/* "the loop is blocked in crunch (spinners.c:31) for 312 ms", if a loop's thread has been in one
 * callback, task step or blocking call for more than 100 ms at `now`, ns of program time; "by
 * search" where no place is known yet but that at which a task was started. False, and nothing, if
 * none is. As of the events that live_update() has seen. */
bool live_blocked(const struct live *live, uint64_t now, struct str *out);

#endif
