/* Child processes: a handle, up to three pipes that are streams like any other, and a line of those
 * who wait for the exit. */
#include <assert.h>
#include <stdlib.h>

#include "engine/task/stream_priv.h"
#include "engine/task/task_process.h"
#include "engine/task/whole.h"

struct task_process {
    uv_process_t uv;
    struct task_stream *streams[3];
    unsigned users; /* calls that are inside: the memory stays until they are out */
    bool closing, closed;
    bool exited;
    int64_t status;
    int signal;
    struct task_waiters waiters;
};

static void free_if_unused(struct task_process *process)
{
    if (process->closed && !process->users)
        free(process);
}

static void out(struct task_process *process)
{
    process->users--;
    free_if_unused(process);
}

static void on_close(uv_handle_t *handle)
{
    struct task_process *process = handle->data;

    process->closed = true;
    free_if_unused(process);
}

static void on_exit_of(uv_process_t *handle, int64_t status, int signal)
{
    struct task_process *process = handle->data;

    process->exited = true;
    process->status = status;
    process->signal = signal;
    while (task_waiters_wake(&process->waiters, 0))
        continue;
}

static void close_streams(struct task_process *process)
{
    for (int fd = 0; fd < 3; fd++)
        task_stream_end(process->streams[fd]);
}

static int make_pipes(struct task_process *process, const bool *piped, uv_stdio_container_t *stdio)
{
    for (int fd = 0; fd < 3; fd++) {
        int error;
        stdio[fd].flags = UV_INHERIT_FD;
        stdio[fd].data.fd = fd;
        if (!piped[fd])
            continue;
        error = task_stream_create(STREAM_PIPE, &process->streams[fd]);
        if (error)
            return error;
        stdio[fd].flags = UV_CREATE_PIPE | (fd == 0 ? UV_READABLE_PIPE : UV_WRITABLE_PIPE);
        stdio[fd].data.stream = task_stream_handle(process->streams[fd]);
    }
    return 0;
}

static int start(struct task_process *process, const struct task_process_options *options)
{
    char *only[] = {(char *)options->file, NULL};
    uv_stdio_container_t stdio[3];
    uv_process_options_t uv = {.exit_cb = on_exit_of,
                               .file = options->file,
                               .args = options->arguments ? options->arguments : only,
                               .env = options->environment,
                               .cwd = options->folder,
                               .stdio_count = 3,
                               .stdio = stdio};
    int error = make_pipes(process, options->piped, stdio);

    if (error)
        return error;
    process->uv.data = process;
    error = uv_spawn(task_runtime->uv, &process->uv, &uv);
    if (error)
        uv_close((uv_handle_t *)&process->uv, on_close); /* which frees it */
    return error;
}

static int make(const struct task_process_options *options, struct task_process **ret_process)
{
    struct task_process *process = calloc(1, sizeof *process);
    int error;

    if (!process)
        return UV_ENOMEM;
    error = start(process, options);
    if (error) {
        bool owned = process->uv.data == NULL;
        close_streams(process);
        if (owned)
            free(process);
        return error;
    }
    uv_unref((uv_handle_t *)&process->uv);
    *ret_process = process;
    return 0;
}

int task_process_start(const struct task_process_options *options,
                       struct task_process **ret_process)
{
    const void *where = __builtin_return_address(0);
    int error = make(options, ret_process);

    task_did_to(DO_START, error ? NULL : &(*ret_process)->uv,
                error ? error : (*ret_process)->uv.pid, where);
    return error;
}

struct task_stream *task_process_stream(struct task_process *process, int fd)
{
    return process->streams[fd];
}

struct task_stream *task_process_take_stream(struct task_process *process, int fd)
{
    struct task_stream *stream = process->streams[fd];

    process->streams[fd] = NULL;
    return stream;
}

int task_process_pid(const struct task_process *process)
{
    return process->uv.pid;
}

int task_process_kill(struct task_process *process, int signal)
{
    int error = process->exited ? UV_ESRCH : uv_process_kill(&process->uv, signal);

    task_did_to(DO_KILL, &process->uv, error ? error : signal, __builtin_return_address(0));
    return error;
}

/* Who waits keeps the loop alive; the exit, or the last who is cancelled, undoes it. */
static void cancel_wait(struct park *park)
{
    struct task_process *process =
        (struct task_process *)((char *)park->in - offsetof(struct task_process, waiters));

    task_waiters_cancel(park);
    if (!process->waiters.first)
        uv_unref((uv_handle_t *)&process->uv);
}

static int wait_at(struct task_process *process, int64_t *ret_status, int *ret_signal,
                   const void *where)
{
    struct park park = {.where = where, .why = WAIT_PROCESS, .cancel = cancel_wait};
    int error = task_checkpoint(where);

    if (error == 0 && process->closing)
        error = UV_EBADF;
    if (error == 0 && !process->exited) {
        park.object = task_entity(&process->uv);
        uv_ref((uv_handle_t *)&process->uv);
        task_waiters_add(&process->waiters, &park);
        error = task_park(&park);
    }
    if (error)
        return error;
    if (ret_status)
        *ret_status = process->status;
    if (ret_signal)
        *ret_signal = process->signal;
    return 0;
}

static int wait_told(struct task_process *process, int64_t *ret_status, int *ret_signal,
                     const void *where)
{
    uint32_t id = task_entity(&process->uv);
    int error;

    process->users++;
    error = wait_at(process, ret_status, ret_signal, where);
    out(process);
    task_did(DO_WAIT, id, error, where);
    return error;
}

int task_process_wait(struct task_process *process, int64_t *ret_status, int *ret_signal)
{
    return wait_told(process, ret_status, ret_signal, __builtin_return_address(0));
}

static ssize_t read_on(const struct whole *whole, void *buffer, size_t size)
{
    return task_read_at(whole->stream, buffer, size, whole->where);
}

static int finish(struct task_process *process, const struct whole *whole, char **ret_data,
                  size_t *ret_size, int64_t *ret_status)
{
    char *data;
    size_t size;
    int error = task_read_whole(whole, &data, &size);

    if (error)
        return error;
    error = wait_told(process, ret_status, NULL, whole->where);
    if (error) {
        free(data);
        return error;
    }
    *ret_data = data;
    *ret_size = size;
    return 0;
}

int task_process_finish(struct task_process *process, int fd, size_t limit, char **ret_data,
                        size_t *ret_size, int64_t *ret_status)
{
    struct whole whole = {.read = read_on,
                          .stream = process->streams[fd],
                          .limit = limit,
                          .where = __builtin_return_address(0)};
    int error;

    assert(whole.stream);
    process->users++;
    whole.stream->users++;
    error = finish(process, &whole, ret_data, ret_size, ret_status);
    task_stream_out(whole.stream);
    out(process);
    return error;
}

void task_process_close(struct task_process *process)
{
    const void *where = __builtin_return_address(0);
    uint32_t id;

    if (!process || process->closing)
        return;
    process->closing = true;
    id = task_handle_id(&process->uv);
    close_streams(process);
    while (task_waiters_wake(&process->waiters, UV_EBADF))
        continue;
    uv_close((uv_handle_t *)&process->uv, on_close);
    task_did(DO_CLOSE, id, 0, where);
}
