/* What the glyphs of lanes and of columns mean, for help. */
#ifndef ASYNCTUT_LEGEND_H
#define ASYNCTUT_LEGEND_H

#include "engine/base/str.h"
#include "engine/term/look.h"

/* Appends lines that fit the look's width, indented by a column; with the glyphs of lanes, or
 * `vertical`: of the columns of a live trace. */
void legend_view(const struct look *look, bool vertical, struct str *out);

#endif
