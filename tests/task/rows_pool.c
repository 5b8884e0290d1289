/* Rows: what libuv asks its thread pool to do. All threads of the pool are held, so that the call
 * waits in the queue; it happens, or fails, when they are let go. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/task/task_dns.h"
#include "engine/task/task_fs.h"
#include "engine/task/task_offload.h"
#include "engine/task/task_scope.h"
#include "engine/task/task_sync.h"
#include "tests/task/rows.h"

#define CLOSED_ALL_THE_SAME "a descriptor is closed all the same"

enum { THREADS = 4 };

static uv_sem_t go;
static uv_work_t holders[THREADS];
static int held;
static bool may_go;
static struct task_event idle;

static void hold(uv_work_t *request)
{
    (void)request;
    uv_sem_wait(&go);
}

static void on_let_go(uv_work_t *request, int status)
{
    (void)request;
    (void)status;
    if (--held == 0)
        task_event_set(&idle);
}

static char folder[64], path[80], other[80];
static int fd = -1, server = -1, port;

static void name_files(void)
{
    const char *top = row_ending == FAILED ? "/nonexistent" : folder;

    snprintf(folder, sizeof folder, "/tmp/asynctut-pool-%d", (int)getpid());
    snprintf(path, sizeof path, "%s/file", top);
    snprintf(other, sizeof other, "%s/other", top);
}

static int hold_pool(void)
{
    int error = 0;

    name_files();
    idle = (struct task_event){0};
    held = 0;
    may_go = false;
    uv_sem_init(&go, 0);
    while (held < THREADS && error == 0) {
        error = uv_queue_work(row_loop(), &holders[held], hold, on_let_go);
        held += error == 0;
    }
    return error;
}

static int let_go(void)
{
    for (int i = 0; i < THREADS && !may_go; i++)
        uv_sem_post(&go);
    may_go = true;
    return 0;
}

static void tear_down(void)
{
    let_go();
    while (held)
        task_event_wait(&idle);
    uv_sem_destroy(&go);
    raw_close(&fd);
    raw_close(&server);
    unlink(path);
    unlink(other);
    rmdir(other);
    rmdir(folder);
}

static int with_folder(void)
{
    name_files();
    mkdir(folder, 0700);
    return hold_pool();
}

static int with_file(void)
{
    name_files();
    mkdir(folder, 0700);
    raw_close(&fd);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600); /* -1, a bad one, if it is to fail */
    if (fd >= 0 && write(fd, "four", 4) != 4)
        return UV_EIO;
    return hold_pool();
}

static int with_empty_folder(void)
{
    name_files();
    mkdir(folder, 0700);
    mkdir(other, 0700);
    return hold_pool();
}

static IN_ROWS int opens(void *arg)
{
    int opened = task_fs_open(path, O_RDONLY, 0);

    (void)arg;
    if (opened < 0)
        return opened;
    close(opened);
    return 0;
}

static IN_ROWS int closes(void *arg)
{
    int closing = fd;

    (void)arg;
    fd = -1;
    closing = task_fs_close(closing);
    STAY;
    return closing;
}

static IN_ROWS int stats(void *arg)
{
    uv_stat_t stat;
    int error = task_fs_stat(path, &stat);

    (void)arg;
    return error ? error : (int)stat.st_size;
}

static IN_ROWS int reads_file(void *arg)
{
    char *data;
    size_t size;
    int error = task_fs_read_file(path, 10, &data, &size);

    (void)arg;
    if (error)
        return error;
    free(data);
    return (int)size;
}

static int tells(const char *name, uv_dirent_type_t type, void *to)
{
    (void)type;
    (void)to;
    return name[0];
}

static char bytes[8];

CALL(reads, task_fs_read(fd, bytes, sizeof bytes, 0))
CALL(writes, task_fs_write(fd, "123", 3, 0))
CALL(syncs, task_fs_sync(fd))
CALL(renames, task_fs_rename(path, other))
CALL(unlinks, task_fs_unlink(path))
CALL(makes_folder, task_fs_mkdir(other, 0700))
CALL(removes_folder, task_fs_rmdir(other))
CALL(lists, task_fs_list(row_ending == FAILED ? path : folder, tells, NULL))

