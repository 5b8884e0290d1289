/* opener FILE: opens the libuv FILE while it runs, and runs a timer with it by addresses that it
 * looks up. If it is LINKED with one too, it runs a timer with that one first. What it prints does
 * not depend on time. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

static __typeof__(&uv_close) close_handle;

static void on_timer(uv_timer_t *timer)
{
    printf("timer ");
    close_handle((uv_handle_t *)timer, NULL);
}

static int look_up(void *library, const char *name, void *ret_function)
{
    *(void **)ret_function = dlsym(library, name);
    return *(void **)ret_function ? 0 : -1;
}

static int run_opened(const char *file)
{
    __typeof__(&uv_loop_init) init;
    __typeof__(&uv_loop_close) end;
    __typeof__(&uv_timer_init) timer_init;
    __typeof__(&uv_timer_start) timer_start;
    __typeof__(&uv_run) run;
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    uv_loop_t loop;
    uv_timer_t timer;

    if (!library || look_up(library, "uv_loop_init", &init) ||
        look_up(library, "uv_loop_close", &end) || look_up(library, "uv_timer_init", &timer_init) ||
        look_up(library, "uv_timer_start", &timer_start) || look_up(library, "uv_run", &run) ||
        look_up(library, "uv_close", &close_handle)) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    init(&loop);
    timer_init(&loop, &timer);
    timer_start(&timer, on_timer, 5, 0);
    printf("run=%d ", run(&loop, UV_RUN_DEFAULT));
    printf("close=%s\n", end(&loop) ? "busy" : "ok");
    return 0;
}

#ifdef LINKED
static int run_linked(void)
{
    uv_timer_t timer;

    close_handle = uv_close;
    uv_timer_init(uv_default_loop(), &timer);
    uv_timer_start(&timer, on_timer, 5, 0);
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
#else
static int run_linked(void)
{
    return 0;
}
#endif

int main(int count, char **words)
{
    return count < 2 || run_linked() ? 2 : run_opened(words[1]);
}
