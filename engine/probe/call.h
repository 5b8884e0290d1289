/* A callback of the program, between CALL and CALL_END.
 *
 * libuv is given a trampoline; the program's own function lies in the entry of its handle or
 * request (known.h). What is needed after the callback is copied before it, since the callback may
 * free the memory it was called for. */
#ifndef ASYNCTUT_PROBE_CALL_H
#define ASYNCTUT_PROBE_CALL_H

#include "engine/probe/known.h"
#include "engine/probe/libuv.h"
#include "engine/probe/thread.h"

static inline uint32_t known_id(const struct known *known)
{
    return known && known->serial == thread_serial ? known->id : 0;
}

static inline void call_begin(uint32_t id, enum callback callback, int64_t arg, void *function)
{
    event_emit(EVENT_CALL, id, callback, arg, function);
}

static inline void call_end(uint32_t id, enum callback callback, void *function)
{
    event_emit(EVENT_CALL_END, id, callback, 0, function);
}

/* Defines the trampoline `name` of a handle's callback: its entry is found by the first parameter.
 */
#define HANDLE_CALL(name, type, slot, what, arg, params, args) \
    static OFTEN void name params                              \
    {                                                          \
        struct known *known = known_find(handle);              \
        type function = (type)known->callback[slot];           \
        uint32_t id = known_id(known);                         \
                                                               \
        call_begin(id, what, arg, (void *)function);           \
        function args;                                         \
        call_end(id, what, (void *)function);                  \
    }

/* The same for a request, which is forgotten first: the callback may free or reuse it. Programs may
 * pass no callback; the trampoline is there all the same, to see the end. */
#define REQUEST_CALL(name, type, arg, params, args)           \
    static OFTEN void name params                             \
    {                                                         \
        struct known *known = known_find(req);                \
        type function = (type)known->callback[KNOWN_MAIN];    \
        uint32_t id = known_id(known);                        \
                                                              \
        request_done(known);                                  \
        call_begin(id, CALLBACK_DONE, arg, (void *)function); \
        if (function)                                         \
            function args;                                    \
        call_end(id, CALLBACK_DONE, (void *)function);        \
        event_emit_more(EVENT_GONE, id, 0, 0, NULL);          \
    }

#endif
