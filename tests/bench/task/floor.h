/* The least that a task runtime can be: a queue, a switch and a pool. No names, no errors, no loop,
 * no guard. What the real one costs more is what it does more. */
#ifndef ASYNCTUT_TASK_FLOOR_H
#define ASYNCTUT_TASK_FLOOR_H

#include <stdbool.h>
#include <stdlib.h>

#include "engine/task/switch.h"

struct mini {
    struct switch_context context;
    struct mini *next, *waiter;
    int (*body)(void *arg);
    void *arg;
    bool ended;
};

static struct mini mini_loop, *mini_now = &mini_loop, *mini_head, **mini_tail = &mini_head,
                              *mini_pool;

static inline void mini_ready(struct mini *mini)
{
    mini->next = NULL;
    *mini_tail = mini;
    mini_tail = &mini->next;
}

static inline void mini_park(void)
{
    struct mini *self = mini_now, *next = mini_head ? mini_head : &mini_loop;

    if (next != &mini_loop) {
        mini_head = next->next;
        if (!mini_head)
            mini_tail = &mini_head;
    }
    mini_now = next;
    task_switch(&self->context, &next->context);
}

static __attribute__((noinline)) void mini_yield(void)
{
    mini_ready(mini_now);
    mini_park();
}

static void mini_entry(void)
{
    struct mini *self = mini_now;

    for (;;) {
        self->body(self->arg);
        self->ended = true;
        if (self->waiter)
            mini_ready(self->waiter);
        self->next = mini_pool;
        mini_pool = self;
        mini_park();
    }
}

static __attribute__((noinline)) struct mini *mini_spawn(int (*body)(void *), void *arg)
{
    struct mini *mini = mini_pool;

    if (mini) {
        mini_pool = mini->next;
    } else {
        mini = calloc(1, 32 * 1024);
        if (!mini)
            abort();
        task_switch_make(&mini->context, mini + 1, 32 * 1024 - sizeof *mini, mini_entry);
    }
    mini->body = body;
    mini->arg = arg;
    mini->waiter = NULL;
    mini->ended = false;
    mini_ready(mini);
    return mini;
}

static __attribute__((noinline)) void mini_await(struct mini *mini)
{
    if (mini->ended)
        return;
    mini->waiter = mini_now;
    mini_park();
}

static void mini_run(void)
{
    while (mini_head)
        mini_park();
}

#endif
