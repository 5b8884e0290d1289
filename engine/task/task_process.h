/* Child processes. One belongs to the loop on whose thread it was started, which must run for its
 * end to be seen (docs.libuv.org, "Process handle"). */
#ifndef ASYNCTUT_TASK_PROCESS_H
#define ASYNCTUT_TASK_PROCESS_H

#include "engine/task/task_stream.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

struct task_process;

/* What to start. Strings and arrays must stay only for the call. */
struct task_process_options {
    const char *file;   /* looked up in PATH */
    char **arguments;   /* ends with NULL; the first is the program's name. NULL: only the file */
    char **environment; /* ends with NULL. NULL: that of this process */
    const char *folder; /* to run in. NULL: the current one */
    bool piped[3];      /* descriptors 0, 1, 2: a pipe to us instead of this process's own */
};

/* Starts it. The caller closes it. 0, or what starting it came to: UV_ENOENT, UV_EACCES, UV_ENOMEM
 * … and then there is no child. Does not park. libuv forks, and the kernel copies the tables of all
 * pages for it: with 100,000 parked tasks that takes hundreds of milliseconds, in which nobody
 * runs. */
int task_process_start(const struct task_process_options *options,
                       struct task_process **ret_process);

/* Our end of a pipe, or NULL. It belongs to the process; taken away from it by
 * task_process_take_stream(), to the caller, who closes it (closing 0 tells the child the end). Do
 * not park. */
struct task_stream *task_process_stream(struct task_process *process, int fd);
struct task_stream *task_process_take_stream(struct task_process *process, int fd);

/* Its number; and a signal for it (kill(2)): 0, UV_ESRCH if it has exited, or a negative UV_E*. Do
 * not park. */
int task_process_pid(const struct task_process *process);
int task_process_kill(struct task_process *process, int signal);

/* Waits until it has exited. That is not the end of its output: a grandchild may hold the pipe; the
 * end of a stream is the end of output. ret_signal is 0 if it was not ended by one; both may be
 * NULL. 0, UV_ECANCELED, or UV_EBADF: it was closed meanwhile. Parks unless it has exited. A
 * cancellation point; the process lives on. Any number of times and tasks. */
int task_process_wait(struct task_process *process, int64_t *ret_status, int *ret_signal);

/* Exit and end of output, both: reads stream `fd` to its end, at most `limit` bytes (UV_EFBIG; it
 * stops reading), and waits for the exit. On 0 the caller frees *ret_data, which has a 0 byte
 * behind it; else what was read is gone. Errors are those of task_read() and UV_ENOMEM. Parks. A
 * cancellation point. */
int task_process_finish(struct task_process *process, int fd, size_t limit, char **ret_data,
                        size_t *ret_size, int64_t *ret_status);

/* Closes its streams and lets go of it; who waits gets UV_EBADF. One that still runs runs on, but
 * nobody watches it any more and it stays a zombie until this process ends: kill it and wait first.
 * The pointer is dead afterwards. NULL is fine. Does not park. */
void task_process_close(struct task_process *process);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
