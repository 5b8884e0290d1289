/* A run written by hand: real events of the real writer, at times and on threads that a test
 * chooses. The clock stands at script_at(), and event_emit() goes to script_thread(). */
#ifndef ASYNCTUT_TEST_SCRIPT_H
#define ASYNCTUT_TEST_SCRIPT_H

#include "engine/event/record.h"
#include "engine/trace/trace.h"

enum { SCRIPT_THREADS = 8 };

struct script {
    struct record *record;
    struct trace *trace; /* opened with the script */
    struct writer writers[SCRIPT_THREADS];
    int count;
};

/* An empty record of at most `chunks` chunks. */
void script_open(struct script *script, uint32_t chunks);
void script_close(struct script *script);

void script_at(struct script *script, double ms);
/* Later events are of that thread, until the next call. */
void script_thread(struct script *script, uint32_t thread);
/* A new thread, which writes from now on; the id of its entity. Its birth is written by it. */
uint32_t script_new_thread(struct script *script, uint32_t parent, const char *name);

/* An event without a place. */
void emit(enum event_kind kind, uint32_t subject, uint32_t object, int64_t arg);
void emit_name(uint32_t subject, const char *name);
/* SUSPEND for a sleep. */
void emit_sleep(uint32_t task, int ms, const void *where);

/* Three tasks A, B and C that sleep 100, 200 and 300 ms together on one loop, as in the lessons.
 * The trace is not finished. Places are addresses 0x1000 (spawn), 0x2000 (sleep) and so on. */
void script_three_sleeps(struct script *script);
/* One task A that blocks its loop for 100 ms in a sleep of libc. */
void script_blocked_loop(struct script *script);
/* Two tasks, of which A does everything to locks and the like that has words of its own, and what
 * no reader knows. */
void script_operations(struct script *script);
/* Two tasks, of which B waits for each kind of thing, known and unknown. */
void script_waits(struct script *script);

#endif