static IN_ROWS int resolves(void *arg)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *list;
    int error = task_resolve(row_ending == FAILED ? "no number" : "127.0.0.1", NULL, &hints, &list);

    (void)arg;
    if (error == 0)
        uv_freeaddrinfo(list);
    return error;
}

static IN_ROWS int resolves_name(void *arg)
{
    struct sockaddr_in address;
    char host[64];
    int error;

    (void)arg;
    uv_ip4_addr("127.0.0.1", 80, &address);
    error = task_resolve_name((struct sockaddr *)&address, host, sizeof host);
    return error ? error : host[0] ? 0 : UV_EPROTO;
}

static int with_server(void)
{
    raw_close(&server);
    if (row_ending == FAILED)
        port = raw_dead_port(&server);
    else
        server = raw_listen(4, &port);
    return port < 0 || server < 0 ? UV_EADDRINUSE : hold_pool();
}

static IN_ROWS int connects(void *arg)
{
    struct task_stream *stream;
    char service[16];
    int error;

    (void)arg;
    snprintf(service, sizeof service, "%d", port);
    error = task_connect_host("127.0.0.1", service, &stream);
    if (error == 0)
        task_stream_close(stream);
    return error;
}

static int works(void *arg)
{
    return *(int *)arg;
}

static IN_ROWS int offloads(void *arg)
{
    int result = row_ending == FAILED ? UV_EIO : 7;

    (void)arg;
    result = task_offload(works, &result);
    STAY;
    return result;
}

#define POOL(up)                                                                         \
    .set_up = up, .happen = let_go, .tear_down = tear_down, .alive = true, .once = true, \
    .slow = true
#define FAILS(error) .failures = {{let_go, error}}

const struct row rows_of_pool[] = {
    {.call = "task_fs_open", POOL(with_file), .body = opens, FAILS(UV_ENOENT)},
    {.call = "task_fs_close",
     POOL(with_file),
     .body = closes,
     FAILS(UV_EBADF),
     .without = {[CANCELLED] = CLOSED_ALL_THE_SAME,
                 [TIMED_OUT] = CLOSED_ALL_THE_SAME,
                 [LOOP_ENDS] = CLOSED_ALL_THE_SAME}},
    {.call = "task_fs_read", POOL(with_file), .body = reads, .result = 4, FAILS(UV_EBADF)},
    {.call = "task_fs_write", POOL(with_file), .body = writes, .result = 3, FAILS(UV_EBADF)},
    {.call = "task_fs_sync", POOL(with_file), .body = syncs, FAILS(UV_EBADF)},
    {.call = "task_fs_stat", POOL(with_file), .body = stats, .result = 4, FAILS(UV_ENOENT)},
    {.call = "task_fs_rename", POOL(with_file), .body = renames, FAILS(UV_ENOENT)},
    {.call = "task_fs_unlink", POOL(with_file), .body = unlinks, FAILS(UV_ENOENT)},
    {.call = "task_fs_mkdir", POOL(with_folder), .body = makes_folder, FAILS(UV_ENOENT)},
    {.call = "task_fs_rmdir", POOL(with_empty_folder), .body = removes_folder, FAILS(UV_ENOENT)},
    {.call = "task_fs_read_file",
     POOL(with_file),
     .body = reads_file,
     .result = 4,
     FAILS(UV_ENOENT)},
    {.call = "task_fs_list", POOL(with_file), .body = lists, .result = 'f', FAILS(UV_ENOENT)},
    {.call = "task_resolve", POOL(hold_pool), .body = resolves, FAILS(UV_EAI_NONAME)},
    {.call = "task_resolve_name",
     POOL(hold_pool),
     .body = resolves_name,
     .resolver = true,
     .without = {[FAILED] = "without a name it gives the number"}},
    {.call = "task_connect_host", POOL(with_server), .body = connects, FAILS(UV_ECONNREFUSED)},
    {.call = "task_offload", POOL(hold_pool), .body = offloads, .result = 7, FAILS(UV_EIO)},
    {0}};
