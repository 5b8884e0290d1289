/* One entry a state, as many on a line as fit. */
#include "cli/views/legend.h"

#include <string.h>

#include "engine/base/array.h"

static const struct entry {
    enum glyph lane, column;
    const char *means;
} entries[] = {
    {GLYPH_START_H, GLYPH_START_V, "begins"},
    {GLYPH_WAIT_H, GLYPH_WAIT_V, "waits"},
    {GLYPH_READY, GLYPH_READY, "ready: could run, but something else does"},
    {GLYPH_RUN, GLYPH_RUN, "on the loop: runs, or blocks it"},
    {GLYPH_POOL, GLYPH_POOL, "in the thread pool"},
    {GLYPH_ASLEEP_H, GLYPH_ASLEEP_V, "the loop sleeps"},
    {GLYPH_DONE, GLYPH_DONE, "done"},
    {GLYPH_CANCELLED, GLYPH_CANCELLED, "cancelled"},
};

void legend_view(const struct look *look, bool vertical, struct str *out)
{
    int column = 0;

    for (size_t i = 0; i < array_length(entries); i++) {
        int width = (int)strlen(entries[i].means) + 2;

        if (column && column + 3 + width >= look->width) {
            str_putc(out, '\n');
            column = 0;
        }
        str_puts(out, column ? "   " : " ");
        column += (column ? 3 : 1) + width;
        look_text(look, STYLE_KEY, look_glyph(look, vertical ? entries[i].column : entries[i].lane),
                  out);
        str_printf(out, " %s", entries[i].means);
    }
    str_putc(out, '\n');
}
