/* A loopback echo server at full load: as it is, recorded in this process, recorded in its own with
 * the preload library, and under strace -f, in rounds that take turns. Every event is recorded and
 * the recorder runs.
 *
 * With a processor to spare for the recorder and the client, the server is held up by nothing but
 * its own work: it then answers as many messages as fit into a second of its processor time. That
 * figure is taken with the server alone on one processor and all others on another; it does not
 * depend on whether the client keeps up, nor on what else the machine does. Beside it stands the
 * throughput with everybody on one processor. Medians. */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "engine/event/record.h"
#include "engine/probe/program.h"
#include "engine/probe/tracee.h"
#include "tests/bench/probe/echo_server.h"

enum { ROUNDS = 31, CONNECTIONS = 50, MESSAGES = 8000, STRACED = 300, SIZE = 64 };

enum way { BARE, ALONE, INSIDE, PRELOADED, STRACE, WAYS };

static const char *const names[WAYS] = {"in this process, not recorded", "by itself, not recorded",
                                        "in this process, recorded", "by itself, recorded",
                                        "by itself, strace -f"};
static int server_cpu;
static uint64_t dropped;

/* --- the client ------------------------------------------------------------------------------- */

static int connect_one(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&address, sizeof address))
        abort();
    return fd;
}

static void send_message(int fd)
{
    char message[SIZE] = "hello";

    if (write(fd, message, sizeof message) != sizeof message)
        abort();
}

/* Each connection has one message on its way. Returns messages a second. */
static double load(int port, int messages)
{
    struct pollfd fds[CONNECTIONS];
    char answer[SIZE];
    uint64_t begin;
    int done = 0;

    for (int i = 0; i < CONNECTIONS; i++)
        fds[i] = (struct pollfd){.fd = connect_one(port), .events = POLLIN};
    begin = uv_hrtime();
    for (int i = 0; i < CONNECTIONS; i++)
        send_message(fds[i].fd);
    while (done < messages) {
        poll(fds, CONNECTIONS, -1);
        for (int i = 0; i < CONNECTIONS; i++)
            if (fds[i].revents && read(fds[i].fd, answer, SIZE) == SIZE) {
                done++;
                send_message(fds[i].fd);
            }
    }
    begin = uv_hrtime() - begin;
    for (int i = 0; i < CONNECTIONS; i++)
        close(fds[i].fd);
    return done / ((double)begin / 1e9);
}

/* --- servers ---------------------------------------------------------------------------------- */

/* Messages a second, and a second of the server's processor time. */
struct rate {
    double wall, cpu;
};

static struct rate rate_of(double wall, int64_t cpu_ns, int messages)
{
    return (struct rate){wall, messages / ((double)cpu_ns / 1e9)};
}

static _Atomic int port;
static int64_t cpu_ns;

static void on_listening(int number)
{
    atomic_store(&port, number);
}

static int serve(void)
{
    cpu_ns = echo_serve(server_cpu, on_listening);
    return 0;
}

static void *serve_unrecorded(void *arg)
{
    serve();
    return arg;
}

static int wait_for_port(void)
{
    while (!atomic_load(&port))
        sched_yield();
    return atomic_exchange(&port, 0);
}

static struct rate round_bare(void)
{
    pthread_t thread;
    double wall;

    pthread_create(&thread, NULL, serve_unrecorded, NULL);
    wall = load(wait_for_port(), MESSAGES);
    pthread_join(thread, NULL);
    return rate_of(wall, cpu_ns, MESSAGES);
}

static struct rate round_inside(void)
{
    struct program *program;
    double wall;

    if (program_start(serve, NULL, &program))
        abort();
    wall = load(wait_for_port(), MESSAGES);
    program_join(program);
    dropped += atomic_load(&program_record(program)->dropped);
    program_free(program);
    return rate_of(wall, cpu_ns, MESSAGES);
}

