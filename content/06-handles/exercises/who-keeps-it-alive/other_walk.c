/* Another way: whatever of the loop is not closing yet is stopped, then
 * closed. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct report {
    uv_timer_t pace;    /* a line each time it fires */
    uv_idle_t worker;   /* called once, then stopped */
    uv_signal_t cancel; /* Ctrl-C */
    uv_check_t meter;   /* counts turns of the loop */
    int lines, turns;
};

static void close_what_is_left(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (uv_is_closing(handle))
        return;
    if (handle->type == UV_SIGNAL)
        uv_signal_stop((uv_signal_t *)handle);
    uv_close(handle, NULL);
}

static void on_report_done(struct report *report)
{
    uv_walk(report->pace.loop, close_what_is_left, NULL);
    printf("report: %d lines\n", report->lines);
}

/* --- the rest; leave it as it is ---------------------------------- */

static void on_meter(uv_check_t *meter)
{
    struct report *report = meter->data;
    report->turns++;
}

static void on_worker(uv_idle_t *worker)
{
    uv_idle_stop(worker);
}

static void on_pace(uv_timer_t *pace)
{
    struct report *report = pace->data;
    if (++report->lines < 3)
        return;
    uv_close((uv_handle_t *)&report->pace, NULL);
    uv_close((uv_handle_t *)&report->worker, NULL);
    uv_close((uv_handle_t *)&report->meter, NULL);
    on_report_done(report);
}

static void on_cancel(uv_signal_t *cancel, int number)
{
    (void)cancel;
    (void)number;
    printf("cancelled\n");
}

static void watch_for_cancel(uv_loop_t *loop, struct report *report)
{
    uv_signal_init(loop, &report->cancel);
    uv_signal_start(&report->cancel, on_cancel, SIGINT);
}

static void count_turns(uv_loop_t *loop, struct report *report)
{
    uv_check_init(loop, &report->meter);
    report->meter.data = report;
    uv_check_start(&report->meter, on_meter);
    uv_unref((uv_handle_t *)&report->meter);
}

static void begin(uv_loop_t *loop, struct report *report)
{
    count_turns(loop, report);
    watch_for_cancel(loop, report);
    uv_idle_init(loop, &report->worker);
    uv_idle_start(&report->worker, on_worker);
    uv_timer_init(loop, &report->pace);
    report->pace.data = report;
    uv_timer_start(&report->pace, on_pace, 5, 5);
}

int main(void)
{
    static struct report report;
    uv_loop_t loop;
    uv_loop_init(&loop);
    begin(&loop, &report);
    uv_run(&loop, UV_RUN_DEFAULT);
    int r = uv_loop_close(&loop);
    printf("the loop has ended\n");
    return r != 0;
}
