/* Signals, one by one: a feed, and the count of those that came while nobody waited. */
#include <stdlib.h>

#include "engine/task/feed.h"
#include "engine/task/task_signal.h"

struct task_signals {
    uv_signal_t uv;
    struct feed feed;
    size_t pending;
};

static void on_signal(uv_signal_t *handle, int signal)
{
    struct task_signals *signals = handle->data;
    struct feed_wait *waiter = task_feed_take(&signals->feed);

    (void)signal;
    if (waiter)
        task_wake(&waiter->park, 0);
    else
        signals->pending++;
}

static void on_close(uv_handle_t *handle)
{
    free(handle->data);
}

static int open_signals(int signal, struct task_signals **ret_signals)
{
    struct task_signals *signals = calloc(1, sizeof *signals);
    int error = signals ? uv_signal_init(task_runtime->uv, &signals->uv) : UV_ENOMEM;

    if (error) {
        free(signals);
        return error;
    }
    signals->uv.data = signals;
    error = uv_signal_start(&signals->uv, on_signal, signal);
    task_feed_init(&signals->feed, &signals->uv);
    if (error)
        task_feed_close(&signals->feed, on_close);
    else
        *ret_signals = signals;
    return error;
}

int task_signals_open(int signal, struct task_signals **ret_signals)
{
    const void *where = __builtin_return_address(0);
    int error = open_signals(signal, ret_signals);

    task_did_to(DO_OPEN, error ? NULL : &(*ret_signals)->uv, error, where);
    return error;
}

static int next_at(struct task_signals *signals, const void *where)
{
    int error = task_checkpoint(where);

    if (error)
        return error;
    if (signals->pending == 0)
        return task_feed_wait(&signals->feed, WAIT_SIGNAL, NULL, where);
    signals->pending--;
    return 0;
}

int task_signals_next(struct task_signals *signals)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_entity(&signals->uv);
    int error = next_at(signals, where);

    task_did(DO_NEXT, id, error, where);
    return error;
}

void task_signals_close(struct task_signals *signals)
{
    const void *where = __builtin_return_address(0);
    uint32_t id;

    if (!signals)
        return;
    id = task_handle_id(&signals->uv);
    task_feed_close(&signals->feed, on_close);
    task_did(DO_CLOSE, id, 0, where);
}
