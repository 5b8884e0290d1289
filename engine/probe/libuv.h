/* What all wrappers ask first: is this call the program's own? libuv calls its own public functions
 * through the procedure linkage table in some builds (Debian's), so a call from inside libuv is
 * passed on as it is: it is never recorded, and never recorded twice. */
#ifndef ASYNCTUT_PROBE_LIBUV_H
#define ASYNCTUT_PROBE_LIBUV_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/event/record.h"

/* Writes into the record which libuv it is. */
void libuv_note(struct record *record);

/* libuv's code, and the data that it writes; 0, 0 if it is linked statically. */
extern uintptr_t libuv_text, libuv_text_size, libuv_data, libuv_data_size;

static inline bool from_libuv(const void *where)
{
    return (uintptr_t)where - libuv_text < libuv_text_size;
}

#define WHERE __builtin_return_address(0)
#define TRACED(where) (__builtin_expect(event_writer != NULL, 1) && !from_libuv(where))

#endif
