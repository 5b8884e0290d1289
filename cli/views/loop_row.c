/* Brackets and capitals take the place of the spaces around a phase, so every state of the row is
 * equally wide. Where the whole row has no room, the phase alone is told. */
#include "cli/views/loop_row.h"

#include <ctype.h>
#include <inttypes.h>

#include "cli/views/words.h"
#include "engine/trace/trace.h"

struct loop_row loop_row_at(const struct trace *trace, size_t i)
{
    return (struct loop_row){.turn = query_turn(trace, i),
                             .phase = query_phase(trace, i),
                             .time = trace_event(trace, i)->time,
                             .timers_last = trace_libuv(trace) >= 0x012d00};
}

static void put_phase(const struct look *look, enum phase phase, bool current, struct str *out)
{
    if (!current) {
        str_printf(out, " %s ", phase_name(phase));
        return;
    }
    look_begin(look, STYLE_CHOSEN, out);
    str_putc(out, '[');
    for (const char *at = phase_name(phase); *at; at++)
        str_putc(out, (char)toupper((unsigned char)*at));
    str_putc(out, ']');
    look_end(look, STYLE_CHOSEN, out);
}

static void put_phases(const struct loop_row *row, const struct look *look, struct str *out)
{
    static const enum phase order[2][7] = {
        {PHASE_TIMERS, PHASE_PENDING, PHASE_IDLE, PHASE_PREPARE, PHASE_POLL, PHASE_CHECK,
         PHASE_CLOSING},
        {PHASE_PENDING, PHASE_IDLE, PHASE_PREPARE, PHASE_POLL, PHASE_CHECK, PHASE_CLOSING,
         PHASE_TIMERS},
    };

    str_puts(out, look_glyph(look, GLYPH_ROW_LEFT));
    for (int i = 0; i < 7; i++) {
        enum phase phase = order[row->timers_last][i];

        if (i)
            str_puts(out, look_glyph(look, GLYPH_POINTER));
        put_phase(look, phase, phase == row->phase, out);
    }
    str_puts(out, look_glyph(look, GLYPH_ROW_RIGHT));
}

static void view_words(const struct loop_row *row, struct str *out)
{
    str_printf(out, "turn %" PRIu64, row->turn);
    if (row->phase != PHASE_NONE)
        str_printf(out, ", %s", phase_name(row->phase));
    if (row->time == UINT64_MAX)
        return;
    str_puts(out, ", ");
    words_duration(row->time, out);
}

static void view_row(const struct loop_row *row, const struct look *look, bool time,
                     struct str *out)
{
    str_printf(out, "turn %3" PRIu64 " ", row->turn);
    put_phases(row, look, out);
    if (!time || row->time == UINT64_MAX)
        return;
    str_putc(out, ' ');
    words_duration(row->time, out);
}

void loop_row_view(const struct loop_row *row, const struct look *look, struct str *out)
{
    struct str whole = {0}, timeless = {0};

    view_row(row, look, true, &whole);
    view_row(row, look, false, &timeless);
    if (look->plain || text_width(str_text(&timeless), timeless.length) > look->width)
        view_words(row, out);
    else if (text_width(str_text(&whole), whole.length) > look->width)
        str_puts(out, str_text(&timeless));
    else
        str_puts(out, str_text(&whole));
    str_free(&whole);
    str_free(&timeless);
}
