/* A new chapter to be filled in: its folder, a lesson and a quiz with all the parts that a chapter
 * of this course has, and its entry in course.json. If the course lies in the source tree, beside
 * chapters/, then also a demo that compiles and runs as it stands, its table and its test, wired
 * into every list that names files. The result passes course_check(), with programs as soon as they
 * are built; what an author still has to write is marked there, and the check warns of each mark
 * until it is gone. */
#ifndef ASYNCTUT_SKELETON_H
#define ASYNCTUT_SKELETON_H

#include "engine/base/error.h"
#include "engine/base/str.h"

/* What begins a text that is still to be written. */
#define SKELETON_MARK "To be written:"

/* Makes chapter `number` with that slug in the course in `folder`; nothing is overwritten. It goes
 * into the part of the chapter that follows it, or else into the last part. Appends to ret_report,
 * a line each, the files that were written and what is to be done next. UV_EEXIST if the number or
 * slug is taken; UV_EINVAL if it is not allowed, or if course.json is not laid out with each
 * chapter on lines of its own. */
int skeleton_chapter(const char *folder, int number, const char *slug, struct str *ret_report,
                     struct error *error);

#endif
