/* Addresses to places: function, file and line, by elfutils' libdwfl, on a thread of its own.
 *
 * The first look-up in a process takes tens of ms, so none happens on the screen's thread: a query
 * returns what the cache has and queues what it has not. Never reaches for the network. */
#ifndef ASYNCTUT_SYMBOLS_H
#define ASYNCTUT_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct module_map;
struct symbols;

struct place {
    /* Never NULL: "libisc.so+0x1234" in a file without names, "?" if not even that is known.
     * Strings live as long as the symbols. */
    const char *function;
    const char *file; /* base name; "" if unknown */
    const char *path; /* as compiled; "" if unknown */
    int line;         /* 0 if unknown */
};

/* Of this process. Starts the thread, which loads the tables at once. 0 or a negative UV_E*. */
int symbols_open(struct symbols **ret_symbols);
/* Of another process, by the map in its record, which is borrowed and may grow; the process itself
 * may be gone. A file that was replaced since has no places. */
int symbols_open_modules(const struct module_map *map, struct symbols **ret_symbols);

/* Places that are known beforehand, from a trace file for one; everything else is unknown. The
 * table is copied. No thread is started. */
struct symbol {
    uint64_t address; /* to look up: that of a call is its return address - 1 */
    struct place place;
};
int symbols_open_table(const struct symbol *table, size_t n, struct symbols **ret_symbols);

void symbols_close(struct symbols *symbols); /* joins the thread; NULL is fine */

/* False: not known yet, asked for; try again later. is_return: see event_where_is_return(). */
bool symbols_find(struct symbols *symbols, uint64_t address, bool is_return,
                  struct place *ret_place);

/* The same, but waits until it is known. For use off the screen's thread and at the end of a run.
 */
void symbols_wait(struct symbols *symbols, uint64_t address, bool is_return,
                  struct place *ret_place);

#endif
