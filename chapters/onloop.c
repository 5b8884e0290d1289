/* The frame of a demo with tasks: a loop before, a closed loop after.
 * The loop lies on the stack of this function, which outlives
 * everything that uses it. */
#include "chapters/onloop.h"

#include <uv.h>

#include "engine/task/task.h"

/* region on-a-loop */
int on_a_loop(int (*first)(void *arg), void *arg)
{
    uv_loop_t loop;
    int r = uv_loop_init(&loop);
    if (r < 0)
        return r;
    r = task_run(&loop, first, arg);
    int closed = uv_loop_close(&loop);
    return r < 0 ? r : closed;
}
/* end */
