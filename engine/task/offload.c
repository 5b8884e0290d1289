/* Work on libuv's pool. The request lies on the stack of the task, which waits until libuv is done
 * with it, whatever happens: a cancellation only takes the work out of the queue if it is still
 * there. */
#include "engine/task/task_offload.h"
#include "engine/task/task_priv.h"

struct offload {
    struct park park;
    uv_work_t request;
    int (*work)(void *arg);
    void *arg;
    int result;
};

static void on_pool(uv_work_t *request)
{
    struct offload *offload = request->data;

    offload->result = offload->work(offload->arg);
}

static void on_done(uv_work_t *request, int status)
{
    struct offload *offload = request->data;

    task_wake(&offload->park, status ? status : offload->result);
}

static void cancel_work(struct park *park)
{
    uv_cancel((uv_req_t *)&((struct offload *)park)->request);
}

static int offload_and_wait(struct offload *offload)
{
    int error = task_checkpoint(offload->park.where);

    if (error)
        return error;
    offload->request.data = offload;
    error = uv_queue_work(task_runtime->uv, &offload->request, on_pool, on_done);
    if (error)
        return error;
    offload->park.object = task_entity(&offload->request);
    return task_park(&offload->park);
}

int task_offload(int (*work)(void *arg), void *arg)
{
    const void *where = __builtin_return_address(0);
    struct offload offload = {.park = {.where = where, .why = WAIT_WORK, .cancel = cancel_work},
                              .work = work,
                              .arg = arg};
    int result = offload_and_wait(&offload);

    task_did(DO_OFFLOAD, offload.park.object, result, where);
    return result;
}
