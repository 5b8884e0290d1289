/* Where the code of a program lies: its executable and libraries, as the loader mapped them. Kept
 * in the record's header, so that addresses can be looked up when the process is gone. */
#ifndef ASYNCTUT_MODULE_H
#define ASYNCTUT_MODULE_H

#include <stdatomic.h>
#include <stdint.h>

enum { MODULE_PATH = 464, MODULE_BUILD_ID = 20, MODULES = 200 };

struct module {
    uint64_t start, end; /* of its mapped segments */
    uint64_t bias;       /* address in memory minus address in the file */
    uint8_t build_id[MODULE_BUILD_ID];
    uint32_t build_id_length; /* 0: it has none */
    char path[MODULE_PATH];   /* absolute, NUL-terminated; longer ones are cut */
};

struct module_map {
    _Atomic uint32_t count; /* entries below it are complete and do not change */
    _Atomic uint32_t busy;  /* somebody is adding */
    struct module items[MODULES];
};

/* Adds the modules of this process that are not in the map yet. Not in a signal handler. One thread
 * at a time. Modules beyond MODULES are left out. */
void modules_note(struct module_map *map);

#endif
