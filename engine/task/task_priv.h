/* What the files of engine/task share.
 *
 * One mechanism carries every call that waits. The caller puts a `struct park` on its own stack,
 * leaves a pointer to it where the thing it waits for will find it (a list of waiters, the `data`
 * of a libuv handle), and calls task_park(). Whoever makes the thing happen calls task_wake() with
 * the result; the task goes to the end of the ready queue, and task_park() returns that result when
 * its turn comes. To cancel a waiting task is to call the park's `cancel`, which takes the pointer
 * back and wakes it with UV_ECANCELED, or asks libuv to hurry and leaves the waking to the callback
 * that will come. */
#ifndef ASYNCTUT_TASK_PRIV_H
#define ASYNCTUT_TASK_PRIV_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "engine/event/event.h"
#include "engine/task/sanitize.h"
#include "engine/task/switch.h"
#include "engine/task/task.h"
#include "engine/task/task_group.h"
#include "engine/task/task_scope.h"
#include "engine/task/task_sync.h"

#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#define SELDOM __attribute__((cold, noinline)) /* nothing of it is in the way of its callers */

struct runtime;
struct task_queue;

/* One wait of one task. */
struct park {
    struct task *task;
    const void *where; /* the call in the program that waits */
    int64_t why;       /* enum wait, and its detail: event_wait_arg() */
    uint32_t object;   /* entity id of what it waits for; 0: unknown */
    int result;
    void (*cancel)(struct park *park); /* NULL: cannot be cancelled */
    struct task *const *on;            /* the task that has to act first, if known; a join's n */
    void *in; /* what it waits in: a list of waiters with its neighbours there, a stream, a group */
    struct park *next, *previous;
};

/* What every park needs. Whoever reads `in` or the neighbours has set them before. */
static inline void park_init(struct park *park, int64_t why, void (*cancel)(struct park *park),
                             const void *where)
{
    park->where = where;
    park->why = why;
    park->object = 0;
    park->cancel = cancel;
    park->on = NULL;
}

/* A task awaits others: `left` of them are still to end before it is woken. */
struct join {
    struct park park;
    struct task *const *tasks;
    size_t n;
    size_t left;
    bool until_error; /* or one of them ends with an error */
};

/* How many tasks `on` names: of those that await several, the struct is a join. */
static inline size_t park_awaits(const struct park *park)
{
    return !park->on ? 0 : park->why == WAIT_GROUP ? ((const struct join *)park)->n : 1;
}

/* A task-local value. Lists share their tails, so to give a task's values to another is to copy one
 * pointer. */
struct locals {
    const void *key;
    void *value;
    struct locals *next;
    size_t users;
};

enum task_state { TASK_FREE, TASK_LIVE, TASK_ENDED };

/* The control block; it lies at the top of the task's own stack. What a switch needs fills the
 * first cache line, what a spawn and an end need the second. */
struct task {
    struct switch_context context;
    struct task *next; /* in the ready queue, or in the pool */
    struct park *park; /* while it waits */
    const void *where; /* where it goes on: its last wait, or where it was spawned */
    uint32_t id;       /* for the tracer */
    int result;
    uint8_t state;
    bool detached, named;
    bool cancelled; /* as its innermost scope is */

    int (*body)(void *arg);
    void *arg;
    struct task *awaiter;  /* parked in a struct join */
    struct stacks *stacks; /* where its stack goes back to */
    struct locals *locals; /* what task_local_get() finds, newest first */
    uint64_t number;
    uint64_t parent;
    uint64_t ending; /* the how-manieth end of a task this was */

    struct runtime *runtime;
    struct task_scope *scope; /* the innermost it is in */
    struct task_group *group; /* of which it is a child */
    struct task_scope root;
    char *stack; /* its low end, the guard page */
    struct sanitize_stack sanitize;
    char name[32]; /* if it is `named` */
};

/* Stacks of one size, carved from slabs. `pool` has those that ran a task before. */
struct slab {
    struct slab *next;
    char *base;
    size_t stride, count, carved; /* from stack to stack; stacks in all, and so far */
};
struct stacks {
    struct task *pool;
    struct slab *slabs;
    size_t size;
};

/* Sizes are powers of two: class 0 is 16 KiB, the default 64 KiB, the last 1 GiB. */
enum { STACK_MIN = 16 * 1024, STACK_DEFAULT = 2, STACK_CLASSES = 17 };

/* What the C++ runtime keeps for a thread: watched.c. */
struct exceptions {
    void *caught;
    unsigned thrown;
};

/* The deadlines of all tasks: alarm.c. */
struct alarms {
    struct deadline *heap;
    struct task_alarm **slots; /* NULL in one that is in the heap: it was dropped */
    size_t n, room, dropped;
    uint32_t order;
    bool is_set;   /* the timer, */
    uint64_t time; /* for then */
    uv_timer_t timer;
};

