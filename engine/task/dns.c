/* Names through libuv's pool, in the manner of fs.c. */
#include <netdb.h>
#include <stdio.h>

#include "engine/task/stream_priv.h"
#include "engine/task/task_dns.h"

struct lookup {
    struct park park;
    union {
        uv_req_t any;
        uv_getaddrinfo_t address;
        uv_getnameinfo_t name;
    } request;
    struct addrinfo *list;
    char host[NI_MAXHOST];
};

static void on_addresses(uv_getaddrinfo_t *request, int status, struct addrinfo *list)
{
    struct lookup *lookup = request->data;

    lookup->list = list;
    task_wake(&lookup->park, status == UV_EAI_CANCELED ? UV_ECANCELED : status);
}

static void on_name(uv_getnameinfo_t *request, int status, const char *host, const char *service)
{
    struct lookup *lookup = request->data;

    (void)service;
    snprintf(lookup->host, sizeof lookup->host, "%s", host ? host : "");
    task_wake(&lookup->park, status == UV_EAI_CANCELED ? UV_ECANCELED : status);
}

static void cancel_lookup(struct park *park)
{
    uv_cancel(&((struct lookup *)park)->request.any);
}

static void init(struct lookup *lookup, const void *where)
{
    lookup->park = (struct park){.where = where, .why = WAIT_DNS, .cancel = cancel_lookup};
    lookup->request.any.data = lookup;
    lookup->list = NULL;
}

/* `error` is what libuv said to the request. */
static int finish(struct lookup *lookup, int error)
{
    if (error)
        return error;
    lookup->park.object = task_entity(&lookup->request);
    return task_park(&lookup->park);
}

static int resolve(const char *host, const char *service, const struct addrinfo *hints,
                   struct addrinfo **ret_list, const void *where)
{
    struct lookup lookup;
    int error = task_checkpoint(where);

    init(&lookup, where);
    if (error == 0)
        error = finish(&lookup, uv_getaddrinfo(task_runtime->uv, &lookup.request.address,
                                               on_addresses, host, service, hints));
    if (error == 0)
        *ret_list = lookup.list;
    task_did(DO_RESOLVE, lookup.park.object, error, where);
    return error;
}

int task_resolve(const char *host, const char *service, const struct addrinfo *hints,
                 struct addrinfo **ret_list)
{
    return resolve(host, service, hints, ret_list, __builtin_return_address(0));
}

int task_resolve_name(const struct sockaddr *address, char *ret_host, size_t size)
{
    const void *where = __builtin_return_address(0);
    struct lookup lookup;
    int error = task_checkpoint(where);

    init(&lookup, where);
    if (error == 0)
        error = finish(&lookup,
                       uv_getnameinfo(task_runtime->uv, &lookup.request.name, on_name, address, 0));
    if (error == 0)
        snprintf(ret_host, size, "%s", lookup.host);
    task_did(DO_RESOLVE, lookup.park.object, error, where);
    return error;
}

int task_connect_host(const char *host, const char *service, struct task_stream **ret_stream)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
    const void *where = __builtin_return_address(0);
    int error = resolve(host, service, &hints, &list, where);

    if (error)
        return error;
    error = UV_EAI_NONAME;
    for (struct addrinfo *at = list; at; at = at->ai_next) {
        error = task_tcp_connect_at(at->ai_addr, ret_stream, where);
        if (error == 0 || error == UV_ECANCELED)
            break;
    }
    uv_freeaddrinfo(list);
    return error;
}
