/* The record: where events are written, and read, without a lock.
 *
 * A record is one mapping: a header, then chunks of 64 KiB. A thread that is traced owns one chunk
 * at a time and alone writes to it. It claims slots by adding to `claimed` and commits a slot by
 * storing its `kind` last, so that a signal handler may interrupt a write at any instruction and
 * write events of its own. When a chunk is full the thread takes a ready one from the mailbox
 * `spares`; a recorder (a thread of this process, or of the tracer when the mapping is a memfd
 * shared with it) keeps that mailbox filled with chunks whose pages are already there. Where it is
 * empty, as hundreds of threads came at once, the thread takes the next chunk without pages. A
 * writer never blocks, allocates, locks or prints. Chunks are never recycled: the record is
 * complete until its cap is reached, and from then on `dropped` counts what was lost.
 *
 * Everything in the header is shared between processes and is never trusted by a reader. */
#ifndef ASYNCTUT_RECORD_H
#define ASYNCTUT_RECORD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/event/control.h"
#include "engine/event/event.h"
#include "engine/event/module.h"
#include "engine/event/ticks.h"

enum {
    RECORD_CHUNK_SIZE = 64 * 1024,
    RECORD_HEADER_SIZE = 2 * RECORD_CHUNK_SIZE,
    RECORD_CHUNK_SLOTS = RECORD_CHUNK_SIZE / (int)sizeof(struct event) - 1,
    RECORD_SPARES = 256,
};

struct chunk {
    uint32_t thread;          /* entity id of the writing thread; 0 while the chunk is spare */
    uint32_t sequence;        /* 0, 1, 2 … within that thread */
    _Atomic uint32_t claimed; /* slots claimed; may run past RECORD_CHUNK_SLOTS: then it is full */
    _Atomic uint32_t full;    /* the thread has moved on: what is not committed never will be */
    uint32_t tid;             /* the kernel's number of that thread */
    uint32_t reserved[3];
    struct event slots[RECORD_CHUNK_SLOTS];
};
static_assert(sizeof(struct chunk) == RECORD_CHUNK_SIZE, "a chunk is 64 KiB");

struct record {
    char magic[8];                  /* "atrecord" */
    uint32_t version, chunks;       /* chunks: how many the mapping holds at most */
    uint64_t size;                  /* of the mapping in bytes */
    int64_t start;                  /* program time, ns, that events count from */
    _Atomic uint32_t pid;           /* of the process that writes; 0: none has begun */
    _Atomic uint32_t fresh;         /* chunks that the mailbox or a thread has had so far */
    _Atomic uint32_t next_id;       /* entity ids in use are 1 .. next_id - 1 */
    _Atomic uint64_t dropped;       /* events for which there was no slot */
    _Atomic uint64_t first_dropped; /* time of the first of them; 0: none */
    struct control control;
    _Atomic uint32_t spares[RECORD_SPARES]; /* chunk index + 1, or 0 */
    struct module_map modules;              /* where the program's code lies */
    /* At the end, so that a record of before has 0 in them. */
    _Atomic uint32_t libuv;         /* the program's, as uv_version() says; 0: not known */
    _Atomic uint32_t libuv_pool;    /* 1: what its own pool threads do is watched */
    _Atomic uint64_t libuv_address; /* of its uv_run, which the probe has replaced; 0: none */
    _Atomic uint32_t program; /* the first of its modules; others executed it and lie before them */
    _Atomic int64_t processor; /* ns of it that a program used which has ended by itself; else 0 */
};

/* One for each traced thread, in memory that outlives the thread's last event. */
struct writer {
    struct record *record;
    struct chunk *_Atomic chunk; /* NULL before the first event and after a drop */
    uint32_t thread;             /* entity id */
    uint32_t sequence;           /* of the next chunk */
    uint32_t tid;
    uint64_t last;      /* the time of its last event */
    struct ticks ticks; /* its last look at the clock */
};

/* The calling thread's writer; NULL: this thread is not traced, and emitting does nothing. */
extern _Thread_local struct writer *event_writer
    __attribute__((tls_model("initial-exec"), visibility("default")));

/* Makes a record of at most `cap` bytes of address space; memory is used as events come. With
 * ret_fd it lies in a memfd that another process can map. 0 or a negative errno. */
int record_create(size_t cap, struct record **ret_record, int *ret_fd);
/* Maps a record that another process made; checks its header. -EPROTO if it is not one. */
int record_attach(int fd, struct record **ret_record);
void record_destroy(struct record *record); /* unmaps; NULL is fine. No writer may be left */
/* Puts back what the header said of the record itself: the program that wrote to it may have
 * written over that. Once it has ended, and before its trace is opened. */
void record_mend(struct record *record);

static inline struct chunk *record_chunk(struct record *record, uint32_t index)
{
    return (struct chunk *)((char *)record + RECORD_HEADER_SIZE +
                            (size_t)index * RECORD_CHUNK_SIZE);
}

/* Fills the mailbox up to `target` (at most RECORD_SPARES) with populated chunks out of `chunks`;
 * both are the caller's own numbers, since the header may belong to a hostile process. Returns the
 * next target: twice as many when the mailbox was found half empty. One caller at a time. */
enum { RECORD_FIRST_TARGET = 16 };
uint32_t record_refill(struct record *record, uint32_t chunks, uint32_t target);

/* A thread of this process that refills, and calls `tick` (may be NULL), every millisecond until
 * recorder_stop(), which joins it. All signals are blocked on it; it is not traced. */
struct recorder;
int recorder_start(struct record *record, void (*tick)(void *to), void *to,
                   struct recorder **ret_recorder);
void recorder_stop(struct recorder *recorder); /* NULL is fine */

/* A fresh entity id. Any thread, also in a signal handler. */
static inline uint32_t record_new_id(struct record *record)
{
    return atomic_fetch_add_explicit(&record->next_id, 1, memory_order_relaxed);
}

/* What runs for nearly every event lies together in memory: between two events a program's own
 * work, and the kernel's, drive it out of the caches, and fetching it is a good part of the cost.
 */
#define OFTEN __attribute__((hot))
#define SELDOM __attribute__((cold, noinline))

/* Writes one event of the calling thread, with the time as it is now, to within 0.2 us (ticks.h)
 * and never before that of the thread's last event; then holds at the gate if the program is to
 * stop. Does nothing if the thread has no writer. Async-signal-safe; preserves errno. */
void event_emit(enum event_kind kind, uint32_t subject, uint32_t object, int64_t arg,
                const void *where);

/* The same, of the same moment as this thread's last event: most of what an event costs is the look
 * at the clock. */
void event_emit_more(enum event_kind kind, uint32_t subject, uint32_t object, int64_t arg,
                     const void *where);

/* Writes a TEXT event; longer text is cut at EVENT_TEXT_MAX bytes. The same guarantees. */
void event_emit_text(enum text_role role, uint32_t subject, const char *text, size_t length);

/* A fresh id and its BORN event; 0 if the thread is not traced. */
uint32_t event_emit_born(enum entity_type type, uint32_t parent, const void *where);

#endif
