/* The event: what every producer writes and every reader reads.
 *
 * One event is 32 bytes. Producers are the probe (libuv and libc calls) and the task runtime;
 * consumers are the live view, lanes, grading, judging and export. An event says what happened
 * (`kind`), to whom (`subject`), together with whom (`object`), from which place in the program
 * (`where`, a code address) and when (`time`, in nanoseconds of the program's own clock, which
 * stands still while the program is stopped). The thread is the chunk's: see record.h.
 *
 * Subjects and objects are entity ids: loops, handles, requests, tasks, threads, locks and the
 * like. An id is never used twice within a record, because addresses are. 0 means "nobody".
 *
 * Kinds and the values of enumerations are in files: new ones go to the end. A reader that does not
 * know a kind leaves the event out and counts it; a type that it does not know is "unknown". */
#ifndef ASYNCTUT_EVENT_H
#define ASYNCTUT_EVENT_H

#include <assert.h>
#include <stdbool.h>
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

    /* A task has called an operation of the task library, whether it waited in it or not: written
     * when the call is done, behind the events of what it caused. subject = the task, or the loop
     * if one of its callbacks called it, or the thread if it runs none of these; object = what it
     * was done to, 0 if that has no id; arg = enum operation in the low 8 bits, above them what
     * came of it. See event_do_arg(). */
    EVENT_DO,

    /* The process executes another program: whoever has an id below `arg` is not there any more.
     * subject = the first thread of the new one, already born. */
    EVENT_EXEC,

    /* A request that was just handed to libuv does not go to the pool: the kernel itself does it,
     * and says so when it is done (io_uring). */
    EVENT_KERNEL,

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
    ENTITY_LOCK, /* things of the task library */
    ENTITY_SEMAPHORE,
    ENTITY_CONDITION,
    ENTITY_EVENT,
    ENTITY_BARRIER,
    ENTITY_LIMITER,
    ENTITY_QUEUE,
    ENTITY_SCOPE,
    ENTITY_GROUP,
    ENTITY_GENERATOR,
    ENTITY_TYPES
};

static inline bool entity_is_handle(unsigned type)
{
    return type >= ENTITY_TIMER && type <= ENTITY_FS_POLL;
}
static inline bool entity_is_request(unsigned type)
{
    return type >= ENTITY_WORK && type <= ENTITY_UDP_SEND;
}
static inline bool entity_is_of_tasks(unsigned type)
{
    return type >= ENTITY_LOCK && type <= ENTITY_GENERATOR;
}

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
    WAIT_GROUP, /* several tasks; object = their group, if they have one */
    WAIT_LOCK,  /* object = the task that has it; detail = the id of the lock, or of the stream or
                 * limiter that it belongs to */
    /* object = the thing itself: */
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
    WAIT_GENERATOR, /* object = the generator: for its next item, or to be asked for one */
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
    BLOCK_SIGNAL, /* sigwait(), pause() and their like */
    BLOCKS
};

/* What EVENT_DO is about. What came of it is negative if it failed (UV_E*), else 0, or what stands
 * here; "now" is when the call was done, or when its wait ended. */
enum operation {
    DO_ACQUIRE, /* lock, semaphore, rate limiter; of a semaphore: how many are free now */
    DO_RELEASE, /* lock, semaphore; the same */
    DO_PUT,     /* queue: how many items are in it now */
    DO_GET,     /* the same */
    DO_CLOSE,   /* queue, generator, handle, file; group: its result */
    DO_SET,     /* event: how many it woke; handle of a stream: the high watermark */
    DO_CLEAR,   /* event */
    DO_NOTIFY,  /* condition: how many it woke */
    DO_WAIT,    /* event, condition, handle of a process; barrier: 1 for the last to come; object 0:
                   for several tasks, how many of them have ended */
    DO_ENTER,   /* scope: ms until it is cancelled; -1: never */
    DO_SHIELD,  /* a scope that is shielded; the same */
    DO_DEFER,   /* scope */
    DO_LEAVE,   /* scope: its result */
    DO_CANCEL,  /* scope, group, task; UV_EALREADY: it was told before, UV_ESRCH: it has ended,
                   UV_ETIMEDOUT: the time of the scope was up */
    DO_OPEN,    /* group, handle; file: its descriptor */
    DO_SPAWN,   /* group: the entity id of the child; object 0: a task that could not be made */
    DO_AWAIT,   /* task: its result */
    DO_DETACH,  /* task */
    DO_READ,    /* handle of a stream, file: how many bytes */
    DO_WRITE,   /* the same */
    DO_FLUSH,   /* the same handle */
    DO_ACCEPT,  /* handle of a listener */
    DO_SEND,    /* handle: how many bytes */
    DO_RECEIVE, /* handle: how many bytes; async of a mailbox */
    DO_NEXT,    /* handle of signals, generator; of a watch: what has changed; object 0: of another
                   iterator, that it has no more */
    DO_GIVE,    /* generator */
    DO_CONNECT, /* handle of a stream */
    DO_LISTEN,  /* handle of a listener */
    DO_SHUTDOWN, /* handle of a stream */
    DO_OFFLOAD,  /* request: what the work returned */
    DO_POST,     /* async of a mailbox */
    DO_START,    /* handle of a process: its number */
    DO_KILL,     /* the same handle: which signal */
    DO_RESOLVE,  /* request */
    DO_SYNC,     /* a file is its request: what is done to it is done in the pool */
    DO_STAT,
    DO_RENAME,
    DO_UNLINK,
    DO_MKDIR,
    DO_RMDIR,
    DO_LIST,      /* what the program's function returned last */
    DO_LOCAL_SET, /* nobody else sees it: object 0 */
    OPERATIONS
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
const char *operation_name(unsigned operation);

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
/* Of a value there is room for 56 bits; one that does not fit becomes the nearest that does. */
static inline int64_t event_arg_of(uint8_t low, int64_t value)
{
    const int64_t most = INT64_MAX >> 8;

    value = value > most ? most : value < -most - 1 ? -most - 1 : value;
    return (int64_t)((uint64_t)value << 8) | low;
}
static inline int64_t event_wait_arg(enum wait wait, int64_t detail)
{
    return event_arg_of((uint8_t)wait, detail);
}

static inline enum operation event_do(const struct event *event)
{
    return (enum operation)(event->arg & 0xff);
}
static inline int64_t event_do_result(const struct event *event)
{
    return event->arg >> 8;
}
static inline int64_t event_do_arg(enum operation operation, int64_t result)
{
    return event_arg_of((uint8_t)operation, result);
}

#endif
