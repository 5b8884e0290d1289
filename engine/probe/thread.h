/* The threads of the program under the probe: who they are, and whether each runs, waits or is
 * held.
 *
 * A thread belongs to the program from thread_enter() to thread_leave(): the program's first thread
 * and those it makes, for their whole life; a pool thread while it does work that the program
 * queued. Its writer is event_writer, so "does this thread belong to the program?" is one
 * thread-local load. */
#ifndef ASYNCTUT_PROBE_THREAD_H
#define ASYNCTUT_PROBE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/event/record.h"

enum thread_state {
    THREAD_RUNNING,
    THREAD_WAITING, /* in a wait by the program's clock: it can be told to look again */
    THREAD_BLOCKED, /* in a blocking call that is left to the kernel */
    THREAD_HELD,    /* stands at the gate until the program goes on */
};

struct probe_thread {
    struct writer writer; /* first: event_writer points here */
    struct probe_thread *next;
    pthread_t pthread;
    _Atomic int state;
    _Atomic int64_t deadline;      /* program time at which its wait ends; INT64_MAX: never */
    uint32_t loop;                 /* id of the loop that it runs; 0: none */
    struct known *asked;           /* the entry of the loop that it asked for last */
    volatile int poked;            /* the stop signal came */
    volatile int busy;             /* > 0: inside a lock of the probe; not to be held by a signal */
    int64_t cpu_start, wait_start; /* schedstat at entry, ns */
    unsigned serial;               /* of the program that it was set up for */
    bool listed, timed;
};

static inline struct probe_thread *thread_current(void)
{
    return (struct probe_thread *)event_writer;
}

/* Which program runs now; grows with each. 0: none has. */
extern unsigned thread_serial;
extern struct record *thread_record;

/* Begins a program: threads that enter from now on write to this record. No thread may be entered.
 * timed: threads_times() will be asked. */
void threads_begin(struct record *record, bool timed);

/* In a forked child: no thread belongs to the program any more. */
void threads_forget(void);

/* The calling thread belongs to the program from now on. id: its entity, 0 to make one. */
void thread_enter(uint32_t id);
void thread_visit(void); /* the same, for a moment: what it uses of a processor is not counted */
void thread_leave(void);

/* Around what a lock of the probe's own protects: who holds one is busy, and not halted there. */
void thread_lock(pthread_mutex_t *lock);
void thread_unlock(pthread_mutex_t *lock);

/* The text of /proc/self/task/TID/NAME, cut to size - 1 bytes; false if there is none. */
bool thread_file(uint32_t tid, const char *name, char *text, size_t size);

/* An entity for a thread that the caller is about to start. */
uint32_t thread_born(const void *where);

/* Calls `visit` for each entered thread under the list's lock, until it returns false. The threads
 * neither come nor go meanwhile. Returns false if it was cut short. */
bool threads_each(bool (*visit)(struct probe_thread *thread, void *to), void *to);
unsigned threads_count(void);
unsigned threads_entered(void); /* how often one has entered, in all */

/* ns of processor time and of waiting for a processor, of all threads since threads_begin();
 * -1 where the kernel does not tell. */
void threads_times(int64_t *ret_cpu, int64_t *ret_waited);

#endif
