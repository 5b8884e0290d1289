/* The demos of chapter 02 and their acts. */
#include "chapters/demos.h"
#include "chapters/02-blocking/acts.h"

static const struct act one_waiter[] = {
    {"blocking", "One customer at a time", one_waiter_blocking},
    {"poll", "Whoever is ready, with poll(2)", one_waiter_poll},
    {NULL, NULL, NULL},
};

static const struct act eagain[] = {
    {"ask-again", "Not yet: ask again every 10 ms", eagain_ask_again},
    {"poll", "Not yet: leave your number", eagain_poll},
    {"file", "A file says that it is ready", eagain_file},
    {NULL, NULL, NULL},
};

static const struct act five[] = {
    {"in-turn", "Five questions, one after another",
     fetches_five_in_turn},
    {"together", "Five questions, all asked at once",
     fetches_five_together},
    {NULL, NULL, NULL},
};

static const struct act many[] = {
    {"in-turn", "Two hundred, one after another", fetches_many_in_turn,
     .crowded = 1},
    {"together", "Two hundred, all asked at once",
     fetches_many_together, .crowded = 1},
    {NULL, NULL, NULL},
};

const struct demo demos_02[] = {
    {"one-waiter", "One waiter, four customers",
     "chapters/02-blocking/one_waiter.c", one_waiter},
    {"eagain", "A read that says: not yet",
     "chapters/02-blocking/eagain.c", eagain},
    {"five-fetches", "Five answers from a slow server",
     "chapters/02-blocking/fetches.c", five},
    {"many-customers", "The same with two hundred",
     "chapters/02-blocking/fetches.c", many},
    {NULL, NULL, NULL, NULL},
};
