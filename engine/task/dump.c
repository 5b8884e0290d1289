/* The tree of tasks. Tasks know their parents by number only, because a parent may be gone; the
 * tree is put together when it is asked for. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/task/report_priv.h"
#include "engine/task/task_debug.h"

struct node {
    struct task *task;
    size_t child, sibling; /* index + 1; 0: none */
};

/* Links each to its parent, the last first, so that children come out in the order of spawning. The
 * roots hang in nodes[n]. */
static void link_tree(struct node *nodes, const struct task_list *list)
{
    for (size_t i = list->n; i-- > 0;) {
        struct node *above = &nodes[task_list_find(list, nodes[i].task->parent)];
        nodes[i].sibling = above->child;
        above->child = i + 1;
    }
}

static void tell(const struct task *task, int depth)
{
    char where[256];

    if (task->state == TASK_ENDED) {
        task_report("%*s%s has ended with %d", 2 * depth, "", task_name(task), task->result);
        return;
    }
    task_describe(task->where, where, sizeof where);
    task_report(
        "%*s%s %s%s%s in %s", 2 * depth, "", task_name(task),
        task == task_current() ? "runs" : "waits (",
        task == task_current() ? "" : wait_name(task->park ? task->park->why & 0xff : WAIT_READY),
        task == task_current() ? "" : ")", where);
}

/* Depth first, without recursion: tasks may be nested deeper than a task's stack. */
static void walk(const struct node *nodes, size_t n)
{
    size_t *path = calloc(n + 1, sizeof *path), at = nodes[n].child;
    int depth = 0;

    while (path && (at || depth)) {
        if (!at) {
            at = nodes[path[--depth] - 1].sibling;
            continue;
        }
        tell(nodes[at - 1].task, depth);
        path[depth++] = at;
        at = nodes[at - 1].child;
    }
    free(path);
}

void task_dump(void)
{
    struct task_list list = task_list_of(task_runtime, 1u << TASK_LIVE | 1u << TASK_ENDED);
    struct node *nodes = calloc(list.n + 1, sizeof *nodes);

    task_report("%zu tasks:", list.n);
    for (size_t i = 0; nodes && i < list.n; i++)
        nodes[i].task = list.tasks[i];
    if (nodes) {
        link_tree(nodes, &list);
        walk(nodes, list.n);
    }
    free(nodes);
    free(list.tasks);
}

static void on_signal(uv_signal_t *handle, int signal)
{
    (void)handle;
    (void)signal;
    task_dump();
}

int task_dump_on_signal(int signal)
{
    struct runtime *runtime = task_runtime;
    int error = runtime->dumps ? 0 : uv_signal_init(runtime->uv, &runtime->dump);

    if (error)
        return error;
    runtime->dumps = true;
    uv_unref((uv_handle_t *)&runtime->dump);
    return uv_signal_start(&runtime->dump, on_signal, signal);
}

static uint64_t slow_step_ns;

void task_set_slow_step(uint64_t ms)
{
    slow_step_ns = ms * 1000000;
}

uint64_t task_slow_step_ns(void)
{
    return slow_step_ns;
}

/* `self` leaves; the next step begins now. */
void task_step_ended(struct runtime *runtime, const struct task *self)
{
    uint64_t now = uv_hrtime(), took = now - runtime->step_start;
    char where[256];

    runtime->step_start = now;
    if (self == &runtime->loop || took < runtime->slow_step_ns)
        return;
    task_describe(self->where, where, sizeof where);
    task_report("slow step: %s ran for %" PRIu64 " ms and nobody else could; it now %s %s",
                task_name(self), took / 1000000,
                self->state == TASK_LIVE ? "waits in" : "ended, spawned in", where);
}
