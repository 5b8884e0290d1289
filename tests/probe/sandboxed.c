/* A program that forbids itself files before it runs a loop and makes a thread, on pain of death.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <uv.h>

#define KILL_FOR(call)                                 \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

static int forbid_files(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#ifdef SYS_open
        KILL_FOR(SYS_open),
        KILL_FOR(SYS_readlink),
#endif
        KILL_FOR(SYS_openat),
        KILL_FOR(SYS_readlinkat),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof rules / sizeof rules[0], rules};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return -1;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void fire_and_close(uv_timer_t *timer)
{
    uv_close((uv_handle_t *)timer, NULL);
}

static void run_a_loop(void *arg)
{
    uv_loop_t loop;
    uv_timer_t timer;

    (void)arg;
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, fire_and_close, 1, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    printf("close=%d\n", uv_loop_close(&loop));
}

int main(void)
{
    uv_thread_t thread;

    if (forbid_files())
        puts("no seccomp here");
    run_a_loop(NULL);
    if (uv_thread_create(&thread, run_a_loop, NULL) == 0)
        uv_thread_join(&thread);
    return 0;
}
