/* How a blocking call is recorded: when it begins and when it ends, and with what result. A call is
 * one line of a table: BLOCKS_WITH_ERRNO(type, name, kind, argument to record, parameters, what is
 * passed on). The calling thread may be held at the gate before the call and after it; errno is
 * as the call left it. */
#ifndef ASYNCTUT_BLOCK_H
#define ASYNCTUT_BLOCK_H

#include <errno.h>

#include "engine/probe/gate.h"
#include "engine/probe/libuv.h"
#include "engine/probe/real.h"
#include "engine/probe/thread.h"

static inline void block_begin(enum blocking block, int64_t arg, const void *where)
{
    event_emit(EVENT_BLOCK, event_writer->thread, block, arg, where);
    if (block == BLOCK_SIGNAL) /* anybody may send one */
        gate_block_aside();
    else
        gate_block();
}

static inline void block_end(enum blocking block, int64_t result, const void *where)
{
    int saved = errno;

    gate_unblock();
    event_emit(EVENT_BLOCK_END, event_writer->thread, block, result, where);
    errno = saved;
}

/* A call that reports failure by -1 and errno. libuv makes such calls for every message: what is
 * recorded is a function of its own, so that a call which is passed on saves no registers for it.
 */
#define BLOCKS_WITH_ERRNO(type, name, block, arg, params, args)                           \
    REAL(name);                                                                           \
    static __attribute__((noinline)) type name##_recorded(const void *where, BARE params) \
    {                                                                                     \
        type result;                                                                      \
                                                                                          \
        block_begin(block, arg, where);                                                   \
        result = real_##name args;                                                        \
        block_end(block, result < 0 ? -errno : result, where);                            \
        return result;                                                                    \
    }                                                                                     \
    OFTEN type name params                                                                \
    {                                                                                     \
        const void *where = WHERE;                                                        \
                                                                                          \
        REAL_NOW(name);                                                                   \
        return TRACED(where) ? name##_recorded(where, BARE args) : real_##name args;      \
    }

/* A call that returns nothing, or an error number. */
#define BLOCKS(name, block, params, args) \
    REAL(name);                           \
    void name params                      \
    {                                     \
        const void *where = WHERE;        \
                                          \
        REAL_NOW(name);                   \
        if (!TRACED(where)) {             \
            real_##name args;             \
            return;                       \
        }                                 \
        block_begin(block, 0, where);     \
        real_##name args;                 \
        block_end(block, 0, where);       \
    }

#define BLOCKS_WITH_RESULT(name, block, params, args) \
    REAL(name);                                       \
    int name params                                   \
    {                                                 \
        const void *where = WHERE;                    \
        int result;                                   \
                                                      \
        REAL_NOW(name);                               \
        if (!TRACED(where))                           \
            return real_##name args;                  \
        block_begin(block, 0, where);                 \
        result = real_##name args;                    \
        block_end(block, result, where);              \
        return result;                                \
    }

#endif
