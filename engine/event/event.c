/* Names of the values in event.h, and the level at which each kind is shown. The names go into
 * files and are what content writes, so they do not change. */
#include "engine/event/event.h"

static const char *const kind_names[EVENT_KINDS] = {
    [EVENT_NONE] = "none",
    [EVENT_TEXT] = "text",
    [EVENT_BORN] = "born",
    [EVENT_GONE] = "gone",
    [EVENT_RUN] = "run",
    [EVENT_RUN_END] = "run-end",
    [EVENT_POLL] = "poll",
    [EVENT_POLL_END] = "poll-end",
    [EVENT_CALL] = "call",
    [EVENT_CALL_END] = "call-end",
    [EVENT_START] = "start",
    [EVENT_STOP] = "stop",
    [EVENT_CLOSE] = "close",
    [EVENT_REF] = "ref",
    [EVENT_UNREF] = "unref",
    [EVENT_SEND] = "send",
    [EVENT_SUBMIT] = "submit",
    [EVENT_WORK] = "work",
    [EVENT_WORK_END] = "work-end",
    [EVENT_CANCEL] = "cancel",
    [EVENT_RESUME] = "resume",
    [EVENT_SUSPEND] = "suspend",
    [EVENT_WAKE] = "wake",
    [EVENT_END] = "end",
    [EVENT_TASK_CANCEL] = "task-cancel",
    [EVENT_BLOCK] = "block",
    [EVENT_BLOCK_END] = "block-end",
    [EVENT_STOPPED] = "stopped",
    [EVENT_GO] = "go",
    [EVENT_DO] = "do",
    [EVENT_EXEC] = "exec",
    [EVENT_KERNEL] = "kernel",
};

static const char *const entity_names[ENTITY_TYPES] = {
    [ENTITY_UNKNOWN] = "unknown",
    [ENTITY_LOOP] = "loop",
    [ENTITY_THREAD] = "thread",
    [ENTITY_TASK] = "task",
    [ENTITY_TIMER] = "timer",
    [ENTITY_IDLE] = "idle",
    [ENTITY_PREPARE] = "prepare",
    [ENTITY_CHECK] = "check",
    [ENTITY_ASYNC] = "async",
    [ENTITY_SIGNAL] = "signal",
    [ENTITY_POLL] = "poll",
    [ENTITY_TCP] = "tcp",
    [ENTITY_PIPE] = "pipe",
    [ENTITY_TTY] = "tty",
    [ENTITY_UDP] = "udp",
    [ENTITY_PROCESS] = "process",
    [ENTITY_FS_EVENT] = "fs-event",
    [ENTITY_FS_POLL] = "fs-poll",
    [ENTITY_WORK] = "work",
    [ENTITY_FS] = "fs",
    [ENTITY_GETADDRINFO] = "getaddrinfo",
    [ENTITY_GETNAMEINFO] = "getnameinfo",
    [ENTITY_RANDOM] = "random",
    [ENTITY_WRITE] = "write",
    [ENTITY_CONNECT] = "connect",
    [ENTITY_SHUTDOWN] = "shutdown",
    [ENTITY_UDP_SEND] = "udp-send",
    [ENTITY_LOCK] = "lock",
    [ENTITY_SEMAPHORE] = "semaphore",
    [ENTITY_CONDITION] = "condition",
    [ENTITY_EVENT] = "event",
    [ENTITY_BARRIER] = "barrier",
    [ENTITY_LIMITER] = "limiter",
    [ENTITY_QUEUE] = "queue",
    [ENTITY_SCOPE] = "scope",
    [ENTITY_GROUP] = "group",
    [ENTITY_GENERATOR] = "generator",
};

static const char *const callback_names[CALLBACKS] = {
    [CALLBACK_TIMER] = "timer",       [CALLBACK_IDLE] = "idle",
    [CALLBACK_PREPARE] = "prepare",   [CALLBACK_CHECK] = "check",
    [CALLBACK_ASYNC] = "async",       [CALLBACK_SIGNAL] = "signal",
    [CALLBACK_POLL] = "poll",         [CALLBACK_CONNECTION] = "connection",
    [CALLBACK_READ] = "read",         [CALLBACK_RECV] = "recv",
    [CALLBACK_ALLOC] = "alloc",       [CALLBACK_EXIT] = "exit",
    [CALLBACK_FS_EVENT] = "fs-event", [CALLBACK_FS_POLL] = "fs-poll",
    [CALLBACK_CLOSE] = "close",       [CALLBACK_WALK] = "walk",
    [CALLBACK_DONE] = "done",
};

