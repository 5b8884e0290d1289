/* The libuvs of a traced process: where each lies, how it came there, and what was seen of it.
 *
 * The probe says to which libuv the functions belong that it has replaced; the rest is read in the
 * files that the process had mapped, when it is over. What cannot be read is not told. */
#ifndef ASYNCTUT_LIBUVS_H
#define ASYNCTUT_LIBUVS_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/event/module.h"

struct record;
struct trace;

enum { LIBUVS = 8 };

enum libuv_origin {
    LIBUV_LINKED,  /* a module names it as needed; the loader found it where it looks by itself */
    LIBUV_BY_PATH, /* the same, found by that module's own RPATH or RUNPATH */
    LIBUV_OPENED,  /* nobody names it: dlopen() */
    LIBUV_STATIC,  /* linked into the program itself */
    LIBUV_INSIDE,  /* linked into a library that is no libuv */
};

struct libuv {
    char path[MODULE_PATH]; /* of the file that it lies in */
    char by[MODULE_PATH];   /* the module that needs it; "": the program itself, or nobody */
    char version[16];       /* "" if it cannot be told */
    enum libuv_origin origin;
    bool watched;  /* the probe has replaced its functions */
    bool called;   /* ... and they were called through the probe */
    bool polled;   /* its polls were seen */
    bool replaced; /* it reaches its own functions by name, and so those of the watched one */
    bool pool;     /* what its own pool threads do would be seen */
};

/* Fills at most LIBUVS; how many. One that came with the probe and did nothing is left out. */
size_t libuvs_find(const struct trace *trace, struct record *record,
                   struct libuv ret_found[LIBUVS]);

#endif
