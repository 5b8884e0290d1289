/* The demos of chapter 01 and their acts. */
#include "chapters/demos.h"
#include "chapters/01-waiting/acts.h"

static const struct act busy[] = {
    {"spin", "Wait 200 ms by looking at the clock", busy_spin},
    {"sleep", "Wait 200 ms by sleeping", busy_sleep},
    {"naps", "Wait 200 ms, and look every 30 ms", busy_naps},
    {"both", "Both ways side by side", busy_both},
    {NULL, NULL, NULL},
};

static const struct act call_stack[] = {
    {"nested", "Three calls, each inside another", call_stack_nested},
    {NULL, NULL, NULL},
};

static const struct act ladder[] = {
    {"measure", "How long things take on this machine", ladder_measure},
    {NULL, NULL, NULL},
};

const struct demo demos_01[] = {
    {"busy-vs-asleep", "Two ways to wait", "chapters/01-waiting/busy.c",
     busy},
    {"call-stack", "Who waits for whom",
     "chapters/01-waiting/call_stack.c", call_stack},
    {"ladder", "The latency ladder", "chapters/01-waiting/ladder.c",
     ladder},
    {NULL, NULL, NULL, NULL},
};
