/* Files and folders. libuv asks its thread pool, because the kernel has no other way that never
 * blocks: each call waits for a thread to be free and to be done.
 *
 * Cancelled while it is still queued, a call does nothing and returns UV_ECANCELED; once a thread
 * works on it, it is waited for and its own result returned. Paths and buffers must stay until the
 * call returns. Flags, modes and results are those of the system calls of the same name (section 2
 * of the manual), errors negative UV_E*: theirs, or UV_ENOMEM. (docs.libuv.org, "File system
 * operations".) */
#ifndef ASYNCTUT_TASK_FS_H
#define ASYNCTUT_TASK_FS_H

#include <sys/types.h>
#include <uv.h>

#include "engine/task/task.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

/* The descriptor, which is closed on exec; the caller closes it. Parks. A cancellation point. */
int task_fs_open(const char *path, int flags, int mode);

/* Closes it also when the task is cancelled. Parks; no cancellation point. */
int task_fs_close(int fd);

/* `offset` in bytes; -1: where the descriptor stands. The number of bytes, which may be less than
 * `size`, 0 at the end of the file. Park. Cancellation points. */
ssize_t task_fs_read(int fd, void *buffer, size_t size, int64_t offset);
ssize_t task_fs_write(int fd, const void *data, size_t size, int64_t offset);

/* 0 or an error. Park. Cancellation points. */
int task_fs_sync(int fd);
int task_fs_stat(const char *path, uv_stat_t *ret_stat);
int task_fs_rename(const char *from, const char *to);
int task_fs_unlink(const char *path);
int task_fs_mkdir(const char *path, int mode);
int task_fs_rmdir(const char *path);

/* The whole of a file of at most `limit` bytes (else UV_EFBIG), with a 0 byte behind it that does
 * not count. On 0 the caller frees *ret_data. Parks. A cancellation point. */
int task_fs_read_file(const char *path, size_t limit, char **ret_data, size_t *ret_size);

/* Calls each(name, type, to) for every entry of a folder, without "." and "..", while it returns 0;
 * what it returned last. The name is good during the call; `each` may park. Parks. A cancellation
 * point before the first entry. */
int task_fs_list(const char *path, int (*each)(const char *name, uv_dirent_type_t type, void *to),
                 void *to);

/* Changes of a file or folder, as they come (inotify(7)). It belongs to the loop on whose thread it
 * was opened, and keeps it alive while somebody waits. The caller closes it. 0 or a negative UV_E*.
 * Does not park. */
struct task_watch;
int task_watch_open(const char *path, struct task_watch **ret_watch);

/* Waits for a change and copies the name of what changed, cut at `size` bytes with the 0, if the
 * system tells it, else ""; the result is a set of UV_RENAME and UV_CHANGE. Several tasks may wait,
 * and are served in order. At most 64 changes are kept while nobody waits: then UV_ENOBUFS is told
 * once, and some are lost. UV_EBADF: it was closed meanwhile. Parks unless a change is there. A
 * cancellation point. */
int task_watch_next(struct task_watch *watch, char *ret_name, size_t size);

/* Who waits gets UV_EBADF. The pointer is dead afterwards. NULL is fine. Does not park. */
void task_watch_close(struct task_watch *watch);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
