/* A plain libuv program in many modes, for tests that run it with and without the probe and
 * compare. What it prints does not depend on time. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

static uv_loop_t *loop;
static uv_timer_t timer;

static void say(const char *word)
{
    printf("%s ", word);
    fflush(stdout);
}

static int finish(void)
{
    int ran = uv_run(loop, UV_RUN_DEFAULT);

    printf("run=%d close=%s\n", ran, uv_loop_close(loop) ? "busy" : "ok");
    return 0;
}

static void say_closed(uv_handle_t *handle)
{
    (void)handle;
    say("closed");
}

static void fire_and_close(uv_timer_t *handle)
{
    say("timer");
    uv_close((uv_handle_t *)handle, say_closed);
}

static int one_timer(void)
{
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, fire_and_close, 5, 0);
    return finish();
}

/* --- files, names, the pool, children --------------------------------------------------------- */

static void on_stat(uv_fs_t *req)
{
    printf("stat=%d ", (int)req->result);
    uv_fs_req_cleanup(req);
}
static void on_work(uv_work_t *req)
{
    *(int *)req->data += 1;
}
static void after_work(uv_work_t *req, int status)
{
    printf("work=%d status=%d ", *(int *)req->data, status);
}
static void on_name(uv_getaddrinfo_t *req, int status, struct addrinfo *found)
{
    (void)req;
    printf("name=%s ", status ? uv_err_name(status) : found ? "found" : "none");
    uv_freeaddrinfo(found);
}

static int pool(void)
{
    uv_getaddrinfo_t name;
    uv_fs_t good, bad, own;
    uv_work_t work;
    int count = 41;

    work.data = &count;
    uv_queue_work(loop, &work, on_work, after_work);
    uv_run(loop, UV_RUN_DEFAULT);
    uv_fs_stat(loop, &good, "/", on_stat);
    uv_run(loop, UV_RUN_DEFAULT);
    uv_fs_stat(loop, &bad, "/no such file", on_stat);
    uv_run(loop, UV_RUN_DEFAULT);
    printf("sync=%d ", uv_fs_stat(NULL, &own, "/", NULL));
    uv_fs_req_cleanup(&own);
    uv_getaddrinfo(loop, &name, on_name, "127.0.0.1", "80", NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    printf("none=%d ", uv_queue_work(loop, &work, NULL, after_work));
    return finish();
}

static void on_exit_status(uv_process_t *process, int64_t status, int number)
{
    printf("exit=%d signal=%d ", (int)status, number);
    uv_close((uv_handle_t *)process, say_closed);
}

static int child(void)
{
    char *words[] = {"/bin/sh", "-c", "exit 3", NULL};
    uv_process_options_t options = {.file = words[0], .args = words, .exit_cb = on_exit_status};
    uv_process_options_t none = {.file = "/no such program", .args = words};
    uv_process_t process, failed;

    printf("spawn=%d ", uv_spawn(loop, &process, &options));
    printf("failed=%s ", uv_err_name(uv_spawn(loop, &failed, &none)));
    uv_close((uv_handle_t *)&failed, NULL);
    return finish();
}

/* --- errors that must stay errors ------------------------------------------------------------- */

static char memory[64];

static void give(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
    (void)handle, (void)size;
    *buffer = uv_buf_init(memory, sizeof memory);
}
/* What was given comes back as it was: programs put it where others of its size are. */
static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    if (length >= 0 && buffer->len != sizeof memory)
        exit(9);
    printf("read=%d ", (int)length);
    if (length > 0)
        printf("<%.*s> ", (int)length, buffer->base);
    if (length < 0)
        uv_close((uv_handle_t *)stream, say_closed);
}
static void on_write(uv_write_t *req, int status)
{
    printf("written=%d ", status);
    uv_close((uv_handle_t *)req->handle, say_closed);
}
static void on_connect(uv_connect_t *req, int status)
{
    printf("connect=%s ", status ? uv_err_name(status) : "ok");
    uv_close((uv_handle_t *)req->handle, say_closed);
}

static int streams(void)
{
    uv_buf_t hello = uv_buf_init("hello", 5);
    struct sockaddr_in nobody;
    uv_connect_t connect;
    uv_write_t write;
    uv_pipe_t ends[2];
    uv_tcp_t tcp;
    uv_file fds[2];

    uv_pipe(fds, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE);
    for (int i = 0; i < 2; i++) {
        uv_pipe_init(loop, &ends[i], 0);
        uv_pipe_open(&ends[i], fds[i]);
    }
    printf("start=%d ", uv_read_start((uv_stream_t *)&ends[0], give, on_read));
    printf("again=%s ", uv_err_name(uv_read_start((uv_stream_t *)&ends[0], give, on_read)));
    printf("inval=%s ", uv_err_name(uv_timer_start(&timer, NULL, 1, 0)));
    uv_write(&write, (uv_stream_t *)&ends[1], &hello, 1, on_write);
    uv_run(loop, UV_RUN_DEFAULT);
    uv_tcp_init(loop, &tcp);
    uv_ip4_addr("127.0.0.1", 1, &nobody);
    uv_tcp_connect(&connect, &tcp, (struct sockaddr *)&nobody, on_connect);
    return finish();
}

