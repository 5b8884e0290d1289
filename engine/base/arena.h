/* Memory that is given out piece by piece and freed all at once: for what a parser builds. Zero-
 * initialise, allocate, free. A failed allocation sets `failed` and returns NULL, as all later ones
 * do, so a parser may check once at its end where it never follows a NULL. */
#ifndef ASYNCTUT_ARENA_H
#define ASYNCTUT_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* the newest first */
    char *next;                 /* free memory of the newest block */
    size_t left;
    bool failed;
};

/* Aligned for any object, not zeroed. A size of 0 gives a pointer that must not be followed. */
void *arena_alloc(struct arena *arena, size_t size);
/* n objects of `size` bytes, zeroed; NULL also if that is more than memory can hold. */
void *arena_zeroed(struct arena *arena, size_t n, size_t size);
/* A copy with a NUL behind it. */
char *arena_copy(struct arena *arena, const char *bytes, size_t length);
void arena_free(struct arena *arena); /* leaves it zeroed */

#endif
