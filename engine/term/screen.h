/* A full screen: cells in memory, drawn anew for each frame; only what changed goes out.
 *
 * Uses the alternate screen, without a cursor. A frame is dropped while the one before is still on
 * its way to a slow terminal, and shown when that is done, so a picture is late but never in a
 * queue. Frames are marked as synchronized output if the terminal says it knows that (CSI ? 2026).
 * Rows and columns count from 0; what lies outside is not drawn. One thread, the terminal's. */
#ifndef ASYNCTUT_SCREEN_H
#define ASYNCTUT_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/term/term.h"

struct screen;

/* The terminal is borrowed, and must be interactive, neither dumb nor plain: UV_ENOTSUP else. Until
 * screen_close() nothing is written to it but by this module. */
int screen_open(struct term *term, struct screen **ret_screen);
void screen_close(struct screen *screen); /* back to the text; NULL is fine */

const struct look *screen_look(const struct screen *screen); /* of the terminal */
int screen_width(const struct screen *screen);
int screen_height(const struct screen *screen);

/* Every event of term_wait() goes here first. True: draw and show a new frame, the size may be
 * another or somebody else has used the terminal. */
bool screen_event(struct screen *screen, const struct term_event *event);

/* --- drawing, in memory --- */

void screen_clear(struct screen *screen);

/* Draws text, at most `columns` columns of it; returns the column behind it. A cluster that does
 * not fit whole is left out. What cannot be shown becomes U+FFFD ("?" in ASCII), one for each
 * character. A negative column begins with the part that is on the screen. */
int screen_text(struct screen *screen, int row, int column, int columns, enum style style,
                const char *text, size_t length);
/* The same for a whole NUL-terminated text, up to the edge. */
int screen_puts(struct screen *screen, int row, int column, enum style style, const char *text);
/* As screen_text(), but escapes made by look_*() of the terminal's look set the style, so that what
 * other views write can be drawn. */
int screen_styled(struct screen *screen, int row, int column, int columns, const char *text,
                  size_t length);
/* A glyph so many times. */
int screen_repeat(struct screen *screen, int row, int column, int times, enum style style,
                  enum glyph glyph);
/* Reverses cells, whatever they hold. */
void screen_choose(struct screen *screen, int row, int column, int columns);

/* --- showing --- */

void screen_show(struct screen *screen);

/* --- looking at what was drawn: for tests --- */

/* Appends a row's text, without blanks at its end. */
void screen_row(const struct screen *screen, int row, struct str *out);
enum style screen_style(const struct screen *screen, int row, int column);
bool screen_chosen(const struct screen *screen, int row, int column);

#endif
