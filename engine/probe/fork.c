/* See fork.h. */
#include "engine/probe/fork.h"

#include <pthread.h>
#include <stddef.h>

#include "engine/probe/gate.h"
#include "engine/probe/perturb.h"
#include "engine/probe/pool.h"
#include "engine/probe/thread.h"

static void leave_child_alone(void)
{
    perturb_kinds = 0;
    gate_controlled = false;
    event_gate = NULL;
    threads_forget();
    pool_leave_child_alone();
}

static void watch(void)
{
    pthread_atfork(NULL, NULL, leave_child_alone);
}

void forks_watch(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, watch);
}
