/* What libuv does in its pool: work, files, names. What is done is done to a request. */
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/task/task_dns.h"
#include "engine/task/task_fs.h"
#include "engine/task/task_offload.h"
#include "tests/task/operations.h"

static char folder[32], path[64], other[64];

static void name_files(void)
{
    snprintf(folder, sizeof folder, "/tmp/operations-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a", folder);
    snprintf(other, sizeof other, "%s/b", folder);
}

/* --- work ------------------------------------------------------------------------------------- */

static int seven(void *arg)
{
    (void)arg;
    return 7;
}

static int fails(void *arg)
{
    (void)arg;
    return UV_EIO;
}

static int offloaded(void *arg)
{
    (void)arg;
    task_offload(seven, NULL);
    task_offload(fails, NULL);
    return 0;
}

static int given_up(void *arg)
{
    struct task_scope scope;
    char text[1];

    (void)arg;
    task_scope_enter(&scope, TASK_FOREVER);
    task_scope_cancel(&scope);
    cr_assert_eq(task_offload(seven, NULL), UV_ECANCELED);
    cr_assert_eq(task_fs_read(0, text, 1, 0), UV_ECANCELED);
    return task_scope_leave(&scope, 0);
}

/* --- files ------------------------------------------------------------------------------------ */

static int file_used(void *arg)
{
    uv_stat_t status;
    char text[8];
    int fd;

    (void)arg;
    name_files();
    fd = task_fs_open(path, O_RDWR | O_CREAT, 0600);
    cr_assert_geq(fd, 0);
    task_fs_write(fd, "abc", 3, 0);
    task_fs_sync(fd);
    task_fs_read(fd, text, sizeof text, 0);
    task_fs_close(fd);
    task_fs_stat(path, &status);
    task_fs_rename(path, other);
    task_fs_unlink(path);
    task_fs_unlink(other);
    task_fs_rmdir(folder);
    return 0;
}

static int file_read_whole(void *arg)
{
    char *data = NULL;
    size_t size;

    (void)arg;
    name_files();
    fclose(fopen(path, "w"));
    cr_assert_eq(task_fs_read_file(path, 8, &data, &size), 0);
    free(data);
    remove(path);
    cr_assert_eq(task_fs_read_file(path, 8, &data, &size), UV_ENOENT);
    remove(folder);
    return 0;
}

static int enough(const char *name, uv_dirent_type_t type, void *to)
{
    (void)name;
    (void)type;
    (void)to;
    return 4;
}

static int folder_used(void *arg)
{
    (void)arg;
    name_files();
    task_fs_mkdir(path, 0700);
    task_fs_list(folder, enough, NULL);
    task_fs_rmdir(path);
    remove(folder);
    return 0;
}

/* --- names ------------------------------------------------------------------------------------ */

static int resolved(void *arg)
{
    struct addrinfo *list;

    (void)arg;
    cr_assert_eq(task_resolve("127.0.0.1", NULL, NULL, &list), 0);
    uv_freeaddrinfo(list);
    return 0;
}

static int connected_by_name(void *arg)
{
    struct task_listener *listener;
    struct task_stream *stream;
    struct sockaddr_in address;
    char port[8];

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &address);
    cr_assert_eq(task_tcp_listen((struct sockaddr *)&address, 8, &listener), 0);
    snprintf(port, sizeof port, "%d", task_listener_port(listener));
    cr_assert_eq(task_connect_host("127.0.0.1", port, &stream), 0);
    task_stream_close(stream);
    task_listener_close(listener);
    return 0;
}

static int named(void *arg)
{
    struct sockaddr_in address;
    char host[64];

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &address);
    return task_resolve_name((struct sockaddr *)&address, host, sizeof host);
}

/* --- the rows --------------------------------------------------------------------------------- */

#define DONE(what)        \
    "main waits handle\n" \
    "main " what "\n"

const struct operation_row operations_pool[] = {
    {"task_offload", offloaded, DONE("offload handle 7") DONE("offload handle EIO")},
    {"task_offload task_fs_read", given_up,
     "main enter scope -1\n"
     "main cancel scope 0\n"
     "main offload - ECANCELED\n"
     "main read - ECANCELED\n"
     "main leave scope 0\n"},
    {"task_fs_open task_fs_write task_fs_sync task_fs_read task_fs_close task_fs_stat "
     "task_fs_rename task_fs_unlink task_fs_rmdir",
     file_used,
     DONE("open handle N") DONE("write handle 3") DONE("sync handle 0") DONE("read handle 3")
         DONE("close handle 0") DONE("stat handle 0") DONE("rename handle 0")
             DONE("unlink handle ENOENT") DONE("unlink handle 0") DONE("rmdir handle 0")},
    {"task_fs_read_file", file_read_whole,
     DONE("open handle N") DONE("read handle 0") DONE("close handle 0") DONE("open handle ENOENT")},
    {"task_fs_mkdir task_fs_list", folder_used,
     DONE("mkdir handle 0") DONE("list handle 4") DONE("rmdir handle 0")},
    {"task_resolve", resolved, DONE("resolve handle 0")},
    {"task_connect_host", connected_by_name,
     "main listen handle 0\n" DONE("resolve handle 0")
         DONE("connect handle 0") "main close handle 0\n"
                                  "main close handle 0\n"},
    {NULL, NULL, NULL},
};

const struct operation_row operations_resolver[] = {
    {"task_resolve_name", named, DONE("resolve handle 0")},
    {NULL, NULL, NULL},
};
