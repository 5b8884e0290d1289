/* Whole files in and out, and where they belong. All paths are NUL-terminated; sizes in bytes. */
#ifndef ASYNCTUT_FILE_H
#define ASYNCTUT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/base/str.h"

/* Reads the whole of a regular file of at most `limit` bytes. The buffer is followed by at least 16
 * zero bytes that do not count in *ret_length. Caller frees. UV_EFBIG above the limit. */
int file_read(const char *path, size_t limit, char **ret_data, size_t *ret_length,
              struct error *error);

/* Replaces `path` by these bytes or leaves it as it was: temporary file beside it, write, fsync,
 * rename, fsync of the folder. It keeps its mode, a new one has 0600; a link stays, and what it
 * points to is replaced. The folder is made if missing. */
int file_replace(const char *path, const char *data, size_t length, struct error *error);

/* Makes a folder and its parents, mode 0700 for the new ones; success if it exists. */
int file_make_folder(const char *path, struct error *error);

bool file_exists(const char *path);

/* An exclusive advisory lock (flock) on `path`, made if missing; waits at most timeout_ms (0: does
 * not wait; UV_EBUSY then). Returns a descriptor that file_unlock() closes, or a negative UV_E*. */
int file_lock(const char *path, int timeout_ms, struct error *error);
void file_unlock(int lock);

/* The user's folders by the XDG base directory specification, "/asynctut" added, without a trailing
 * slash. Relative values of the variables are ignored, as the specification asks. */
enum folder { FOLDER_CONFIG, FOLDER_STATE, FOLDER_DATA };
int file_user_folder(enum folder folder, struct str *ret_path, struct error *error);

#endif
