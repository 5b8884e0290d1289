// The headers from C++, and the shared library: only what they declare is to be seen in it. And
// exceptions within tasks.
#include "engine/task/task.h"
#include "engine/task/task_debug.h"
#include "engine/task/task_dns.h"
#include "engine/task/task_fs.h"
#include "engine/task/task_group.h"
#include "engine/task/task_iter.h"
#include "engine/task/task_offload.h"
#include "engine/task/task_process.h"
#include "engine/task/task_queue.h"
#include "engine/task/task_scope.h"
#include "engine/task/task_signal.h"
#include "engine/task/task_stream.h"
#include "engine/task/task_sync.h"
#include "engine/task/task_udp.h"

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <uv.h>

static int doubles(void *arg)
{
    task_sleep(1);
    *static_cast<int *>(arg) *= 2;
    return 0;
}

// Waits where an exception is handled, and throws the same one again: other tasks do so meanwhile.
static int throws_again(void *arg)
{
    std::string mine = static_cast<const char *>(arg);

    try {
        try {
            throw std::runtime_error(mine);
        } catch (const std::exception &) {
            for (size_t i = 0; i < mine.size(); i++)
                task_yield();
            throw;
        }
    } catch (const std::exception &exception) {
        return mine == exception.what() && std::uncaught_exceptions() == 0;
    }
}

struct sleeps_at_the_end {
    ~sleeps_at_the_end()
    {
        task_sleep(1);
    }
};

// Waits in a destructor, with an exception on its way.
static int waits_in_a_destructor(void *)
{
    try {
        sleeps_at_the_end sleeper;
        throw 5;
    } catch (int value) {
        return value == 5 && std::uncaught_exceptions() == 0;
    }
}

static int exceptions(void *)
{
    char names[][8] = {"a", "bcdef", "ghi"};
    task *tasks[4];
    int results[4], good = 0;

    for (int i = 0; i < 3; i++)
        tasks[i] = task_spawn(throws_again, names[i]);
    tasks[3] = task_spawn(waits_in_a_destructor, nullptr);
    task_yield();
    good = std::uncaught_exceptions() == 0; // those of others
    task_gather(tasks, 4, results);
    for (int result : results)
        good += result;
    return good;
}

static int body(void *)
{
    task_group group;
    task_lock lock = {};
    int a = 1, b = 2;

    task_group_open(&group);
    task_group_spawn(&group, doubles, &a);
    task_group_spawn(&group, doubles, &b);
    if (int error = task_group_close(&group, 0))
        return error;
    task_lock_acquire(&lock);
    task_lock_release(&lock);
    return a * 10 + b;
}

int main()
{
    uv_loop_t loop;

    uv_loop_init(&loop);
    int result = task_run(&loop, body, nullptr);
    int good = task_run(&loop, exceptions, nullptr);
    if (uv_loop_close(&loop) || result != 24 || good != 5) {
        std::fprintf(stderr, "got %d and %d\n", result, good);
        return 1;
    }
    return 0;
}
