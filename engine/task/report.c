/* How trouble is told, and who is told of: names, places, lists of tasks; and tasks whose result
 * nobody took. Lines go to the program's own function, or to standard error. A place is told as a
 * function name if the dynamic linker knows it, else as file and offset, which addr2line
 * understands. */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/task/report_priv.h"

static void to_stderr(const char *line, void *to)
{
    (void)to;
    fprintf(stderr, "%s\n", line);
}

static void (*report)(const char *line, void *to) = to_stderr;
static void *report_to;

void task_set_report(void (*function)(const char *line, void *to), void *to)
{
    report = function ? function : to_stderr;
    report_to = to;
}

void task_report(const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    report(line, report_to);
}

struct task *task_current(void)
{
    struct runtime *runtime = task_runtime;

    return runtime && runtime->current != &runtime->loop ? runtime->current : NULL;
}

void task_set_name(struct task *task, const char *name)
{
    if (!task)
        task = task_self();
    snprintf(task->name, sizeof task->name, "%s", name);
    task->named = true;
    if (task->runtime->tracer)
        task->runtime->tracer->name(task->id, task->name);
}

const char *task_name(const struct task *task)
{
    struct task *unnamed = (struct task *)task; /* the name is made when it is first asked for */

    if (!task->named)
        snprintf(unnamed->name, sizeof unnamed->name, "task %" PRIu64, task->number);
    return task->name;
}

uint64_t task_number(const struct task *task)
{
    return task->number;
}

uint64_t task_parent_number(const struct task *task)
{
    return task->parent;
}

/* `where` is a return address: the call lies before it. */
void task_describe(const void *where, char *ret_text, size_t size)
{
    const char *call = (const char *)where - 1;
    Dl_info info;

    if (!where || !dladdr(call, &info))
        snprintf(ret_text, size, "%p", where);
    else if (info.dli_sname)
        snprintf(ret_text, size, "%s()+0x%zx", info.dli_sname,
                 (size_t)(call - (const char *)info.dli_saddr));
    else
        snprintf(ret_text, size, "%s+0x%zx", info.dli_fname,
                 (size_t)(call - (const char *)info.dli_fbase));
}

static void collect(struct task *task, void *to)
{
    struct task_list *list = to;

    if (list->states >> task->state & 1)
        list->tasks[list->n++] = task;
}

static void count(struct task *task, void *to)
{
    (void)task;
    ++*(size_t *)to;
}

static int by_number(const void *a, const void *b)
{
    const struct task *x = *(struct task *const *)a, *y = *(struct task *const *)b;

    return (x->number > y->number) - (x->number < y->number);
}

struct task_list task_list_of(struct runtime *runtime, unsigned states)
{
    struct task_list list = {.states = states};
    size_t all = 0;

    task_stacks_each(runtime, count, &all);
    list.tasks = calloc(all ? all : 1, sizeof *list.tasks);
    if (!list.tasks)
        return list;
    task_stacks_each(runtime, collect, &list);
    qsort(list.tasks, list.n, sizeof *list.tasks, by_number);
    return list;
}

size_t task_list_find(const struct task_list *list, uint64_t number)
{
    size_t low = 0, high = list->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->tasks[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->n && list->tasks[low]->number == number ? low : list->n;
}

void task_report_unjoined(struct runtime *runtime)
{
    struct task_list list = task_list_of(runtime, 1u << TASK_ENDED);

    for (size_t i = 0; i < list.n; i++)
        task_report("nobody awaited %s, which ended with %d%s%s", task_name(list.tasks[i]),
                    list.tasks[i]->result, list.tasks[i]->result < 0 ? " " : "",
                    list.tasks[i]->result < 0 ? uv_err_name(list.tasks[i]->result) : "");
    free(list.tasks);
}
