/* Datagrams. Receiving is on only while somebody waits: so the kernel keeps what comes, and bounds
 * it. Sending asks the kernel first and copies only what it does not take at once. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/task/feed.h"
#include "engine/task/task_udp.h"

struct task_udp {
    uv_udp_t uv;
    struct feed feed;
};

struct datagram {
    void *buffer;
    size_t size;
    ssize_t got;
    struct sockaddr_storage from;
};

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buf)
{
    struct task_udp *udp = handle->data;
    struct feed_wait *first = udp->feed.waiters.first;
    struct datagram *datagram = first ? first->item : NULL;

    (void)suggested;
    *ret_buf =
        datagram ? uv_buf_init(datagram->buffer, (unsigned)datagram->size) : uv_buf_init(NULL, 0);
}

static void on_receive(uv_udp_t *handle, ssize_t got, const uv_buf_t *buf,
                       const struct sockaddr *from, unsigned flags)
{
    struct task_udp *udp = handle->data;
    struct feed_wait *waiter;
    struct datagram *datagram;

    (void)buf;
    if (got == 0 && !from) /* nothing was there */
        return;
    waiter = task_feed_take(&udp->feed);
    if (!udp->feed.waiters.first)
        uv_udp_recv_stop(handle);
    if (!waiter)
        return;
    datagram = waiter->item;
    datagram->got = flags & UV_UDP_PARTIAL ? UV_ENOBUFS : got;
    if (from)
        memcpy(&datagram->from, from,
               from->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                           : sizeof(struct sockaddr_in));
    task_wake(&waiter->park, 0);
}

static void on_close(uv_handle_t *handle)
{
    free(handle->data);
}

static int open_udp(const struct sockaddr *address, struct task_udp **ret_udp)
{
    struct task_udp *udp = calloc(1, sizeof *udp);
    int error = udp ? uv_udp_init(task_runtime->uv, &udp->uv) : UV_ENOMEM;

    if (error) {
        free(udp);
        return error;
    }
    udp->uv.data = udp;
    task_feed_init(&udp->feed, &udp->uv);
    error = uv_udp_bind(&udp->uv, address, 0);
    if (error)
        task_feed_close(&udp->feed, on_close);
    else
        *ret_udp = udp;
    return error;
}

int task_udp_open(const struct sockaddr *address, struct task_udp **ret_udp)
{
    const void *where = __builtin_return_address(0);
    int error = open_udp(address, ret_udp);

    task_did_to(DO_OPEN, error ? NULL : &(*ret_udp)->uv, error, where);
    return error;
}

int task_udp_port(const struct task_udp *udp)
{
    struct sockaddr_storage address;
    int size = sizeof address;
    int error = uv_udp_getsockname(&udp->uv, (struct sockaddr *)&address, &size);

    if (error)
        return error;
    return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                               : ((struct sockaddr_in *)&address)->sin_port);
}

struct uv_udp_s *task_udp_handle(struct task_udp *udp)
{
    return &udp->uv;
}

/* A datagram that waits for the kernel; it outlives the call if that is cancelled. */
struct send {
    uv_udp_send_t request;
    struct park *park;
    char data[];
};

static void on_sent(uv_udp_send_t *request, int status)
{
    struct send *send = request->data;

    if (send->park)
        task_wake(send->park, status == UV_ECANCELED ? UV_EBADF : status);
    free(send);
}

static void cancel_send(struct park *park)
{
    ((struct send *)park->in)->park = NULL;
    task_wake(park, UV_ECANCELED);
}

static int send_later(struct task_udp *udp, const void *data, size_t size,
                      const struct sockaddr *address, const void *where)
{
    struct park park = {.where = where, .why = WAIT_WRITE, .cancel = cancel_send};
    struct send *send = malloc(sizeof *send + size);
    uv_buf_t buf;
    int error;

    if (!send)
        return UV_ENOMEM;
    memcpy(send->data, data, size);
    buf = uv_buf_init(send->data, (unsigned)size);
    send->request.data = send;
    send->park = &park;
    error = uv_udp_send(&send->request, &udp->uv, &buf, 1, address, on_sent);
    if (error) {
        free(send);
        return error;
    }
    park.object = task_entity(&udp->uv);
    park.in = send;
    return task_park(&park);
}

static int send_at(struct task_udp *udp, const void *data, size_t size,
                   const struct sockaddr *address, const void *where)
{
    uv_buf_t buf = uv_buf_init((char *)data, (unsigned)size);
    int error = task_checkpoint(where);

    if (error == 0)
        error = udp->feed.closing ? UV_EBADF : size > UINT16_MAX ? UV_EMSGSIZE : 0;
    if (error)
        return error;
    error = uv_udp_try_send(&udp->uv, &buf, 1, address);
    if (error == UV_EAGAIN)
        return send_later(udp, data, size, address, where);
    return error < 0 ? error : 0;
}

int task_udp_send(struct task_udp *udp, const void *data, size_t size,
                  const struct sockaddr *address)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_entity(&udp->uv);
    int error = send_at(udp, data, size, address, where);

    task_did(DO_SEND, id, error ? error : (int64_t)size, where);
    return error;
}

static ssize_t receive_at(struct task_udp *udp, void *buffer, size_t size,
                          struct sockaddr_storage *ret_from, const void *where)
{
    char one; /* libuv does not receive into nothing */
    struct datagram datagram = {.buffer = size ? buffer : &one,
                                .size = size == 0           ? 1
                                        : size < UINT16_MAX ? size
                                                            : UINT16_MAX};
    int error = task_checkpoint(where);

    if (error == 0 && !udp->feed.closing && !udp->feed.waiters.first)
        error = uv_udp_recv_start(&udp->uv, on_alloc, on_receive);
    if (error == UV_EALREADY) /* the one who waited before was cancelled */
        error = 0;
    if (error == 0)
        error = task_feed_wait(&udp->feed, WAIT_READ, &datagram, where);
    if (error)
        return error;
    if (ret_from)
        *ret_from = datagram.from;
    return size == 0 && datagram.got > 0 ? UV_ENOBUFS : datagram.got;
}

ssize_t task_udp_receive(struct task_udp *udp, void *buffer, size_t size,
                         struct sockaddr_storage *ret_from)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_entity(&udp->uv);
    ssize_t result = receive_at(udp, buffer, size, ret_from, where);

    task_did(DO_RECEIVE, id, result, where);
    return result;
}

void task_udp_close(struct task_udp *udp)
{
    const void *where = __builtin_return_address(0);
    uint32_t id;

    if (!udp)
        return;
    id = task_handle_id(&udp->uv);
    task_feed_close(&udp->feed, on_close);
    task_did(DO_CLOSE, id, 0, where);
}
