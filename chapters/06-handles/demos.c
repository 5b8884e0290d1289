/* The demos of chapter 06 and their acts. */
#include "chapters/demos.h"
#include "chapters/06-handles/acts.h"

static const struct act alive[] = {
    {"nothing", "A loop with nothing on it", alive_nothing},
    {"timer-not-started", "A timer that was not started",
     alive_timer_not_started},
    {"timer-started", "A timer that was started", alive_timer_started},
    {"timer-unref", "A timer that does not count", alive_timer_unref},
    {"async", "An async handle that nobody wakes", alive_async},
    {"open-socket", "An open socket that nobody reads",
     alive_open_socket},
    {"reading-socket", "An open socket that is read",
     alive_reading_socket},
    {"pool-job", "A job in the pool", alive_pool_job},
    {NULL, NULL, NULL},
};

static const struct act busy_loop[] = {
    {"idle-left-on", "An idle handle that nobody stopped",
     busy_loop_idle_left_on},
    {"idle-stopped", "The same, stopped after its work",
     busy_loop_idle_stopped},
    {NULL, NULL, NULL},
};

static const struct act clean_end[] = {
    {"recipe", "Walk, close, run, close", clean_end_recipe},
    {"queued-writes", "A socket is closed while it still writes",
     clean_end_queued_writes},
    {NULL, NULL, NULL},
};

static const struct act too_early[] = {
    {"checked", "A handle on a stack that is gone, with a sanitizer",
     NULL, "chapters/too-early-checked"},
    {"unchecked", "The same program without one", NULL,
     "chapters/too-early"},
    {NULL, NULL, NULL},
};

const struct demo demos_06[] = {
    {"alive", "What keeps a loop alive", "chapters/06-handles/alive.c",
     alive},
    {"busy-loop", "A loop that never sleeps",
     "chapters/06-handles/busy_loop.c", busy_loop},
    {"clean-end", "How to end a loop",
     "chapters/06-handles/clean_end.c", clean_end},
    {"too-early", "Memory that is gone too early",
     "chapters/06-handles/too_early.c", too_early},
    {NULL, NULL, NULL, NULL},
};
