/* Traces as files: written in the format that the name asks for, and opened again. */
#ifndef ASYNCTUT_SAVED_H
#define ASYNCTUT_SAVED_H

#include "engine/base/error.h"
#include "engine/trace/diff.h"
#include "engine/trace/trace.h"

struct symbols;
struct trace_file;

/* Whether a file of that name can be written, as far as can be told before: STATUS_OK, or
 * STATUS_FAILED after saying why not. */
int saved_check(const char *path);

/* Writes a finished trace: "x.trace" in our own format, which replay and export read; any other
 * name as Chrome trace JSON. STATUS_OK, or STATUS_FAILED after saying why. A file that could not be
 * written whole is removed. */
int saved_write(const char *path, const struct trace *trace, struct symbols *symbols,
                const char *program);

/* Opens a .trace file and takes it in. STATUS_OK, or STATUS_FAILED after saying what is wrong with
 * it. Close the trace before the file. */
int saved_open(const char *path, struct trace_file **ret_file, struct trace **ret_trace);

/* A trace beside another one; zero-initialise. */
struct saved_other {
    struct trace_file *file;
    struct trace *trace;
};
/* As replay_options.other: loads it in place of the one before. `to` is a struct saved_other. */
int saved_load_other(void *to, const char *path, struct diff_side *ret_side, struct error *error);
void saved_other_free(struct saved_other *other);

#endif
