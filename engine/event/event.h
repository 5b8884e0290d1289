/* The event: what every producer writes and every reader reads.
 *
 * One event is 32 bytes. Producers are the probe (libuv and libc calls) and the task runtime;
 * consumers are the live view, lanes, grading, judging and export. An event says what happened
 * (`kind`), to whom (`subject`), together with whom (`object`), from which place in the program
 * (`where`, a code address) and when (`time`, in nanoseconds of the program's own clock, which
 * stands still while the program is stopped). The thread is the chunk's: see record.h.
 *
 * Subjects and objects are entity ids: loops, handles, requests, tasks and threads. An id is never
 * used twice within a record, because addresses are. 0 means "nobody". */
#ifndef ASYNCTUT_EVENT_H
#define ASYNCTUT_EVENT_H

#include <assert.h>
#include <stdint.h>

struct event {
    uint64_t time;       /* ns of the program's clock, which starts near 0 with the record; it is
                          * true to 0.2 us, and never goes back within a thread */
    uint64_t where : 48; /* code address; 0 if unknown. See event_where_is_return() */
    uint64_t kind : 16;  /* enum event_kind; EVENT_NONE until the slot is committed */
    uint32_t subject;    /* entity id */
    uint32_t object;     /* entity id or small enumeration, as the kind says */
    int64_t arg;         /* as the kind says */
};
static_assert(sizeof(struct event) == 32, "an event is 32 bytes in memory and in files");

enum event_kind {
    EVENT_NONE = 0,

    /* Text: `arg` is the length in bytes (1..EVENT_TEXT_MAX), `object` an enum text_role; the bytes
     * fill the ceil(arg / 32) raw slots that follow. */
    EVENT_TEXT,

    /* Entities. BORN: object = loop (of a handle or request) or parent (of a task or thread),
     * arg = enum entity_type, where = creation site. GONE: nothing refers to subject any more. */
    EVENT_BORN,
    EVENT_GONE,

    /* The loop. RUN: arg = uv_run_mode; RUN_END: arg = its result. POLL: arg = timeout in ms, -1
     * for ever; POLL_END: arg = number of ready descriptors, or a negative errno. subject = loop.
     */
    EVENT_RUN,
    EVENT_RUN_END,
    EVENT_POLL,
    EVENT_POLL_END,

    /* A callback of `subject` (handle or request) begins, ends. object = enum callback, arg = its
     * status or byte count, where = the callback function's own address. */
    EVENT_CALL,
    EVENT_CALL_END,

    /* Handles. START: arg = timeout in ms for timers, else 0; object = a timer's repeat in ms, 0:
     * none. SEND: uv_async_send. */
    EVENT_START,
    EVENT_STOP,
    EVENT_CLOSE,
    EVENT_REF,
    EVENT_UNREF,
    EVENT_SEND,

    /* Requests. SUBMIT: handed to libuv (object = handle or 0, arg = bytes where that has a
     * meaning). WORK and WORK_END: run on a pool thread. CANCEL: arg = result of uv_cancel. */
    EVENT_SUBMIT,
    EVENT_WORK,
    EVENT_WORK_END,
    EVENT_CANCEL,

    /* Tasks. RESUME: subject runs from now on. SUSPEND: object = the entity waited for or 0,
     * arg = enum wait in the low 8 bits, above them a detail (ms for WAIT_SLEEP). WAKE: subject is
     * put on the ready queue, object = who did it. END: arg = result, 0 or a negative UV_E*. */
    EVENT_RESUME,
    EVENT_SUSPEND,
    EVENT_WAKE,
    EVENT_END,
    EVENT_TASK_CANCEL,

    /* A thread blocks in libc: object = enum blocking, arg = ns for sleeps, fd for descriptors,
     * else 0. BLOCK_END: arg = result. subject = the thread. */
    EVENT_BLOCK,
    EVENT_BLOCK_END,

    /* The program was stopped and let go again; STOPPED has the time at which the clock stood,
     * GO the real duration in ns. subject = 0. These come from the controller, not the program. */
    EVENT_STOPPED,
    EVENT_GO,

    EVENT_KINDS
};

enum { EVENT_TEXT_MAX = 200 };

enum text_role {
    TEXT_NAME,   /* names the subject */
    TEXT_SAY,    /* a line that the program says to the learner */
    TEXT_STDOUT, /* bytes the program wrote to descriptor 1 */
    TEXT_STDERR, /* ... and 2 */
};

