/* Cells, shared by the files of the screen. */
#ifndef ASYNCTUT_SCREEN_PRIV_H
#define ASYNCTUT_SCREEN_PRIV_H

#include <stdint.h>

#include "engine/term/screen.h"

enum { CELL_BYTES = 12 };

struct cell {
    char text[CELL_BYTES]; /* one cluster; "" in the right half of a wide one */
    uint8_t length, width; /* width 0: the right half */
    uint8_t style;
    bool chosen;
};

struct screen {
    struct term *term;
    int width, height;
    struct cell *drawn, *shown; /* width × height each */
    bool all;                   /* the terminal shows we know not what */
    bool dropped;               /* a frame could not be sent */
    bool synchronized;
    struct str frame;
    struct str pens[STYLE_END]; /* what switches each style on, for reading it back */
};

extern const struct cell screen_blank;

static inline struct cell *screen_cell(const struct screen *screen, struct cell *cells, int row,
                                       int column)
{
    return &cells[(size_t)row * (size_t)screen->width + (size_t)column];
}

#endif
