/* The loop row: one turn of the loop in fixed columns, the phase it is in marked. Redrawn in place
 * it never moves. */
#ifndef ASYNCTUT_LOOP_ROW_H
#define ASYNCTUT_LOOP_ROW_H

#include "engine/base/str.h"
#include "engine/term/look.h"
#include "engine/trace/query.h"

struct loop_row {
    uint64_t turn;
    enum phase phase; /* PHASE_NONE: none is marked */
    uint64_t time;    /* ns of program time; UINT64_MAX: not told */
    bool timers_last; /* libuv 1.45 and newer run timers at the end of a turn */
};

/* The turn, phase and time of event i. */
struct loop_row loop_row_at(const struct trace *trace, size_t i);

/* One line without a newline, at most as wide as the look. */
void loop_row_view(const struct loop_row *row, const struct look *look, struct str *out);

#endif