/* What a server that is a program of its own prints, while it is loaded. */
static struct rate load_program(int fd, int messages)
{
    FILE *in = fdopen(fd, "r");
    long long cpu = 1;
    double wall;
    int number;

    if (!in || fscanf(in, "%d", &number) != 1)
        abort();
    wall = load(number, messages);
    if (fscanf(in, "%lld", &cpu) != 1)
        abort();
    fclose(in);
    return rate_of(wall, cpu, messages);
}

/* By itself, by its words: not recorded, or by strace. */
static struct rate round_command(char **words, int messages)
{
    struct rate rate;
    int ends[2];
    pid_t pid;

    if (pipe(ends))
        abort();
    pid = fork();
    if (pid == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execvp(words[0], words);
        _exit(127);
    }
    close(ends[1]);
    rate = load_program(ends[0], messages);
    waitpid(pid, NULL, 0);
    return rate;
}

static struct rate round_preloaded(char **words)
{
    struct tracee_options options = {.preload = PRELOAD, .captive = true, .output = {-1, 2}};
    struct tracee *tracee;
    struct rate rate;
    int ends[2], status;

    if (pipe(ends))
        abort();
    options.output[0] = ends[1];
    if (tracee_start(words, &options, &tracee))
        abort();
    close(ends[1]);
    rate = load_program(ends[0], MESSAGES);
    while (!tracee_wait(tracee, 1000, &status))
        ;
    dropped += atomic_load(&tracee_record(tracee)->dropped);
    tracee_free(tracee);
    return rate;
}

static bool has_strace(void)
{
    return system("strace -o /dev/null true 2>/dev/null") == 0;
}

static struct rate round_of(enum way way)
{
    char cpu[16], *words[] = {"strace", "-f", "-o", "/dev/null", ECHO_ALONE, cpu, NULL};

    snprintf(cpu, sizeof cpu, "%d", server_cpu);
    switch (way) {
    case BARE:
        return round_bare();
    case INSIDE:
        return round_inside();
    case PRELOADED:
        return round_preloaded(words + 4);
    case STRACE:
        return round_command(words, STRACED);
    default:
        return round_command(words + 4, MESSAGES);
    }
}

/* --- rounds ----------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, by_value);
    return values[ROUNDS / 2];
}

/* The same server without what is measured. */
static enum way floor_of(enum way way)
{
    return way == INSIDE ? BARE : ALONE;
}

static void measure(const char *title, bool by_cpu, double ret_ratios[WAYS])
{
    double rates[WAYS][ROUNDS], ratios[WAYS][ROUNDS];
    enum way last = has_strace() ? WAYS : STRACE;

    for (int i = 0; i < ROUNDS; i++)
        for (enum way way = 0; way < last; way++) {
            struct rate rate = round_of(way);

            rates[way][i] = by_cpu ? rate.cpu : rate.wall;
            ratios[way][i] = rates[way][i] / rates[floor_of(way)][i];
        }
    printf("%s\n", title);
    for (enum way way = 0; way < last; way++) {
        ret_ratios[way] = median(ratios[way]);
        printf("  %-30s %8.0f", names[way], median(rates[way]));
        if (way > ALONE)
            printf("  = %.3f of the floor (%.3f to %.3f)%s", ret_ratios[way], ratios[way][0],
                   ratios[way][ROUNDS - 1], by_cpu && way != STRACE ? "  wanted: 0.95" : "");
        else
            printf("  (floor)");
        putchar('\n');
    }
    if (last == STRACE)
        puts("  strace is not installed");
}

int main(void)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    double spare[WAYS], shared[WAYS];

    echo_pin(0);
    server_cpu = cpus > 1 ? 1 : 0;
    measure("echo, messages for a second of the server's processor (one to spare)", true, spare);
    server_cpu = 0;
    measure("echo, messages a second, all on one processor (none to spare)", false, shared);
    printf("dropped %lu events\n", (unsigned long)dropped);
    return spare[INSIDE] < 0.5 || spare[PRELOADED] < 0.5;
}
