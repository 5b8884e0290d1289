/* The list of the program's threads. Its lock is only ever taken with `busy` set, so that the stop
 * signal never holds a thread that has it; it is never taken on the path of an event. */
#include "engine/probe/thread.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/probe/raw.h"

unsigned thread_serial;
struct record *thread_record;

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct probe_thread *list;
static _Atomic unsigned entered;
static bool all_timed;
static int64_t ended_cpu, ended_wait;

static _Thread_local struct probe_thread *own; /* kept between works of a pool thread */
static pthread_key_t leave_key;
static pthread_once_t leave_once = PTHREAD_ONCE_INIT;

void thread_lock(pthread_mutex_t *lock)
{
    if (thread_current())
        thread_current()->busy++;
    raw_lock(lock);
}

void thread_unlock(pthread_mutex_t *lock)
{
    raw_unlock(lock);
    if (thread_current())
        thread_current()->busy--;
}

/* A thread that ends by pthread_exit(), or is cancelled, leaves here; its memory goes with it. */
static void on_thread_exit(void *arg)
{
    struct probe_thread *thread = arg;

    if (event_writer == &thread->writer) {
        event_emit(EVENT_GONE, thread->writer.thread, 0, 0, NULL);
        thread_leave();
    }
    own = NULL;
    munmap(thread, sizeof *thread);
}

/* Not by malloc(): in a forked child it would be a leak of threads that are not there. */
static struct probe_thread *make_thread(void)
{
    void *memory = mmap(NULL, sizeof(struct probe_thread), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

static void make_key(void)
{
    pthread_key_create(&leave_key, on_thread_exit);
}

bool thread_file(uint32_t tid, const char *name, char *text, size_t size)
{
    char path[64];
    ssize_t length;
    int fd;

    snprintf(path, sizeof path, "/proc/self/task/%u/%s", tid, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    length = raw_read(fd, text, size - 1);
    close(fd);
    text[length > 0 ? length : 0] = 0;
    return length > 0;
}

/* ns on a processor, ns ready without one, slices. */
static bool read_schedstat(uint32_t tid, int64_t *ret_cpu, int64_t *ret_wait)
{
    char text[96];

    return thread_file(tid, "schedstat", text, sizeof text) &&
           sscanf(text, "%ld %ld", ret_cpu, ret_wait) == 2;
}

void threads_begin(struct record *record, bool timed)
{
    thread_lock(&list_lock);
    thread_record = record;
    all_timed = timed;
    thread_serial++;
    ended_cpu = ended_wait = 0;
    thread_unlock(&list_lock);
}

void threads_forget(void)
{
    pthread_mutex_init(&list_lock, NULL); /* a thread that is not here may have held it */
    list = NULL;
    own = NULL; /* its memory was the parent's */
    thread_record = NULL;
    thread_serial++;
    event_writer = NULL;
}

uint32_t thread_born(const void *where)
{
    return event_emit_born(ENTITY_THREAD, event_writer ? event_writer->thread : 0, where);
}

/* As /proc has it: a program that was put into a process namespace of its own, and still sees the
 * /proc from before, has other numbers for itself. Whether it has is found by its first thread:
 * later ones may be forbidden (seccomp) to look. */
static uint32_t own_tid(void)
{
    static _Atomic bool is_as_in_proc;
    uint32_t tid = (uint32_t)syscall(SYS_gettid);
    char link[64], *slash;
    ssize_t length;

    if (atomic_load(&is_as_in_proc))
        return tid;
    length = readlink("/proc/thread-self", link, sizeof link - 1);
    link[length > 0 ? length : 0] = 0;
    slash = strrchr(link, '/');
    if (slash && strtoul(slash + 1, NULL, 10) == tid)
        atomic_store(&is_as_in_proc, true);
    return slash ? (uint32_t)strtoul(slash + 1, NULL, 10) : tid;
}

static void set_up(struct probe_thread *thread, uint32_t id)
{
    memset(thread, 0, sizeof *thread);
    thread->serial = thread_serial;
    thread->pthread = pthread_self();
    thread->deadline = INT64_MAX;
    thread->writer.record = thread_record;
    thread->writer.tid = own_tid();
    thread->writer.thread = id;
}

static void enter(uint32_t id, bool is_timed)
{
    bool is_new;

    pthread_once(&leave_once, make_key);
    if (!own) {
        own = make_thread();
        if (!own)
            return; /* the thread runs untraced */
        pthread_setspecific(leave_key, own);
    }
    is_new = own->serial != thread_serial;
    if (is_new)
        set_up(own, id ? id : record_new_id(thread_record));
    own->timed = is_timed && read_schedstat(own->writer.tid, &own->cpu_start, &own->wait_start);
    atomic_store(&own->state, THREAD_RUNNING);
    event_writer = &own->writer;
    thread_lock(&list_lock);
    own->next = list;
    own->listed = true;
    list = own;
    atomic_fetch_add(&entered, 1);
    thread_unlock(&list_lock);
    if (is_new && !id)
        event_emit(EVENT_BORN, own->writer.thread, 0, ENTITY_THREAD, NULL);
}

void thread_enter(uint32_t id)
{
    enter(id, all_timed);
}

void thread_visit(void)
{
    enter(0, false);
}

static void unlink_thread(struct probe_thread *thread)
{
    for (struct probe_thread **link = &list; *link; link = &(*link)->next) {
        if (*link == thread) {
            *link = thread->next;
            break;
        }
    }
    thread->listed = false;
}

void thread_leave(void)
{
    struct probe_thread *thread = thread_current();
    int64_t cpu = 0, waited = 0;

    if (!thread)
        return;
    if (thread->timed && read_schedstat(thread->writer.tid, &cpu, &waited)) {
        cpu -= thread->cpu_start;
        waited -= thread->wait_start;
    }
    thread_lock(&list_lock);
    unlink_thread(thread);
    ended_cpu += cpu;
    ended_wait += waited;
    thread_unlock(&list_lock);
    event_writer = NULL;
}

bool threads_each(bool (*visit)(struct probe_thread *thread, void *to), void *to)
{
    bool whole = true;

    thread_lock(&list_lock);
    for (struct probe_thread *thread = list; thread && whole; thread = thread->next)
        whole = visit(thread, to);
    thread_unlock(&list_lock);
    return whole;
}

static bool count(struct probe_thread *thread, void *to)
{
    (void)thread;
    ++*(unsigned *)to;
    return true;
}

unsigned threads_count(void)
{
    unsigned n = 0;

    threads_each(count, &n);
    return n;
}

unsigned threads_entered(void)
{
    return atomic_load(&entered);
}

struct times {
    int64_t cpu, waited;
    bool known;
};

static bool add_times(struct probe_thread *thread, void *to)
{
    struct times *times = to;
    int64_t cpu, waited;

    if (!thread->timed)
        return true;
    times->known = read_schedstat(thread->writer.tid, &cpu, &waited);
    if (times->known) {
        times->cpu += cpu - thread->cpu_start;
        times->waited += waited - thread->wait_start;
    }
    return times->known;
}

void threads_times(int64_t *ret_cpu, int64_t *ret_waited)
{
    struct times times = {0, 0, access("/proc/self/schedstat", R_OK) == 0};

    if (times.known)
        threads_each(add_times, &times);
    *ret_cpu = times.known ? times.cpu + ended_cpu : -1;
    *ret_waited = times.known ? times.waited + ended_wait : -1;
}
