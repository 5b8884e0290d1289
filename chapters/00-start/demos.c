/* The demos of chapter 00 and their acts. */
#include "chapters/demos.h"
#include "chapters/00-start/acts.h"

static const struct act waits[] = {
    {"together", "Three waits, started together", waits_together},
    {"one-blocks", "The same, and one of them blocks",
     waits_one_blocks},
    {"slowly", "Three waits of seconds, for your fingers",
     waits_slowly},
    {NULL, NULL, NULL},
};

static const struct act callback[] = {
    {"timer", "One timer, one callback", callback_timer},
    {NULL, NULL, NULL},
};

const struct demo demos_00[] = {
    {"waits", "Three waits", "chapters/00-start/waits.c", waits},
    {"callback", "How C code is called back",
     "chapters/00-start/callback.c", callback},
    {NULL, NULL, NULL, NULL},
};
