/* Items from other threads. A post appends under a mutex and rings the loop's bell; several rings
 * may become one (uv_async_send() says so), so the loop takes all that is there. */
#include <stdlib.h>

#include "engine/task/task_offload.h"
#include "engine/task/task_priv.h"

struct letter {
    struct letter *next;
    void *item;
};

struct task_mailbox {
    uv_async_t bell;
    uv_mutex_t mutex;
    struct letter *first, **last; /* under the mutex */
    bool closing;
    struct task_waiters waiters;
    const struct task_tracer
        *tracer; /* for posts, which may come from a thread without a runtime */
    uint32_t id;
};

struct receiver {
    struct park park;
    void *item;
};

static struct task_mailbox *of(struct task_waiters *waiters)
{
    return (struct task_mailbox *)((char *)waiters - offsetof(struct task_mailbox, waiters));
}

static bool take(struct task_mailbox *mailbox, void **ret_item)
{
    struct letter *letter;

    uv_mutex_lock(&mailbox->mutex);
    letter = mailbox->first;
    if (letter) {
        mailbox->first = letter->next;
        if (!mailbox->first)
            mailbox->last = &mailbox->first;
    }
    uv_mutex_unlock(&mailbox->mutex);
    if (letter)
        *ret_item = letter->item;
    free(letter);
    return letter != NULL;
}

/* Only while somebody waits does the mailbox keep the loop alive. */
static void leave(struct task_mailbox *mailbox)
{
    if (!mailbox->waiters.first)
        uv_unref((uv_handle_t *)&mailbox->bell);
}

static void on_bell(uv_async_t *bell)
{
    struct task_mailbox *mailbox = bell->data;
    struct receiver *receiver;
    void *item;

    while (mailbox->waiters.first && take(mailbox, &item)) {
        receiver = (struct receiver *)task_waiters_take(&mailbox->waiters);
        receiver->item = item;
        task_wake(&receiver->park, 0);
    }
    leave(mailbox);
}

static int open_mailbox(struct task_mailbox **ret_mailbox)
{
    struct task_mailbox *mailbox = calloc(1, sizeof *mailbox);
    int error = mailbox ? uv_mutex_init(&mailbox->mutex) : UV_ENOMEM;

    if (error)
        goto free_mailbox;
    error = uv_async_init(task_runtime->uv, &mailbox->bell, on_bell);
    if (error)
        goto destroy_mutex;
    mailbox->bell.data = mailbox;
    mailbox->last = &mailbox->first;
    mailbox->tracer = task_runtime->tracer;
    mailbox->id = task_entity(&mailbox->bell);
    uv_unref((uv_handle_t *)&mailbox->bell);
    *ret_mailbox = mailbox;
    return 0;

destroy_mutex:
    uv_mutex_destroy(&mailbox->mutex);
free_mailbox:
    free(mailbox);
    return error;
}

int task_mailbox_open(struct task_mailbox **ret_mailbox)
{
    const void *where = __builtin_return_address(0);
    int error = open_mailbox(ret_mailbox);

    task_did_to(DO_OPEN, error ? NULL : &(*ret_mailbox)->bell, error, where);
    return error;
}

static void tell_post(struct task_mailbox *mailbox, int error, const void *where)
{
    if (mailbox->tracer)
        task_did_anywhere(mailbox->tracer, DO_POST, mailbox->id, error, where);
}

int task_mailbox_post(struct task_mailbox *mailbox, void *item)
{
    const void *where = __builtin_return_address(0);
    struct letter *letter = malloc(sizeof *letter);

    if (!letter) {
        tell_post(mailbox, UV_ENOMEM, where);
        return UV_ENOMEM;
    }
    *letter = (struct letter){NULL, item};
    uv_mutex_lock(&mailbox->mutex);
    *mailbox->last = letter;
    mailbox->last = &letter->next;
    uv_async_send(&mailbox->bell); /* within, so that the last post is over before a close */
    tell_post(mailbox, 0, where);
    uv_mutex_unlock(&mailbox->mutex);
    return 0;
}

static void cancel_receive(struct park *park)
{
    struct task_mailbox *mailbox = of(park->in);

    task_waiters_cancel(park);
    leave(mailbox);
}

static int receive_at(struct task_mailbox *mailbox, void **ret_item, const void *where)
{
    struct receiver self = {.park = {.where = where, .why = WAIT_QUEUE, .cancel = cancel_receive}};
    int error = task_checkpoint(where);

    if (error)
        return error;
    if (!mailbox->waiters.first && take(mailbox, ret_item))
        return 0;
    self.park.object = task_entity(&mailbox->bell);
    uv_ref((uv_handle_t *)&mailbox->bell);
    task_waiters_add(&mailbox->waiters, &self.park);
    error = task_park(&self.park);
    if (error == 0)
        *ret_item = self.item;
    return error;
}

int task_mailbox_receive(struct task_mailbox *mailbox, void **ret_item)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_entity(&mailbox->bell);
    int error = receive_at(mailbox, ret_item, where);

    task_did(DO_RECEIVE, id, error, where);
    return error;
}

static void on_close(uv_handle_t *bell)
{
    struct task_mailbox *mailbox = bell->data;

    uv_mutex_destroy(&mailbox->mutex);
    free(mailbox);
}

void task_mailbox_close(struct task_mailbox *mailbox, void (*drop)(void *item))
{
    const void *where = __builtin_return_address(0);
    uint32_t id;
    void *item;

    if (!mailbox || mailbox->closing)
        return;
    id = task_handle_id(&mailbox->bell);
    mailbox->closing = true;
    while (task_waiters_wake(&mailbox->waiters, UV_EBADF))
        continue;
    while (take(mailbox, &item))
        if (drop)
            drop(item);
    uv_close((uv_handle_t *)&mailbox->bell, on_close);
    task_did(DO_CLOSE, id, 0, where);
}
