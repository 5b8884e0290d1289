/* Finds the real functions with RTLD_NEXT, once, in a constructor that runs before others. Lazy
 * look-ups were the only data races in this code, and dlsym() is not safe in a signal handler. */
#include "engine/probe/real.h"

#include <dlfcn.h>

/* Hidden: the section of this very object, also where two probes meet in one process. */
extern struct real __start_probe_real[] __attribute__((visibility("hidden")));
extern struct real __stop_probe_real[] __attribute__((visibility("hidden")));

void real_resolve(struct real *entry)
{
    *entry->slot = dlsym(RTLD_NEXT, entry->name);
}

__attribute__((constructor(101))) static void resolve_all(void)
{
    for (struct real *entry = __start_probe_real; entry < __stop_probe_real; entry++)
        real_resolve(entry);
}
