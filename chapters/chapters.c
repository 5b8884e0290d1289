/* The table of chapters. Each chapter's own table is in its demos.c;
 * here they stand in order. */
#include "chapters/chapter.h"

#include <string.h>

#include "chapters/demos.h"

/* clang-format off */
const struct chapter chapters[] = {
    {0, "start", demos_00},
    {1, "waiting", demos_01},
    {2, "blocking", demos_02},
    {3, "concurrency", demos_03},
    {4, "async", demos_04},
    {5, "event-loop", demos_05},
    {6, "handles", demos_06},
    {0, NULL, NULL},
};
/* clang-format on */

const struct chapter *chapter_by_number(int number)
{
    for (const struct chapter *chapter = chapters; chapter->slug;
         chapter++)
        if (chapter->number == number)
            return chapter;
    return NULL;
}

const struct demo *chapter_demo(const struct chapter *chapter,
                                const char *demo)
{
    for (const struct demo *d = chapter->demos; d->name; d++)
        if (strcmp(d->name, demo) == 0)
            return d;
    return NULL;
}

const struct act *demo_act(const struct demo *demo, const char *act)
{
    for (const struct act *a = demo->acts; a->name; a++)
        if (strcmp(a->name, act) == 0)
            return a;
    return NULL;
}
