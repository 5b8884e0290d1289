/* The tables of demos, one a chapter, each defined in that chapter's
 * demos.c. */
#ifndef ASYNCTUT_DEMOS_H
#define ASYNCTUT_DEMOS_H

#include "chapters/chapter.h"

extern const struct demo demos_00[];
extern const struct demo demos_01[];
extern const struct demo demos_02[];
extern const struct demo demos_03[];
extern const struct demo demos_04[];
extern const struct demo demos_05[];
extern const struct demo demos_06[];

#endif
