/* Names and addresses. libuv asks the system's resolver on its thread pool, so as for files
 * (task_fs.h) a call that is cancelled while it is still queued does nothing and returns
 * UV_ECANCELED; once a thread works on it, it is waited for and its own result returned. Errors are
 * UV_EAI_*, or UV_ENOMEM and the like of libuv itself (docs.libuv.org, "DNS utility functions"). */
#ifndef ASYNCTUT_TASK_DNS_H
#define ASYNCTUT_TASK_DNS_H

#include "engine/task/task_stream.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

struct addrinfo;

/* getaddrinfo(3): host or service may be NULL, but not both, and so may hints. On 0 the caller
 * frees *ret_list with uv_freeaddrinfo(). Parks. A cancellation point. */
int task_resolve(const char *host, const char *service, const struct addrinfo *hints,
                 struct addrinfo **ret_list);

/* The name of an address, cut at `size` bytes with the 0, or the number if it has none
 * (getnameinfo(3)). 0 or an error. Parks. A cancellation point. */
int task_resolve_name(const struct sockaddr *address, char *ret_host, size_t size);

/* Resolves and connects: tries one address after the other; the last error if none answers. On 0
 * the stream is the caller's, who closes it. Parks. A cancellation point. */
int task_connect_host(const char *host, const char *service, struct task_stream **ret_stream);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
