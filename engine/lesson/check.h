/* The structure part of the content gate: everything in a course's folder is loaded and every name
 * in it is looked up. The part that runs demos is the tests'.
 *
 * Errors: what does not load; chapters, items, misconceptions, terms or paths that are named twice;
 * a directive, demo, act, region, misconception, term, `see` or relative link that leads nowhere; a
 * prediction that no lesson asks or a misconception that no answer reveals (nothing dangles from
 * the other side either); characters that terminals draw differently (ZWJ, VS16, flags) and control
 * characters, in any text of the folder; an "In the wild" box without a source; a term that its
 * chapter never says or never explains in bold, or that is used by an earlier chapter or by an item
 * before its lesson has come to it.
 * Warnings: sentences over 35 words, paragraphs over 6 lines at 80 columns, and what a quiz of this
 * course should have (8 questions beside those of the lesson, a misconception behind each wrong
 * choice, right choices that length does not give away). */
#ifndef ASYNCTUT_CHECK_H
#define ASYNCTUT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"

struct finding {
    bool warning;
    const char *file; /* as in errors; valid during the call only */
    int line;         /* 0: of the whole file */
    const char *text; /* one line, shown-safe, without the place; valid during the call only */
};

/* What the caller knows: the table of demos, whose sources are relative to `top`. */
struct check_demos {
    const char *top;
    /* The source of a demo; NULL if the chapter has no such demo. */
    const char *(*source)(void *data, int chapter, const char *demo);
    bool (*has_act)(void *data, int chapter, const char *demo, const char *act);
    void *data;
};

/* Checks the course in `folder` and calls `found` for each finding, in order of the files. Returns
 * the number of errors found, or UV_ENOMEM. */
int course_check(const char *folder, const struct check_demos *demos,
                 void (*found)(void *data, const struct finding *finding), void *data);

#endif