struct runtime {
    struct task *current;      /* &loop while no task runs */
    struct task *first, *last; /* the ready queue; first NULL: empty, and then last means nothing */
    int budget;                /* tasks that may still run before the loop gets its turn */
    int batch;                 /* wakes by a poll since then */
    bool scheduled;            /* the idle handle is active: the queue will be drained */
    bool watched;              /* somebody wants to know of switches: annotate, tracer … */
    bool annotate;             /* a sanitizer or valgrind does */
    struct exceptions *exceptions; /* this thread's, in a program with C++ */
    const struct task_tracer *tracer;
    uint32_t run;           /* the how-manieth task_run() this is */
    uint64_t born, endings; /* tasks so far; the difference lives */

    bool plain_guards; /* the kernel does not have MADV_GUARD_INSTALL */
    bool limit_told;   /* that there are no more stacks */
    bool over;         /* the last task has ended: the loop is stopped for that */
    bool stopped;      /* a task stopped it */
    bool closing;      /* no task can be spawned any more */
    bool nested_told;  /* that a task ran the loop itself */
    uint64_t perturb;  /* state of the lots; 0: tasks run in order */
    bool dumps;
    uint64_t slow_step_ns, step_start; /* 0: nobody wants to know */
    uv_signal_t dump;
    struct task loop; /* the loop's side of a switch; not a task otherwise */
    uv_loop_t *uv;
    uv_idle_t idle;
    struct alarms alarms;
    struct task_waiters passing; /* those who await, were cancelled, and have to pass it on */
    size_t page;
    struct stacks stacks[STACK_CLASSES];
};

extern _Thread_local struct runtime *task_runtime
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* The task that runs; only from within one. */
static inline struct task *task_self(void)
{
    return task_runtime->current;
}

static inline size_t task_live(const struct runtime *runtime)
{
    return (size_t)(runtime->born - runtime->endings);
}

/* core.c */
int task_park(struct park *park);
void task_wake(struct park *park, int result);
int task_yield_at(const void *where);
void task_give_way(struct runtime *runtime); /* whoever runs, the loop or a task in the queue */

/* life.c */
struct task *task_spawn_at(struct runtime *runtime, struct stacks *stacks, int (*body)(void *),
                           void *arg, const void *where);
/* The same with the usual stack; that there is no memory is told. */
struct task *task_spawn_told(int (*body)(void *), void *arg, const void *where);
void task_release(struct task *task); /* an ended task goes back to the pool */
void task_run_on_stack(void);         /* the entry of every stack */

/* share.c: the queue is to be drained in the loop's next turn. */
void task_share_ask(struct runtime *runtime);
/* One more that a poll woke; now and then its tasks then run at once. The end of a callback of the
 * library's own: nothing of the program's is under way. */
void task_share_batch(struct runtime *runtime);

/* watched.c: the switch, told to whoever watches. */
struct exceptions *task_exceptions(void); /* NULL: no C++ */
void task_switch_watched(struct runtime *runtime, struct task *self, struct task *next);

/* detach.c: a task that nobody awaits has ended. */
void task_let_go(struct task *task);

/* The list of waiters: first come, first served. `last` and `previous` mean nothing without a
 * first. */
static inline void task_waiters_add(struct task_waiters *waiters, struct park *park)
{
    park->in = waiters;
    park->next = NULL;
    park->previous = (struct park *)waiters->last;
    if (waiters->first)
        park->previous->next = park;
    else
        waiters->first = park;
    waiters->last = park;
}

/* The first, or NULL. */
static inline struct park *task_waiters_take(struct task_waiters *waiters)
{
    struct park *first = waiters->first;

    if (first)
        waiters->first = first->next;
    return first;
}

/* waiters.c */
bool task_waiters_wake(struct task_waiters *waiters, int result); /* the first, if there is one */
void task_waiters_cancel(struct park *park); /* a park's `cancel` for those that wait in a list */
/* `object` is the tracer's id of what has the list. */
int task_waiters_wait(struct task_waiters *waiters, enum wait why, uint32_t object,
                      const void *where);

/* The same as the public calls, for those that are made of them: `where` is the place in the
 * program that calls, and not the one in the library. */
int task_queue_put_at(struct task_queue *queue, void *item, const void *where);
int task_queue_get_at(struct task_queue *queue, void **ret_item, const void *where);
void task_queue_close_at(struct task_queue *queue, const void *where);
int task_sleep_at(uint64_t ms, const void *where);
int task_sleep_until_at(uint64_t time, const void *where);
int task_gather_at(struct task *const *tasks, size_t n, int *ret_results, const void *where);

/* lock.c: a lock within something else, or in its name, which is what the trace tells of: `id` is
 * that of the whole. */
int task_lock_take(struct task_lock *lock, uint32_t id, const void *where);
void task_lock_give(struct task_lock *lock);
/* Of the program, in a call that is about something else. */
void task_lock_release_at(struct task_lock *lock, const void *where);
void task_lock_retake(struct task_lock *lock, const void *where); /* no cancellation point */

