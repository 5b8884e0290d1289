/* The diagnosis of a trace, as checks of exercises use it. Its own header has names that mean other
 * things here ("check", "finding"), so it is only seen behind this one. */
#ifndef ASYNCTUT_WARNINGS_H
#define ASYNCTUT_WARNINGS_H

#include "engine/base/str.h"
#include "engine/trace/trace.h"

bool warning_is_known(const char *name); /* "blocked-loop", … of engine/trace/diagnose.h */

/* The worst warning of those names (NULL: of all), as a sentence in `out` and by its event; false:
 * there is none. */
bool warnings_find(const struct trace *trace, const char *const *names, struct str *out,
                   size_t *ret_event);

/* The most bytes that were given to one handle and not yet called back as written, where (the event
 * of the write) and whose name; 0 and SIZE_MAX if nothing was written. */
void warnings_queue(const struct trace *trace, uint64_t *ret_bytes, size_t *ret_event,
                    struct str *ret_name);

#endif
