/* caught by: clean. Frees the memory as soon as closing was asked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

struct station {
    uv_timer_t timer;
    uv_tcp_t server;
    uv_async_t messages;
    int ticks, closed;
};

static void stop(struct station *station)
{
    uv_close((uv_handle_t *)&station->timer, NULL);
    uv_close((uv_handle_t *)&station->server, NULL);
    uv_close((uv_handle_t *)&station->messages, NULL);
    printf("the station is gone\n");
    free(station);
}

/* --- the station; leave it as it is ------------------------------- */

static void on_tick(uv_timer_t *timer)
{
    struct station *station = timer->data;
    printf("tick\n");
    if (++station->ticks == 3)
        stop(station);
}

static void on_message(uv_async_t *messages)
{
    (void)messages;
}

static void on_connection(uv_stream_t *server, int status)
{
    (void)server;
    (void)status;
}

static int start(uv_loop_t *loop)
{
    struct station *station = calloc(1, sizeof *station);
    struct sockaddr_in here;
    uv_timer_init(loop, &station->timer);
    uv_tcp_init(loop, &station->server);
    uv_async_init(loop, &station->messages, on_message);
    station->timer.data = station->server.data =
        station->messages.data = station;
    uv_ip4_addr("127.0.0.1", 0, &here);
    uv_tcp_bind(&station->server, (const struct sockaddr *)&here, 0);
    uv_timer_start(&station->timer, on_tick, 5, 5);
    return uv_listen((uv_stream_t *)&station->server, 8, on_connection);
}

int main(void)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    int r = start(&loop);
    uv_run(&loop, UV_RUN_DEFAULT);
    if (r == 0)
        r = uv_loop_close(&loop);
    printf("uv_loop_close: %d\n", r);
    return r != 0;
}
