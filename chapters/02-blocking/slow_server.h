/* A server on a thread of its own that answers every question after a
 * fixed time. It stands for a server far away: the connections are
 * real, the distance is not. */
#ifndef ASYNCTUT_SLOW_SERVER_H
#define ASYNCTUT_SLOW_SERVER_H

#include <uv.h>

struct slow_server {
    int listener;
    unsigned short port;
    unsigned delay_ms;
    uv_thread_t thread;
};

/* 0 or a negative UV_E*. It answers 256 questions at most. */
int slow_server_start(struct slow_server *server, unsigned delay_ms);

/* Lets nobody else in, and waits until those inside are answered or
 * have left. */
void slow_server_close(struct slow_server *server);

#endif
