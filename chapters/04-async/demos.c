/* The demos of chapter 04 and their acts. */
#include "chapters/demos.h"
#include "chapters/04-async/acts.h"

static const struct act not_faster[] = {
    {"one", "One wait, blocking and then paused", not_faster_one},
    {"ten-blocking", "Ten waits that block", not_faster_ten_blocking},
    {"ten-paused", "Ten waits that pause", not_faster_ten_paused},
    {NULL, NULL, NULL},
};

static const struct act not_parallel[] = {
    {"thread-ids", "Which thread runs each step",
     not_parallel_thread_ids},
    {NULL, NULL, NULL},
};

static const struct act cooperative[] = {
    {"greedy", "A task that never gives way", cooperative_greedy},
    {"split", "The same work, giving way in between",
     cooperative_split},
    {NULL, NULL, NULL},
};

static const struct act async_is_slower[] = {
    {"read", "A cached file, read directly and through the pool",
     async_is_slower_read},
    {NULL, NULL, NULL},
};

const struct demo demos_04[] = {
    {"not-faster", "Is async faster?", "chapters/04-async/not_faster.c",
     not_faster},
    {"not-parallel", "Is async parallel?",
     "chapters/04-async/not_parallel.c", not_parallel},
    {"cooperative", "What if one does not cooperate?",
     "chapters/04-async/cooperative.c", cooperative},
    {"async-is-slower", "Is async always better?",
     "chapters/04-async/async_is_slower.c", async_is_slower},
    {NULL, NULL, NULL, NULL},
};
