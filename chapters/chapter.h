/* The table of chapters and their demos. A demo is one or more acts; an
 * act is a plain program, on libuv or tasks, that runs to its end and
 * returns 0. Nothing in it is there for the tracer, but for
 * engine/event/stage.h. An act that is wrong on purpose and may crash
 * is a program of its own, which runs in a process of its own. */
#ifndef ASYNCTUT_CHAPTER_H
#define ASYNCTUT_CHAPTER_H

#include <stddef.h>

struct act {
    const char *name, *title;
    int (*main)(void);   /* NULL: it is a program of its own, */
    const char *program; /* by its path from the top of the build */
    int crowded; /* its trace is so long that a learner has to ask for
                    it */
};

struct demo {
    const char *name, *title;
    const char *source;     /* path from the top of the project:
                               "chapters/03-concurrency/chess.c" */
    const struct act *acts; /* ends with a name of NULL */
};

struct chapter {
    int number;
    const char *slug;
    const struct demo *demos; /* ends with a name of NULL */
};

extern const struct chapter
    chapters[]; /* in order of numbers; ends with a slug of NULL */

/* NULL if there is none. `demo` is "chess"; an act is found within it
 * ("one-loop"). */
const struct chapter *chapter_by_number(int number);
const struct demo *chapter_demo(const struct chapter *chapter,
                                const char *demo);
const struct act *demo_act(const struct demo *demo, const char *act);

#endif
