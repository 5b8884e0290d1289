/* Two runs side by side, around the first thing in which they differ. A model without I/O. */
#ifndef ASYNCTUT_DIFFER_H
#define ASYNCTUT_DIFFER_H

#include "engine/base/str.h"
#include "engine/term/screen.h"
#include "engine/trace/diff.h"

struct differ {
    struct diff_side sides[2]; /* borrowed */
    const char *names[2];      /* borrowed; fit to show */
    struct difference difference;
    long row; /* the first row that is drawn; 0: that of the difference. Moved by keys */
};

/* Finds the difference. 0 or UV_ENOMEM. */
int differ_open(struct differ *differ, const struct diff_side sides[2], const char *const names[2]);

/* In words: the last that was the same, and what each did then. Waits for places. */
void differ_say(const struct differ *differ, struct str *out);

/* Two columns, the difference in the middle. */
void differ_draw(const struct differ *differ, struct screen *screen);

/* A key; true: leave. */
bool differ_key(struct differ *differ, const struct key *key);

#endif
