/* Task-local values: a list, newest first, whose tail a task shares with the one that spawned it.
 * Setting a value puts a new link in front and so never changes what another task sees. */
#include <stdlib.h>

#include "engine/task/task_priv.h"

void *task_local_get(const void *key)
{
    for (struct locals *at = task_self()->locals; at; at = at->next)
        if (at->key == key)
            return at->value;
    return NULL;
}

int task_local_set(const void *key, void *value)
{
    struct task *self = task_self();
    struct locals *first = self->locals, *link;

    if (first && first->key == key && first->users == 1) { /* nobody else sees this link */
        first->value = value;
        return 0;
    }
    link = malloc(sizeof *link);
    if (!link)
        return UV_ENOMEM;
    *link = (struct locals){key, value, first, 1}; /* our use of the old list is now the link's */
    self->locals = link;
    return 0;
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
