/* A trace as Chrome trace JSON, as Perfetto's importer reads it: a lane for each thread and each
 * task, callbacks and task steps as slices, waits and requests as async spans, arrows from cause to
 * effect. ts and dur in microseconds with three decimals. */
#ifndef ASYNCTUT_CHROME_H
#define ASYNCTUT_CHROME_H

#include <stdio.h>

#include "engine/base/error.h"

struct symbols;
struct trace;

/* Writes to `out`, which the caller opened and closes; `symbols` may be NULL. 0 or a negative UV_E*
 * (a full disk: UV_ENOSPC). */
int chrome_write(const struct trace *trace, struct symbols *symbols, const char *program, FILE *out,
                 struct error *error);

#endif
