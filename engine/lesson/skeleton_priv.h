/* Between skeleton.c, which writes the texts, skeleton_code.c, which writes programs and wires them
 * in, and skeleton_manifest.c, which edits course.json. */
#ifndef ASYNCTUT_SKELETON_PRIV_H
#define ASYNCTUT_SKELETON_PRIV_H

#include "engine/lesson/course.h"
#include "engine/lesson/skeleton.h"

/* The manifest's text with an entry for the chapter, which must not be in `course`. It relies on
 * each chapter beginning a line: the caller checks what came of it. 0 or UV_ENOMEM. */
int skeleton_manifest(const struct course *course, const char *text, size_t length, int number,
                      const char *slug, struct str *ret_text);

/* The programs of the chapter, and its lines in the lists of the tree at `top` ("" for here). First
 * it is asked whether all files are free. Errors as of skeleton_chapter(). */
int skeleton_code_is_free(const char *top, int number, const char *slug, struct error *error);
int skeleton_code(const char *top, int number, const char *slug, struct str *ret_report,
                  struct error *error);

#endif
