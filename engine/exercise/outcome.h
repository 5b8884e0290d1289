/* What the supervisor tells of a run: one mapping, shared with whoever started it. The program that
 * runs never sees it. */
#ifndef ASYNCTUT_OUTCOME_H
#define ASYNCTUT_OUTCOME_H

#include <stdint.h>

enum run_end {
    RUN_LOST,        /* the supervisor itself ended before it could say */
    RUN_NOT_STARTED, /* detail: errno */
    RUN_EXITED,      /* detail: the status */
    RUN_SIGNALLED,   /* detail: the signal */
    RUN_TOO_LONG,    /* ended by the supervisor, for: */
    RUN_TOO_MUCH_CPU,
    RUN_TOO_MUCH_MEMORY,
    RUN_TOO_MANY_PROCESSES,
    RUN_TOO_MUCH_OUTPUT,
    RUN_TOO_LARGE_FILE,
    RUN_TOO_MUCH_DISK, /* all its files together */
    RUN_CANCELLED,     /* whoever started it asked for that */
};

enum { OUTCOME_TEXT_MAX = 1024 * 1024 };

struct outcome_text {
    uint32_t length; /* of what is kept */
    uint32_t cut;    /* more was written than is kept */
    char bytes[OUTCOME_TEXT_MAX];
};

struct outcome {
    uint32_t end; /* enum run_end */
    int32_t detail;
    uint32_t most_processes; /* alive at one time */
    uint32_t left_behind;    /* were alive when the program itself had ended; now they are not */
    uint32_t running; /* something of it computed, or would have, when it was looked at last */
    int64_t wall_ns, cpu_ns; /* cpu: of all its processes */
    uint64_t most_bytes;     /* resident, of all its processes together */
    struct outcome_text out, err;
};

/* What the files in its folder may take: so many times the largest file, and how many there are. */
enum { DISK_FILES = 4, DISK_ENTRIES = 4096 };

/* The supervisor is started as: supervisor FD TIME_MS CPU_MS MEMORY_MB PROCESSES OUTPUT_KB FILE_MB
 * RECORD FOLDER WRITABLE PROGRAM [ARGUMENT]…, with the outcome as FD; RECORD is a descriptor that
 * the program inherits, or -1; WRITABLE is the folder to which the program is confined, or "". Its
 * standard input is a pipe that is never written to: when the other end is closed, the run is
 * cancelled. */
enum { SUPERVISOR_WORDS = 11 }; /* before PROGRAM */

#endif
