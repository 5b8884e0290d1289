/* The demos of chapter 05 and their acts. */
#include "chapters/demos.h"
#include "chapters/05-event-loop/acts.h"

static const struct act toy_loop[] = {
    {"run", "Two timers and a socket on a loop of fifty lines",
     toy_loop_run},
    {NULL, NULL, NULL},
};

static const struct act phases[] = {
    {"one-turn", "One callback of each kind", phases_one_turn},
    {NULL, NULL, NULL},
};

static const struct act oversleep[] = {
    {"in-timer", "50 ms inside a timer's callback", oversleep_in_timer},
    {"in-poll", "50 ms inside a reader's callback", oversleep_in_poll},
    {"cured",
     "50 ms inside a timer's callback, and a look at the clock",
     oversleep_cured},
    {"repeat",
     "50 ms inside a reader's callback, and a timer that repeats",
     oversleep_repeat},
    {"drift", "A timer of 50 ms whose own callback takes 17",
     oversleep_drift},
    {NULL, NULL, NULL},
};

static const struct act three_tasks[] = {
    {"turns", "Three tasks, turn by turn", three_tasks_turns},
    {NULL, NULL, NULL},
};

static const struct act versions[] = {
    {"once", "When timers run in a turn, and since which version",
     versions_once},
    {NULL, NULL, NULL},
};

const struct demo demos_05[] = {
    {"toy-loop", "A loop of our own",
     "chapters/05-event-loop/toy_loop.c", toy_loop},
    {"phases", "The phases of a turn",
     "chapters/05-event-loop/phases.c", phases},
    {"oversleep", "A timer that sleeps too long",
     "chapters/05-event-loop/oversleep.c", oversleep},
    {"three-tasks", "Three tasks on a loop",
     "chapters/05-event-loop/three_tasks.c", three_tasks},
    {"versions", "What changed in libuv 1.45",
     "chapters/05-event-loop/versions.c", versions},
    {NULL, NULL, NULL, NULL},
};