static void on_idle_first(uv_idle_t *idle)
{
    say("first");
    uv_close((uv_handle_t *)idle, say_closed);
}
static void on_idle_second(uv_idle_t *idle)
{
    say("second");
    uv_close((uv_handle_t *)idle, say_closed);
}
static void on_timer_replaced(uv_timer_t *handle)
{
    say("replaced");
    uv_timer_start(handle, fire_and_close, 0, 0);
}

static int replaced(void)
{
    uv_idle_t idle;

    uv_idle_init(loop, &idle);
    uv_idle_start(&idle, on_idle_first);
    uv_idle_start(&idle, on_idle_second); /* ignored */
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, fire_and_close, 0, 0);
    uv_timer_start(&timer, on_timer_replaced, 0, 0);
    return finish();
}

/* --- many threads, each with its loop --------------------------------------------------------- */

static void count_and_close(uv_timer_t *handle)
{
    if (++*(int *)handle->data == 50)
        uv_close((uv_handle_t *)handle, NULL);
}

static void own_loop(void *arg)
{
    uv_timer_t own;
    uv_loop_t mine;

    uv_loop_init(&mine);
    uv_timer_init(&mine, &own);
    own.data = arg;
    uv_timer_start(&own, count_and_close, 0, 1);
    uv_run(&mine, UV_RUN_DEFAULT);
    *(int *)arg += uv_loop_close(&mine) ? 1000 : 0;
}

static int many_loops(void)
{
    uv_thread_t threads[6];
    int counts[6] = {0};

    for (int i = 0; i < 6; i++)
        uv_thread_create(&threads[i], own_loop, &counts[i]);
    for (int i = 0; i < 6; i++)
        uv_thread_join(&threads[i]);
    for (int i = 0; i < 6; i++)
        printf("%d ", counts[i]);
    return finish();
}

/* --- sending from a signal handler ------------------------------------------------------------ */

static uv_async_t async;
static volatile sig_atomic_t signals;

static void on_alarm(int number)
{
    (void)number;
    signals++;
    uv_async_send(&async);
}
static void on_async(uv_async_t *handle)
{
    if (signals < 200)
        return;
    say("enough");
    uv_close((uv_handle_t *)handle, say_closed);
}
static void raise_more(uv_idle_t *idle)
{
    if (signals < 200)
        raise(SIGUSR1);
    else
        uv_close((uv_handle_t *)idle, NULL);
}

static int signal_sends(void)
{
    uv_idle_t idle;

    signal(SIGUSR1, on_alarm);
    uv_async_init(loop, &async, on_async);
    uv_idle_init(loop, &idle);
    uv_idle_start(&idle, raise_more);
    return finish();
}

/* --- fork and exec ---------------------------------------------------------------------------- */

static int forks(void)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        uv_loop_t own;
        uv_loop_fork(loop);
        uv_loop_init(&own);
        loop = &own;
        _exit(one_timer() == 0 ? 5 : 6);
    }
    waitpid(pid, &status, 0);
    printf("child=%d ", WEXITSTATUS(status));
    return one_timer();
}

/* A child of a program whose pool is at work uses the pool that libuv makes anew for it. */
static int forks_at_work(void)
{
    uv_fs_t files[20], own;
    uv_loop_t mine;
    pid_t pid;
    int status;

    for (int i = 0; i < 20; i++)
        uv_fs_stat(loop, &files[i], "/", on_stat);
    pid = fork();
    if (pid == 0) {
        printf("in the child: ");
        uv_loop_init(&mine);
        uv_fs_stat(&mine, &own, "/", on_stat);
        uv_run(&mine, UV_RUN_DEFAULT);
        fflush(stdout);
        _exit(uv_loop_close(&mine) ? 6 : 5);
    }
    waitpid(pid, &status, 0);
    printf("child=%d ", WEXITSTATUS(status));
    return finish();
}

static int execs(const char *self)
{
    printf("before ");
    fflush(stdout);
    execl(self, self, "timer", NULL);
    return 1;
}

/* --- memory used again, and the end of libuv ---------------------------------------------------
 */

static int rounds;

static void begin_again(uv_handle_t *handle)
{
    printf("round=%d ", ++rounds);
    memset(handle, 0xff, sizeof timer); /* freed, as it were; the next handle lies there too */
    if (rounds < 5) {
        uv_timer_init(loop, &timer);
        uv_timer_start(&timer, fire_and_close, 0, 0);
        uv_close((uv_handle_t *)&timer, begin_again);
    }
}

static int reuses(void)
{
    uv_timer_init(loop, &timer);
    uv_close((uv_handle_t *)&timer, begin_again);
    return finish();
}

static void never_called(uv_fs_t *req)
{
    (void)req;
    say("called");
}