enum entity_type {
    ENTITY_UNKNOWN,
    ENTITY_LOOP,
    ENTITY_THREAD,
    ENTITY_TASK,
    ENTITY_TIMER, /* handles */
    ENTITY_IDLE,
    ENTITY_PREPARE,
    ENTITY_CHECK,
    ENTITY_ASYNC,
    ENTITY_SIGNAL,
    ENTITY_POLL,
    ENTITY_TCP,
    ENTITY_PIPE,
    ENTITY_TTY,
    ENTITY_UDP,
    ENTITY_PROCESS,
    ENTITY_FS_EVENT,
    ENTITY_FS_POLL,
    ENTITY_WORK, /* requests */
    ENTITY_FS,
    ENTITY_GETADDRINFO,
    ENTITY_GETNAMEINFO,
    ENTITY_RANDOM,
    ENTITY_WRITE,
    ENTITY_CONNECT,
    ENTITY_SHUTDOWN,
    ENTITY_UDP_SEND,
    ENTITY_TYPES
};

enum callback {
    CALLBACK_TIMER,
    CALLBACK_IDLE,
    CALLBACK_PREPARE,
    CALLBACK_CHECK,
    CALLBACK_ASYNC,
    CALLBACK_SIGNAL,
    CALLBACK_POLL,
    CALLBACK_CONNECTION,
    CALLBACK_READ,
    CALLBACK_RECV,
    CALLBACK_ALLOC,
    CALLBACK_EXIT,
    CALLBACK_FS_EVENT,
    CALLBACK_FS_POLL,
    CALLBACK_CLOSE,
    CALLBACK_WALK,
    CALLBACK_DONE, /* a request is finished */
    CALLBACKS
};

enum wait {
    WAIT_READY, /* yielded: on the ready queue */
    WAIT_SLEEP, /* detail = ms */
    WAIT_TASK,  /* object = the task waited for */
    WAIT_GROUP, /* several tasks */
    WAIT_LOCK,  /* lock, semaphore, condition, event, barrier, queue: */
    WAIT_SEMAPHORE,
    WAIT_CONDITION,
    WAIT_EVENT,
    WAIT_BARRIER,
    WAIT_QUEUE,
    WAIT_READ, /* object = the handle */
    WAIT_WRITE,
    WAIT_CONNECT,
    WAIT_ACCEPT,
    WAIT_CLOSE,
    WAIT_WORK, /* object = the request */
    WAIT_FS,
    WAIT_DNS,
    WAIT_SIGNAL,
    WAIT_PROCESS,
    WAIT_OTHER,
    WAITS
};

enum blocking {
    BLOCK_SLEEP,
    BLOCK_READ,
    BLOCK_WRITE,
    BLOCK_RECV,
    BLOCK_SEND,
    BLOCK_ACCEPT,
    BLOCK_CONNECT,
    BLOCK_POLL, /* poll, select and epoll outside uv_run */
    BLOCK_FSYNC,
    BLOCK_FS,  /* a libuv file call without a callback: synchronous */
    BLOCK_DNS, /* the same for look-ups, and getaddrinfo() itself */
    BLOCK_LOCK,
    BLOCK_CONDITION,
    BLOCK_JOIN,
    BLOCK_WAITPID,
    BLOCK_OTHER,
    BLOCKS
};

/* The level at which an event is shown; each level shows those below it too. The record keeps all.
 */
enum event_level { LEVEL_OFF, LEVEL_TASKS, LEVEL_LOOP, LEVEL_ALL };

enum event_level event_level(enum event_kind kind);

/* The field's word for each value, for traces, files and tests: "timer", "resume". Never NULL. */
const char *event_kind_name(unsigned kind);
const char *entity_type_name(unsigned type);
const char *callback_name(unsigned callback);
const char *wait_name(unsigned wait);
const char *block_name(unsigned block);

/* True if `where` is a return address (look up address - 1 for the line of the call); false where
 * it is a function's own address. */
int event_where_is_return(enum event_kind kind);

static inline enum wait event_wait(const struct event *event)
{
    return (enum wait)(event->arg & 0xff);
}
static inline int64_t event_wait_detail(const struct event *event)
{
    return event->arg >> 8;
}
static inline int64_t event_wait_arg(enum wait wait, int64_t detail)
{
    return (int64_t)((uint64_t)detail << 8) | (int64_t)wait;
}

#endif
