/* Tasks that nobody awaits: given away by task_detach(), or the children of a group. */
#include <assert.h>

#include "engine/task/task_priv.h"

/* Its stack goes back to the pool: nobody can take that before whoever runs on it has left it. */
void task_let_go(struct task *task)
{
    if (task->group)
        task_group_ended(task);
    else if (task->result < 0)
        task_report("%s, which nobody awaits, ended with %s", task_name(task),
                    uv_err_name(task->result));
    task_release(task);
}

void task_detach(struct task *task)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task->id;

    assert(!task->awaiter && !task->detached);
    task->detached = true;
    if (task->state == TASK_ENDED)
        task_let_go(task);
    task_did(DO_DETACH, id, 0, where);
}
