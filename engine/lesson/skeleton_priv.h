/* Between skeleton.c, which writes the files, and skeleton_manifest.c, which edits course.json. */
#ifndef ASYNCTUT_SKELETON_PRIV_H
#define ASYNCTUT_SKELETON_PRIV_H

#include "engine/lesson/course.h"
#include "engine/lesson/skeleton.h"

/* The manifest's text with an entry for the chapter, which must not be in `course`. It relies on
 * each chapter beginning a line: the caller checks what came of it. 0 or UV_ENOMEM. */
int skeleton_manifest(const struct course *course, const char *text, size_t length, int number,
                      const char *slug, struct str *ret_text);

#endif
