/* caught by: ends. Watches only the first table. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GUESTS = 4 };

struct guest {
    const char *name;
    int table, kitchen; /* the two ends of her line */
    sem_t turn;         /* she may ask now */
    struct guest *next; /* who asks after her */
    pthread_t thread;
};

static struct guest guests[GUESTS] = {
    {.name = "A"}, {.name = "B"}, {.name = "C"}, {.name = "D"}};

/* --- the guests; leave them as they are --------------------------- */

static void *guest(void *arg)
{
    struct guest *self = arg;
    char meal[8];
    sem_wait(&self->turn);
    if (send(self->table, "soup?", 5, 0) == 5 &&
        recv(self->table, meal, sizeof meal, 0) > 0) {
        printf("%s is served\n", self->name);
        fflush(stdout);
    }
    if (self->next)
        sem_post(&self->next->turn);
    return NULL;
}

/* Reads what she wants and brings it. Blocks until she has asked. */
static void serve(struct guest *guest)
{
    char order[8];
    if (recv(guest->kitchen, order, sizeof order, 0) > 0)
        send(guest->kitchen, "soup!", 5, MSG_NOSIGNAL);
}

static void wait_on_guests(void)
{
    struct pollfd watched = {.fd = guests[0].kitchen, .events = POLLIN};
    if (poll(&watched, 1, -1) > 0)
        for (int i = 0; i < GUESTS; i++)
            serve(&guests[i]);
}

int main(void)
{
    for (int i = 0; i < GUESTS; i++) {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
            return 1;
        guests[i].table = ends[0];
        guests[i].kitchen = ends[1];
        guests[i].next = i > 0 ? &guests[i - 1] : NULL;
        sem_init(&guests[i].turn, 0, i == GUESTS - 1);
    }
    for (int i = 0; i < GUESTS; i++)
        pthread_create(&guests[i].thread, NULL, guest, &guests[i]);
    wait_on_guests();
    for (int i = 0; i < GUESTS; i++) {
        pthread_join(guests[i].thread, NULL);
        close(guests[i].table);
        close(guests[i].kitchen);
    }
    return 0;
}