/* Ends while the pool is at work, and nobody waits for it. */
static int quits(void)
{
    static uv_fs_t files[40];

    for (int i = 0; i < 40; i++)
        uv_fs_stat(loop, &files[i], "/", never_called);
    printf("quit\n");
    return 4;
}

static int shuts_down(void)
{
    uv_fs_t file;

    loop = uv_loop_new();
    uv_fs_stat(loop, &file, "/", on_stat);
    uv_run(loop, UV_RUN_DEFAULT);
    uv_loop_delete(loop);
    uv_library_shutdown();
    printf("shut down\n");
    return 0;
}

/* --- walking and stopping --------------------------------------------------------------------- */

static void close_each(uv_handle_t *handle, void *arg)
{
    ++*(int *)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, say_closed);
}
static void stop_loop(uv_timer_t *handle)
{
    (void)handle;
    say("stop");
    uv_stop(loop);
}

static int walks(void)
{
    uv_timer_t timers[3];
    int count = 0;

    for (int i = 0; i < 3; i++) {
        uv_timer_init(loop, &timers[i]);
        uv_timer_start(&timers[i], stop_loop, 1, 1);
    }
    printf("run=%d ", uv_run(loop, UV_RUN_DEFAULT) != 0);
    uv_walk(loop, close_each, &count);
    printf("walked=%d ", count);
    return finish();
}

/* --- work that is left ------------------------------------------------------------------------ */

static void stop_at_once(uv_timer_t *handle)
{
    (void)handle;
    uv_stop(loop);
}

static int leaves(void)
{
    static uv_timer_t never;

    uv_timer_init(loop, &timer);
    uv_timer_init(loop, &never);
    uv_timer_start(&never, fire_and_close, 3600000, 0);
    uv_timer_start(&timer, stop_at_once, 1, 0);
    return finish();
}

/* --- ends ------------------------------------------------------------------------------------- */

static void crash(uv_timer_t *handle)
{
    (void)handle;
    say("about to crash");
    raise(SIGSEGV);
}

static int crashes(void)
{
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, crash, 1, 0);
    return finish();
}

static void spin_on(uv_idle_t *idle)
{
    static int turns;

    if (++turns == 60000)
        uv_close((uv_handle_t *)idle, NULL);
}

static int floods(void)
{
    uv_idle_t idle;

    uv_idle_init(loop, &idle);
    uv_idle_start(&idle, spin_on);
    return finish();
}

static void leave(int number)
{
    _exit(number == SIGUSR1 ? 42 : 1);
}

static void leave_late(void)
{
    _exit(42);
}

/* The child ends in the memory of its parent, which goes on. */
static int outlives_child(void)
{
    pid_t pid = vfork();
    int status = 0;

    if (pid == 0)
        _exit(5);
    waitpid(pid, &status, 0);
    printf("child=%d\n", WEXITSTATUS(status));
    return 42;
}

static void *outlive_main(void *arg)
{
    pthread_join(*(pthread_t *)arg, NULL);
    return NULL;
}

/* The last thread ends the process, long after main() is gone. */
static void ends_apart(void)
{
    static pthread_t first;
    pthread_t last;

    first = pthread_self();
    pthread_create(&last, NULL, outlive_main, &first);
    pthread_exit(NULL);
}

/* The ways to end with 42. */
static int ends(const char *mode)
{
    if (!strcmp(mode, "_exit"))
        _exit(42);
    if (!strcmp(mode, "_Exit"))
        _Exit(42);
    if (!strcmp(mode, "quick"))
        quick_exit(42);
    if (!strcmp(mode, "vfork"))
        return outlives_child();
    if (!strcmp(mode, "apart"))
        ends_apart();
    if (!strcmp(mode, "late"))
        return atexit(leave_late);
    if (!strcmp(mode, "handler")) {
        signal(SIGUSR1, leave);
        raise(SIGUSR1);
    }
    return strcmp(mode, "status") ? 1 : 42;
}

int main(int count, char **words)
{
    const char *mode = count > 1 ? words[1] : "timer";

    loop = uv_default_loop();
    if (!strcmp(mode, "timer"))
        return one_timer();
    if (!strcmp(mode, "pool"))
        return pool();
    if (!strcmp(mode, "child"))
        return child();
    if (!strcmp(mode, "streams"))
        return streams();
    if (!strcmp(mode, "replaced"))
        return replaced();
    if (!strcmp(mode, "loops"))
        return many_loops();
    if (!strcmp(mode, "signals"))
        return signal_sends();
    if (!strcmp(mode, "fork"))
        return forks();
    if (!strcmp(mode, "forkpool"))
        return forks_at_work();
    if (!strcmp(mode, "reuse"))
        return reuses();
    if (!strcmp(mode, "quit"))
        return quits();
    if (!strcmp(mode, "shutdown"))
        return shuts_down();
    if (!strcmp(mode, "exec"))
        return execs(words[0]);
    if (!strcmp(mode, "walk"))
        return walks();
    if (!strcmp(mode, "left"))
        return leaves();
    if (!strcmp(mode, "crash"))
        return crashes();
    if (!strcmp(mode, "flood"))
        return floods();
    return ends(mode);
}
