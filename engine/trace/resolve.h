/* Addresses to functions and lines by libdwfl: the slow part of symbols.h, for one thread. Debug
 * information comes from the program's own files or /usr/lib/debug, never from a server. */
#ifndef ASYNCTUT_TRACE_RESOLVE_H
#define ASYNCTUT_TRACE_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>

struct module_map;
struct resolver;

struct resolved {
    /* NULL if unknown; valid until the next look-up. A function without a name is its module and
     * the offset in it. */
    const char *function, *path;
    int line;
};

/* Of this process, or with `map`, which must live as long, of the one that the map tells of. NULL:
 * no memory. */
struct resolver *resolver_new(const struct module_map *map);
void resolver_free(struct resolver *resolver);
void resolver_find(struct resolver *resolver, uint64_t address, struct resolved *ret_resolved);

#endif
