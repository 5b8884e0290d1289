/* Addresses to entities: what the probe knows of a handle, a request or a loop.
 *
 * Lock-free, so that uv_async_send() may look an address up in a signal handler. An entry is never
 * unlinked: one whose address is NULL is free for any address of the same bucket. Entries carry the
 * program's callbacks, so they stay even when a program has ended. */
#ifndef ASYNCTUT_KNOWN_H
#define ASYNCTUT_KNOWN_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/event/event.h"

struct uv__work;

enum known_slot { KNOWN_MAIN, KNOWN_CLOSE, KNOWN_WORK = KNOWN_CLOSE, KNOWN_ALLOC, KNOWN_SLOTS };

/* A cache line: most of what a look-up costs is to fetch it. */
struct known {
    const void *_Atomic address;
    struct known *next;
    uint32_t id; /* entity id in the record of program `serial` */
    unsigned serial;
    enum entity_type type;
    struct uv__work *work; /* while it waits for a worker of libuv: see pool.c */
    union {
        void *callback[KNOWN_SLOTS];
        struct { /* of what waits for a worker, which has one callback */
            void *main_callback;
            struct known *earlier, *later;
        };
    };
};
static_assert(sizeof(struct known) == 64, "an entry is a cache line");

struct known *known_find(const void *address); /* NULL: not known */

/* The entry for an address, made if need be, and born in the current record if it is not yet.
 * parent: the id of its loop. NULL only if 64 MiB of entries are used up. */
struct known *known_get(const void *address, enum entity_type type, uint32_t parent,
                        const void *where);

/* A fresh entity at this address, whatever was known of it before. */
struct known *known_new(const void *address, enum entity_type type, uint32_t parent,
                        const void *where);

/* The address means nothing from now on; the entry may be reused at once. */
void known_forget(struct known *known);

/* The loop's entity id; 0 if the table is full. */
uint32_t known_loop(const void *loop, const void *where);

#endif
