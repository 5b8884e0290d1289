/* A file of 4 KiB that is in the cache is read five hundred times:
 * directly, and through libuv's pool, each time to the end before the
 * next. Each way has a thread of its own, one after the other, so that
 * neither disturbs the other. Direct reads go to the kernel by
 * syscall(2), past anything that watches libc. */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/04-async/acts.h"
#include "engine/event/stage.h"

enum { READS = 500, BLOCK = 4096 };

struct reader {
    int file, left;
    char block[BLOCK];
    uv_loop_t loop;
    uv_fs_t request;
};

static void say_how_long(const char *how, uint64_t begin)
{
    stage_say("%s: %.1f us a read", how,
              (double)(uv_hrtime() - begin) / 1e3 / READS);
}

/* region direct */
static void read_directly(void *arg)
{
    struct reader *self = arg;
    stage_name(NULL, "direct");
    uint64_t begin = uv_hrtime();
    for (int i = 0; i < READS; i++) /* unseen by the tracer */
        syscall(SYS_pread64, self->file, self->block, BLOCK, 0);
    say_how_long("direct", begin);
}
/* end */

/* region pool */
static void read_again(struct reader *self);

/* Runs on the loop, when a pool thread has read. */
static void on_read(uv_fs_t *request)
{
    struct reader *self = request->data;
    uv_fs_req_cleanup(request);
    if (--self->left > 0)
        read_again(self);
}

static void read_again(struct reader *self)
{
    uv_buf_t buffer = uv_buf_init(self->block, BLOCK);
    uv_fs_read(&self->loop, &self->request, self->file, &buffer, 1, 0,
               on_read);
}
/* end */

static void read_through_pool(void *arg)
{
    struct reader *self = arg;
    stage_name(NULL, "pool");
    if (uv_loop_init(&self->loop) < 0)
        return;
    self->request.data = self;
    self->left = 1; /* the first read makes the pool's threads: it does
                       not count */
    read_again(self);
    uv_run(&self->loop, UV_RUN_DEFAULT);
    uint64_t begin = uv_hrtime();
    self->left = READS;
    read_again(self);
    uv_run(&self->loop, UV_RUN_DEFAULT);
    say_how_long("pool", begin);
    uv_loop_close(&self->loop);
}

static int run(void (*how)(void *arg), struct reader *reader)
{
    uv_thread_t thread;
    int r = uv_thread_create(&thread, how, reader);
    if (r == 0)
        uv_thread_join(&thread);
    return r;
}

int async_is_slower_read(void)
{
    static struct reader reader;
    /* O_NOATIME: else the first read writes, too, when it was. */
    reader.file =
        open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC | O_NOATIME, 0600);
    if (reader.file < 0)
        return -errno;
    int r = pwrite(reader.file, reader.block, BLOCK, 0) == BLOCK
                ? 0
                : UV_EIO;
    if (r == 0)
        r = run(read_directly, &reader);
    if (r == 0)
        r = run(read_through_pool, &reader);
    close(reader.file);
    return r;
}
