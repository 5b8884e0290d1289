// The headers from C++, and the shared library: only what they declare is to be seen in it.
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
#include <uv.h>

static int doubles(void *arg)
{
    task_sleep(1);
    *static_cast<int *>(arg) *= 2;
    return 0;
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
    if (uv_loop_close(&loop) || result != 24) {
        std::fprintf(stderr, "got %d\n", result);
        return 1;
    }
    return 0;
}
