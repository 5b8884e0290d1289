/* A task that runs out of stack touches its guard page and gets SIGSEGV. The handler has a stack of
 * its own (sigaltstack, one a thread), says which task it was, puts back the handler that was there
 * before and returns: the access is tried again, and now does what it would have done. All other
 * faults only take that last step. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/task/task_priv.h"

enum { SIGNAL_STACK = 64 * 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned watchers;
static struct sigaction before;
static _Thread_local void *signal_stack;

static bool in_guard(const struct task *task, const char *address, size_t page)
{
    return address >= task->stack && address < task->stack + page;
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    struct runtime *runtime = task_runtime;
    struct task *task = task_current();

    (void)context;
    if (task && in_guard(task, info->si_addr, runtime->page))
        task_report("stack overflow: %s used up its stack of %zu KiB", task_name(task),
                    task->stacks->size / 1024);
    sigaction(signal, &before, NULL);
}

/* The thread keeps a signal stack that it already has, such as a sanitizer's. */
static void signal_stack_open(void)
{
    stack_t now, mine = {.ss_size = SIGNAL_STACK};

    if (sigaltstack(NULL, &now) || !(now.ss_flags & SS_DISABLE))
        return;
    mine.ss_sp = mmap(NULL, SIGNAL_STACK, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (mine.ss_sp == MAP_FAILED)
        return;
    sigaltstack(&mine, NULL);
    signal_stack = mine.ss_sp;
}

static void signal_stack_close(void)
{
    stack_t none = {.ss_flags = SS_DISABLE};

    if (!signal_stack)
        return;
    sigaltstack(&none, NULL);
    munmap(signal_stack, SIGNAL_STACK);
    signal_stack = NULL;
}

void task_overflow_watch(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};

    signal_stack_open();
    sigemptyset(&action.sa_mask);
    pthread_mutex_lock(&lock);
    if (watchers++ == 0)
        sigaction(SIGSEGV, &action, &before);
    pthread_mutex_unlock(&lock);
}

void task_overflow_unwatch(void)
{
    struct sigaction now;

    pthread_mutex_lock(&lock);
    if (--watchers == 0 && sigaction(SIGSEGV, NULL, &now) == 0 && now.sa_sigaction == on_fault)
        sigaction(SIGSEGV, &before, NULL);
    pthread_mutex_unlock(&lock);
    signal_stack_close();
}