static const char *const wait_names[WAITS] = {
    [WAIT_READY] = "ready",         [WAIT_SLEEP] = "sleep",     [WAIT_TASK] = "task",
    [WAIT_GROUP] = "group",         [WAIT_LOCK] = "lock",       [WAIT_SEMAPHORE] = "semaphore",
    [WAIT_CONDITION] = "condition", [WAIT_EVENT] = "event",     [WAIT_BARRIER] = "barrier",
    [WAIT_QUEUE] = "queue",         [WAIT_READ] = "read",       [WAIT_WRITE] = "write",
    [WAIT_CONNECT] = "connect",     [WAIT_ACCEPT] = "accept",   [WAIT_CLOSE] = "close",
    [WAIT_WORK] = "work",           [WAIT_FS] = "fs",           [WAIT_DNS] = "dns",
    [WAIT_SIGNAL] = "signal",       [WAIT_PROCESS] = "process", [WAIT_OTHER] = "other",
    [WAIT_GENERATOR] = "generator",
};

static const char *const block_names[BLOCKS] = {
    [BLOCK_SLEEP] = "sleep",
    [BLOCK_READ] = "read",
    [BLOCK_WRITE] = "write",
    [BLOCK_RECV] = "recv",
    [BLOCK_SEND] = "send",
    [BLOCK_ACCEPT] = "accept",
    [BLOCK_CONNECT] = "connect",
    [BLOCK_POLL] = "poll",
    [BLOCK_FSYNC] = "fsync",
    [BLOCK_FS] = "fs",
    [BLOCK_DNS] = "dns",
    [BLOCK_LOCK] = "lock",
    [BLOCK_CONDITION] = "condition",
    [BLOCK_JOIN] = "join",
    [BLOCK_WAITPID] = "waitpid",
    [BLOCK_OTHER] = "other",
    [BLOCK_SIGNAL] = "signal",
};

static const char *const operation_names[OPERATIONS] = {
    [DO_ACQUIRE] = "acquire", [DO_RELEASE] = "release",   [DO_PUT] = "put",
    [DO_GET] = "get",         [DO_CLOSE] = "close",       [DO_SET] = "set",
    [DO_CLEAR] = "clear",     [DO_NOTIFY] = "notify",     [DO_WAIT] = "wait",
    [DO_ENTER] = "enter",     [DO_SHIELD] = "shield",     [DO_DEFER] = "defer",
    [DO_LEAVE] = "leave",     [DO_CANCEL] = "cancel",     [DO_OPEN] = "open",
    [DO_SPAWN] = "spawn",     [DO_AWAIT] = "await",       [DO_DETACH] = "detach",
    [DO_READ] = "read",       [DO_WRITE] = "write",       [DO_FLUSH] = "flush",
    [DO_ACCEPT] = "accept",   [DO_SEND] = "send",         [DO_RECEIVE] = "receive",
    [DO_NEXT] = "next",       [DO_GIVE] = "give",         [DO_CONNECT] = "connect",
    [DO_LISTEN] = "listen",   [DO_SHUTDOWN] = "shutdown", [DO_OFFLOAD] = "offload",
    [DO_POST] = "post",       [DO_START] = "start",       [DO_KILL] = "kill",
    [DO_RESOLVE] = "resolve", [DO_SYNC] = "sync",         [DO_STAT] = "stat",
    [DO_RENAME] = "rename",   [DO_UNLINK] = "unlink",     [DO_MKDIR] = "mkdir",
    [DO_RMDIR] = "rmdir",     [DO_LIST] = "list",         [DO_LOCAL_SET] = "local-set",
};

static const char *name_in(const char *const *names, unsigned count, unsigned value)
{
    return value < count && names[value] ? names[value] : "unknown";
}

const char *event_kind_name(unsigned kind)
{
    return name_in(kind_names, EVENT_KINDS, kind);
}

const char *entity_type_name(unsigned type)
{
    return name_in(entity_names, ENTITY_TYPES, type);
}

const char *callback_name(unsigned callback)
{
    return name_in(callback_names, CALLBACKS, callback);
}

const char *wait_name(unsigned wait)
{
    return name_in(wait_names, WAITS, wait);
}

const char *block_name(unsigned block)
{
    return name_in(block_names, BLOCKS, block);
}

const char *operation_name(unsigned operation)
{
    return name_in(operation_names, OPERATIONS, operation);
}

enum event_level event_level(enum event_kind kind)
{
    switch (kind) {
    case EVENT_TEXT:
    case EVENT_RESUME:
    case EVENT_SUSPEND:
    case EVENT_END:
    case EVENT_TASK_CANCEL:
    case EVENT_BLOCK:
    case EVENT_BLOCK_END:
    case EVENT_STOPPED:
    case EVENT_GO:
    case EVENT_EXEC:
        return LEVEL_TASKS;
    case EVENT_RUN:
    case EVENT_RUN_END:
    case EVENT_POLL:
    case EVENT_POLL_END:
    case EVENT_CALL:
    case EVENT_CALL_END:
    case EVENT_WORK:
    case EVENT_WORK_END:
        return LEVEL_LOOP;
    default:
        return LEVEL_ALL;
    }
}

int event_where_is_return(enum event_kind kind)
{
    return kind != EVENT_CALL && kind != EVENT_CALL_END && kind != EVENT_WORK &&
           kind != EVENT_WORK_END;
}
