/* Inside the supervisor: what it is told and what it knows. */
#ifndef ASYNCTUT_SUPERVISOR_PRIV_H
#define ASYNCTUT_SUPERVISOR_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/exercise/outcome.h"

struct supervisor {
    struct outcome *outcome;
    int64_t time_ns, cpu_ns, memory, processes, output, file;
    int record;           /* a descriptor for the program; -1: none */
    const char *folder;   /* where it runs */
    const char *writable; /* the only folder that it may write to; "": it is not confined */
    char **words;         /* of the program; its name is the first */

    int signals, out, err; /* descriptors; out and err -1 once they ended */
    int verdict; /* where the first process of a namespace tells the program's status; or -1 */
    int program; /* its process id, or that of the first process of its namespace */
    bool apart;  /* it has a namespace of its own */
    bool ended;  /* the program itself; others may live */
    bool buried; /* `program` names nobody any more */
    int status;  /* from waitpid() */
    int64_t began, reaped_cpu, looked; /* looked: at the disk, last */
};

int64_t supervisor_now(void); /* ns */

/* Starts the program. 0, a negative errno, or a positive number in a child that is not the program
 * and has nothing left to do but to end. */
int supervisor_start(struct supervisor *supervisor);

/* Takes what the first process of the namespace says: the program has ended. */
void supervisor_hear(struct supervisor *supervisor);

#endif
