/* What a folder takes, with all that is in it. */
#ifndef ASYNCTUT_DISK_USE_H
#define ASYNCTUT_DISK_USE_H

#include <stdint.h>

struct disk_use {
    uint64_t bytes;   /* on the disk */
    uint32_t entries; /* counting ends a little above outcome.h's DISK_ENTRIES */
};

/* Follows no links. What cannot be read is made readable. */
void disk_measure(const char *folder, struct disk_use *ret_use);

#endif
