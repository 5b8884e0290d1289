/* Names and addresses. libuv asks the system's resolver on its thread pool; the rules for parking
 * and cancelling are those of task_fs.h. Errors are UV_EAI_*. */
#ifndef ASYNCTUT_TASK_DNS_H
#define ASYNCTUT_TASK_DNS_H

#include "engine/task/task_stream.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

struct addrinfo;

/* getaddrinfo(3). The caller frees *ret_list with uv_freeaddrinfo(). */
int task_resolve(const char *host, const char *service, const struct addrinfo *hints,
                 struct addrinfo **ret_list);

/* The name of an address, cut at `size` (getnameinfo(3)). */
int task_resolve_name(const struct sockaddr *address, char *ret_host, size_t size);

/* Resolves and connects: tries one address after the other; the last error if none answers. */
int task_connect_host(const char *host, const char *service, struct task_stream **ret_stream);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
