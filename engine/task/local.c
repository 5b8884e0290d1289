/* Task-local values: a list, newest first, whose tail a task shares with the one that spawned it.
 * Setting a value changes a link that only this task comes to, or puts a new one in front, and so
 * never changes what another task sees. */
#include <stdlib.h>

#include "engine/task/task_priv.h"

void *task_local_get(const void *key)
{
    for (struct locals *at = task_self()->locals; at; at = at->next)
        if (at->key == key)
            return at->value;
    return NULL;
}

/* The key's link, if only this task comes to it: else somebody else would see a change. */
static struct locals *find_own(const void *key)
{
    struct locals *at = task_self()->locals;

    while (at && at->users == 1 && at->key != key)
        at = at->next;
    return at && at->users == 1 ? at : NULL;
}

/* Frees what nobody finds any more: links of the key behind another of the key, if nobody comes in
 * between. So the list is not longer the more often a value is set. */
static void drop_hidden(const void *key)
{
    bool hidden = false;

    for (struct locals **from = &task_self()->locals, *at; (at = *from);) {
        hidden = hidden && at->users == 1;
        if (hidden && at->key == key) {
            *from = at->next;
            free(at);
            continue;
        }
        hidden = hidden || at->key == key;
        from = &at->next;
    }
}

static int set(const void *key, void *value)
{
    struct task *self = task_self();
    struct locals *link = find_own(key);

    if (link) {
        link->value = value;
        return 0;
    }
    link = malloc(sizeof *link);
    if (!link)
        return UV_ENOMEM;
    *link = (struct locals){key, value, self->locals, 1}; /* our use of the list is now its own */
    self->locals = link;
    drop_hidden(key);
    return 0;
}

int task_local_set(const void *key, void *value)
{
    int error = set(key, value);

    task_did(DO_LOCAL_SET, 0, error, __builtin_return_address(0));
    return error;
}

void task_locals_drop(struct task *task)
{
    struct locals *at = task->locals;

    while (at && --at->users == 0) {
        struct locals *next = at->next;
        free(at);
        at = next;
    }
    task->locals = NULL;
}
