/* What the tests of engine/task share: a loop for each test, the lines that were reported, and a
 * log in which tasks write down what they did, in order. */
#ifndef ASYNCTUT_TASK_SUPPORT_H
#define ASYNCTUT_TASK_SUPPORT_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "engine/task/task.h"
#include "tests/support/test.h"
#include "tests/task/virtual.h"

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#endif

/* Tools that watch memory need address space and time themselves. */
__attribute__((unused)) static bool watched(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    return RUNNING_ON_VALGRIND;
#endif
}

static char task_log[4096];
static char task_lines[4096];

__attribute__((unused)) static void log_add(const char *word)
{
    size_t used = strlen(task_log);

    snprintf(task_log + used, sizeof task_log - used, "%s%s", used ? " " : "", word);
}

static void keep_line(const char *line, void *to)
{
    size_t used = strlen(task_lines);

    (void)to;
    snprintf(task_lines + used, sizeof task_lines - used, "%s\n", line);
}

/* Runs `main` on a fresh loop. The loop must close afterwards: nothing of the library is left. */
__attribute__((unused)) static int run_on_loop(int (*main)(void *), void *arg)
{
    uv_loop_t loop;
    int result;

    task_log[0] = task_lines[0] = '\0';
    task_set_report(keep_line, NULL);
    cr_assert_eq(uv_loop_init(&loop), 0);
    result = task_run(&loop, main, arg);
    cr_assert_eq(uv_loop_close(&loop), 0);
    task_set_report(NULL, NULL);
    return result;
}

/* How many this process has open. libuv keeps some of its own from their first use on. */
__attribute__((unused)) static int count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int n = 0;

    cr_assert_not_null(folder);
    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

/* The same with a clock that jumps ahead instead of letting anyone sleep. Not for tests in which
 * something that takes real time, such as a thread, must come before a time is up. */
__attribute__((unused)) static int run_in_virtual_time(int (*main)(void *), void *arg)
{
    int result;

    virtual_begin();
    result = run_on_loop(main, arg);
    virtual_end();
    return result;
}

#endif
