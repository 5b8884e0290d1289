/* Faults: the linker leads the library's calls to libc and libuv through wrappers (--wrap), and
 * libuv allocates through us; the n-th such call of the calling thread can be made to fail. */
#ifndef ASYNCTUT_TASK_FAULTS_H
#define ASYNCTUT_TASK_FAULTS_H

#include <stdbool.h>
#include <uv.h>

/* Before anything else of libuv is called in this process (uv_replace_allocator()). */
void faults_open(void);

/* From now on the n-th call fails. 0: none. */
void faults_arm(int n);

/* No more; the name of what failed, or NULL if nothing did. */
const char *faults_disarm(void);

/* What can fail. `failed`: how often it did since the process began. */
struct wrapped {
    const char *name;
    int failed;
    struct wrapped *next;
};
extern struct wrapped *faults_wrapped;

/* The kernel has no MADV_GUARD_INSTALL. */
extern bool faults_old_kernel;

/* The kernel takes no datagrams for now: they wait in libuv, until faults_let_go(). */
extern bool faults_udp_full;
void faults_let_go(void);

/* What libuv was told to call when somebody connects. */
extern uv_connection_cb faults_on_connection;
extern uv_stream_t *faults_listener;

#endif
