/* Files and folders. libuv asks its thread pool, because the kernel has no other way that never
 * blocks: each call waits for a thread to be free and to be done.
 *
 * Parks. Cancelled while it is still queued, a call does nothing and returns UV_ECANCELED; once a
 * thread works on it, it is waited for and its own result returned. Paths and buffers must stay
 * until the call returns. Flags, modes and results are those of the system calls of the same name,
 * errors negative UV_E*. */
#ifndef ASYNCTUT_TASK_FS_H
#define ASYNCTUT_TASK_FS_H

#include <sys/types.h>
#include <uv.h>

#include "engine/task/task.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

int task_fs_open(const char *path, int flags, int mode); /* the descriptor; the caller closes it */
int task_fs_close(int fd);
/* offset -1: where the descriptor stands. The number of bytes, 0 at the end of the file. */
ssize_t task_fs_read(int fd, void *buffer, size_t size, int64_t offset);
ssize_t task_fs_write(int fd, const void *data, size_t size, int64_t offset);
int task_fs_sync(int fd);
int task_fs_stat(const char *path, uv_stat_t *ret_stat);
int task_fs_rename(const char *from, const char *to);
int task_fs_unlink(const char *path);
int task_fs_mkdir(const char *path, int mode);
int task_fs_rmdir(const char *path);

/* The whole of a file of at most `limit` bytes (else UV_EFBIG), with a 0 byte behind it that does
 * not count. The caller frees *ret_data. */
int task_fs_read_file(const char *path, size_t limit, char **ret_data, size_t *ret_size);

/* Calls each(name, type, to) for every entry of a folder, without "." and "..", while it returns 0;
 * what it returned last. `each` may park. */
int task_fs_list(const char *path, int (*each)(const char *name, uv_dirent_type_t type, void *to),
                 void *to);

/* Changes of a file or folder, as they come (inotify). Open does not park. Next waits for one and
 * copies the name of what changed, cut at `size`, if the system tells it; the result is a set of
 * UV_RENAME and UV_CHANGE. At most 64 are kept while nobody waits: then UV_ENOBUFS is told once,
 * and some are lost. A cancellation point. After close, who waits gets UV_EBADF. */
struct task_watch;
int task_watch_open(const char *path, struct task_watch **ret_watch);
int task_watch_next(struct task_watch *watch, char *ret_name, size_t size);
void task_watch_close(struct task_watch *watch);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
