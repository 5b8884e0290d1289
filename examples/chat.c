/* A chat: what one says, all others hear. Each guest has two tasks, one that reads lines and one
 * that writes what is in the guest's queue; a guest who does not listen has a full queue, misses
 * lines and delays nobody. The group of the two ends both when either ends.
 *
 *     chat [PORT]        then, elsewhere and more than once: nc 127.0.0.1 PORT */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "engine/task/task.h"
#include "engine/task/task_group.h"
#include "engine/task/task_queue.h"
#include "engine/task/task_signal.h"
#include "engine/task/task_stream.h"

enum { LINE = 512, WAITING = 32 };

struct guest {
    struct task_stream *stream;
    struct task_queue lines; /* of malloc'd strings */
    void *slots[WAITING];
    struct guest *next;
    int number;
};

static struct guest *guests;
static int port = 7008, guests_so_far;

static void say(const struct guest *from, const char *text)
{
    for (struct guest *guest = guests; guest; guest = guest->next) {
        char *line;
        if (guest == from)
            continue;
        line = malloc(LINE + 32);
        if (!line)
            continue;
        snprintf(line, LINE + 32, "%d: %s\n", from->number, text);
        if (task_queue_try_put(&guest->lines, line)) /* it does not listen */
            free(line);
    }
}

static int hear(void *arg)
{
    struct guest *guest = arg;
    char line[LINE + 1];
    ssize_t got;

    while ((got = task_read_until(guest->stream, '\n', line, LINE)) > 0) {
        line[got] = '\0';
        line[strcspn(line, "\r\n")] = '\0';
        say(guest, line);
    }
    return got < 0 ? (int)got : 0; /* UV_EOF, too, ends the other half */
}

static int tell(void *arg)
{
    struct guest *guest = arg;
    void *line;
    int error;

    while ((error = task_queue_get(&guest->lines, &line)) == 0) {
        error = task_write(guest->stream, line, strlen(line));
        free(line);
        if (error)
            break;
    }
    return error;
}

static void leave(struct guest *guest)
{
    struct guest **at = &guests;
    void *line;

    while (*at != guest)
        at = &(*at)->next;
    *at = guest->next;
    while (task_queue_try_get(&guest->lines, &line) == 0)
        free(line);
    say(guest, "(left)");
}

static int entertain(void *arg)
{
    struct guest guest = {.stream = arg, .next = guests, .number = ++guests_so_far};
    struct task_group group;

    task_queue_init(&guest.lines, guest.slots, WAITING);
    guests = &guest;
    say(&guest, "(joined)");
    task_group_open(&group);
    task_group_spawn(&group, tell, &guest);
    task_group_close(&group, hear(&guest));
    leave(&guest);
    task_stream_close(guest.stream);
    return 0;
}

static int welcome(void *arg)
{
    struct task_stream *stream;
    struct task_group group;
    int error;

    task_group_open(&group);
    while ((error = task_accept(arg, &stream)) == 0)
        if (!task_group_spawn(&group, entertain, stream))
            task_stream_close(stream);
    return task_group_close(&group, error);
}

static int host(void *arg)
{
    struct task_listener *listener;
    struct task_signals *interrupt = NULL;
    struct sockaddr_in address;
    struct task_group group;
    int error;

    (void)arg;
    uv_ip4_addr("127.0.0.1", port, &address);
    error = task_tcp_listen((struct sockaddr *)&address, 128, &listener);
    if (error)
        return error;
    printf("listening on port %d\n", task_listener_port(listener));
    fflush(stdout);
    error = task_signals_open(SIGINT, &interrupt);
    task_group_open(&group);
    if (error == 0 && !task_group_spawn(&group, welcome, listener))
        error = UV_ENOMEM;
    if (error == 0)
        error = task_signals_next(interrupt);
    if (error == 0)
        task_group_cancel(&group);
    error = task_group_close(&group, error);
    task_signals_close(interrupt);
    task_listener_close(listener);
    return error;
}

int main(int argc, char **argv)
{
    uv_loop_t loop;
    int error;

    if (argc > 1)
        port = atoi(argv[1]);
    uv_loop_init(&loop);
    error = task_run(&loop, host, NULL);
    uv_loop_close(&loop);
    if (error)
        fprintf(stderr, "chat: %s\n", uv_strerror(error));
    return error != 0;
}
