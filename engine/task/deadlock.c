/* The loop has ended, and tasks still wait: each is told with the place where it waits, and cycles
 * among them are spelled out. Who has to act before whom is a graph: whoever awaits waits for those
 * tasks, a group for its children, whoever wants a lock for its owner. It is walked depth first,
 * and an arrow to a task that is on the way from the start closes a cycle; without recursion,
 * because the way may be longer than a stack is deep. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/task/report_priv.h"

enum { CYCLES_MAX = 8, TEXT = 400, NAME = 40 };

struct node {
    struct task *task;
    size_t arrow;                   /* the next one to follow, in a list of tasks */
    const struct task_scope *child; /* or among the children of a group */
    size_t from;                    /* from where the walk came */
    enum { NEW, ON_THE_WAY, DONE } state;
};

struct walk {
    struct node *nodes;
    size_t *cycle;
    struct task_list list;
    unsigned told;
};

static void report_parked(const struct task *task)
{
    char where[256];

    task_describe(task->where, where, sizeof where);
    task_report("  %s waits (%s) in %s", task_name(task),
                wait_name((unsigned)(task->park ? task->park->why & 0xff : WAIT_READY)), where);
}

static void begin_node(struct node *node, struct task *task)
{
    const struct park *park = task->park;

    node->task = task;
    if (park && !park->on && park->why == WAIT_GROUP)
        node->child = ((struct task_group *)park->in)->scope.children;
}

/* The next one for whom it waits, or NULL. */
static struct task *follow(struct node *node)
{
    const struct park *park = node->task->park;
    size_t n = park ? park_awaits(park) : 0;

    while (node->arrow < n) {
        struct task *task = park->on[node->arrow++];
        if (task && task->state == TASK_LIVE)
            return task;
    }
    if (node->child) {
        struct task *task = node->child->task;
        node->child = node->child->next;
        return task;
    }
    return NULL;
}

/* From `first` over all that are on the way to `last`, and back. Told from the one that was spawned
 * first. */
static void tell_cycle(struct walk *walk, size_t first, size_t last)
{
    size_t n = 0, start = 0, used = 0;
    char text[TEXT] = "";

    for (size_t at = last;; at = walk->nodes[at].from) {
        walk->cycle[n++] = at; /* backwards */
        if (at == first)
            break;
    }
    for (size_t i = 0; i < n; i++)
        if (walk->cycle[i] < walk->cycle[start])
            start = i;
    for (size_t i = 0; i < n && used + NAME < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s -> ",
                                 task_name(walk->nodes[walk->cycle[(start + n - i) % n]].task));
    task_report("  cycle: %s%s", text,
                used + NAME < sizeof text ? task_name(walk->nodes[walk->cycle[start]].task)
                                          : "...");
    walk->told++;
}

static void walk_from(struct walk *walk, size_t start)
{
    size_t at = start;

    walk->nodes[at].state = ON_THE_WAY;
    while (walk->told < CYCLES_MAX) {
        struct task *next = follow(&walk->nodes[at]);
        size_t to;
        if (!next) {
            walk->nodes[at].state = DONE;
            if (at == start)
                return;
            at = walk->nodes[at].from;
            continue;
        }
        to = task_list_find(&walk->list, next->number);
        if (to < walk->list.n && walk->nodes[to].state == NEW) {
            walk->nodes[to].from = at;
            walk->nodes[to].state = ON_THE_WAY;
            at = to;
        } else if (to < walk->list.n && walk->nodes[to].state == ON_THE_WAY) {
            tell_cycle(walk, to, at);
        }
    }
}

static void report_cycles(struct task_list list)
{
    struct walk walk = {.nodes = calloc(list.n + 1, sizeof *walk.nodes),
                        .cycle = calloc(list.n + 1, sizeof *walk.cycle),
                        .list = list};
    bool possible = walk.nodes && walk.cycle;

    for (size_t i = 0; possible && i < list.n; i++)
        begin_node(&walk.nodes[i], list.tasks[i]);
    for (size_t i = 0; possible && i < list.n; i++)
        if (walk.nodes[i].state == NEW)
            walk_from(&walk, i);
    if (walk.told == CYCLES_MAX)
        task_report("  and maybe more cycles");
    free(walk.nodes);
    free(walk.cycle);
}

void task_report_deadlock(struct runtime *runtime)
{
    struct task_list list = task_list_of(runtime, 1u << TASK_LIVE);

    task_report("deadlock: the loop has nothing left to wait for, but %zu task%s still wait%s",
                task_live(runtime), task_live(runtime) == 1 ? "" : "s",
                task_live(runtime) == 1 ? "s" : "");
    for (size_t i = 0; i < list.n; i++)
        report_parked(list.tasks[i]);
    report_cycles(list);
    free(list.tasks);
}
