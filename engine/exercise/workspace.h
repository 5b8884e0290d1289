/* Where the learner works: a folder for each exercise, with the program, its problem, and a ready
 * build for their editor. What is there already is the learner's, and is never written over. */
#ifndef ASYNCTUT_WORKSPACE_H
#define ASYNCTUT_WORKSPACE_H

#include <stdint.h>

#include "engine/exercise/build.h"
#include "engine/exercise/exercise.h"

struct workspace {
    struct str folder; /* of the exercise: ROOT/ID */
    struct str source; /* FOLDER/ID.c */
};

/* Only names; nothing is made. root: absolute, as $XDG_DATA_HOME/asynctut/workspace. */
int workspace_open(const char *root, const struct exercise *exercise,
                   struct workspace *ret_workspace, struct error *error);
void workspace_free(struct workspace *workspace); /* a zeroed one is fine */

/* The root by the XDG base directory specification. */
int workspace_root(struct str *ret_root, struct error *error);

/* Makes what is missing of the folder: ID.c from the starter, problem.md, Makefile,
 * compile_commands.json. *ret_new: the program was not there. */
int workspace_start(const struct workspace *workspace, const struct exercise *exercise,
                    const struct kit *kit, bool *ret_new, struct error *error);

/* Puts the starter back. What the learner had becomes ID.c.kept-1 (or -2 …), whose name goes to
 * ret_kept; "" if there was nothing, or only the starter. */
int workspace_reset(const struct workspace *workspace, const struct exercise *exercise,
                    const struct kit *kit, struct str *ret_kept, struct error *error);

/* Makes a file that is not there. UV_EEXIST, without a word in `error`: it is, and stays as it is.
 */
int workspace_make_file(const char *path, const char *data, size_t length, struct error *error);

/* A hash of a file's bytes, never 0; 0 if it cannot be read. */
uint32_t workspace_hash(const char *path);

/* Appends the differences from file `from` to file `to`, line by line with three lines of context,
 * shown-safe: lines begin with ' ', '-' or '+'. Nothing if there are none. */
int workspace_diff(const char *from, const char *to, struct str *out, struct error *error);

#endif