/* scope.c: a scope within something else, of which the trace does not tell. */
int task_scope_open(struct task_scope *scope, int64_t ms, bool shielded); /* 0 or UV_ENOMEM */
int task_scope_close(struct task_scope *scope, int result);
int task_scope_ask(struct task_scope *scope); /* 0, or UV_EALREADY: it was asked before */
int task_ask(struct task *task);              /* the same, or UV_ESRCH: it has ended */
void task_scope_add(struct task_scope *parent, struct task_scope *scope);
void task_scope_remove(struct task_scope *scope);
void task_scope_force(struct task_scope *scope); /* cancels through shields */
/* A park's `cancel` for those who await: it is passed on, and they wait on: nobody else would. */
void task_pass_on(struct park *park);

/* group.c: a child has ended. */
void task_group_ended(struct task *task);

/* The first line of every cancellation point: UV_ECANCELED if the current task is cancelled. */
static inline int task_checkpoint(const void *where)
{
    return unlikely(task_self()->cancelled) ? task_yield_at(where) : 0;
}

/* local.c */
void task_locals_drop(struct task *task);

/* stack.c */
/* Puts a new stack into the pool; false: no memory. */
bool task_stack_make(struct runtime *runtime, struct stacks *stacks);
struct task *task_stack_block(const struct slab *slab, size_t i); /* the i-th control block */

/* sizes.c */
struct stacks *task_stacks_for(struct runtime *runtime, size_t size); /* NULL: more than 1 GiB */
void task_stacks_init(struct runtime *runtime);
void task_stacks_free(struct runtime *runtime);
/* Calls visit for every control block that was ever used, in no particular order. */
void task_stacks_each(struct runtime *runtime, void (*visit)(struct task *task, void *to),
                      void *to);

/* alarm.c: has alarm->ring called after so many ms, unless it is dropped before. 0 or UV_ENOMEM. */
int task_alarm_set(struct runtime *runtime, struct task_alarm *alarm, uint64_t ms);
void task_alarm_drop(struct runtime *runtime, struct task_alarm *alarm);
void task_alarms_close(struct runtime *runtime);
void task_alarms_free(struct runtime *runtime); /* when the loop has closed the timer */

/* sleep.c */
int task_sleep_at(uint64_t ms, const void *where);

/* report.c, deadlock.c */
void task_report(const char *format, ...) __attribute__((format(printf, 1, 2)));
void task_report_deadlock(struct runtime *runtime);
void task_report_unjoined(struct runtime *runtime);

/* dump.c */
uint64_t task_slow_step_ns(void);
void task_step_ended(struct runtime *runtime, const struct task *self);

/* perturb.c: moves any of the ready tasks to the front; how many may run before the next lot. */
uint64_t task_perturb_seed(void);
int task_perturb(struct runtime *runtime);

/* overflow.c. Counted: once for every task_run(). */
void task_overflow_watch(void);
void task_overflow_unwatch(void);

static inline void task_stack_give(struct task *task)
{
    task->next = task->stacks->pool;
    task->stacks->pool = task;
}

/* The tracer's id of a libuv handle or request; 0 without one. */
static inline uint32_t task_entity(const void *actor)
{
    const struct task_tracer *tracer = task_runtime->tracer;

    return tracer && tracer->find ? tracer->find(actor) : 0;
}

/* Events; nothing happens without a tracer. */
static inline void task_trace(struct runtime *runtime, enum event_kind kind, uint32_t subject,
                              uint32_t object, int64_t arg, const void *where)
{
    if (unlikely(runtime->tracer))
        runtime->tracer->emit(kind, subject, object, arg, where);
}

/* did.c: the call of an operation is told when it is done. A call asks first whether somebody wants
 * to know, so that otherwise it is as it would be without: see lock.c. */
static inline bool task_is_traced(void)
{
    const struct runtime *runtime = task_runtime; /* NULL outside task_run() */

    return likely(runtime) && unlikely(runtime->tracer);
}

/* The same in what only tasks call. */
static inline bool task_self_is_traced(void)
{
    return unlikely(task_runtime->tracer);
}

/* The id of what it is done to, which is born if this is its first use; 0 if nobody wants to know.
 * A call that may wait asks for it before: afterwards the thing may be gone. */
uint32_t task_object_made(struct task_traced *traced, enum entity_type type, const void *where);
static inline uint32_t task_object(struct task_traced *traced, enum entity_type type,
                                   const void *where)
{
    return task_is_traced() ? task_object_made(traced, type, where) : 0;
}

void task_did_told(enum operation operation, uint32_t object, int64_t result, const void *where);
static inline void task_did(enum operation operation, uint32_t object, int64_t result,
                            const void *where)
{
    if (task_is_traced())
        task_did_told(operation, object, result, where);
}

/* The same to a handle: one that was just made, or none (NULL). */
static inline void task_did_to(enum operation operation, const void *handle, int64_t result,
                               const void *where)
{
    if (task_is_traced())
        task_did_told(operation, handle ? task_entity(handle) : 0, result, where);
}

/* The id of a handle in a call that closes it, maybe when task_run() has ended. */
static inline uint32_t task_handle_id(const void *handle)
{
    return task_is_traced() ? task_entity(handle) : 0;
}

/* The same from any thread, to something of a run with that tracer. */
void task_did_anywhere(const struct task_tracer *tracer, enum operation operation, uint32_t object,
                       int64_t result, const void *where);

#endif
