/* Where the content and the sources of the demos lie: beside the tree this program was built from
 * while that exists, else where they were installed. ASYNCTUT_CONTENT names another folder of
 * content. */
#ifndef ASYNCTUT_PATHS_H
#define ASYNCTUT_PATHS_H

#include "engine/base/str.h"

/* The folder with course.json. */
void path_content(struct str *ret_path);

/* The file for a path such as "chapters/03-concurrency/chess.c". */
void path_source(const char *source, struct str *ret_path);

/* The library that is preloaded into programs that are traced. */
void path_preload(struct str *ret_path);

/* A file of the build by its path in the tree ("engine/probe/libprobe.a"), or where its name was
 * installed; and the folder below which learner's programs find engine/task/task.h. */
void path_part(const char *built, struct str *ret_path);
void path_include(struct str *ret_path);

/* The text of a source file, NUL-terminated, the caller frees it; by its path as debug information
 * has it: there, or among our own chapters, for the folder it was built in may be gone. 0 or a
 * negative UV_E*. `to` is not used: it makes this a replay_options.load. */
int path_read_source(void *to, const char *path, char **ret_text);

/* This very program, for running it again. */
const char *path_program(void);

#endif
