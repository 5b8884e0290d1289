/* Tasks write their events to the record of engine/event: what the calling thread's writer is, is
 * where its tasks are recorded. For programs that are traced; others leave the library silent. */
#ifndef ASYNCTUT_TASK_RECORDED_H
#define ASYNCTUT_TASK_RECORDED_H

struct task_tracer;

/* The tracer that does so; it lives as long as the program. Visible, because a probe that is linked
 * in or preloaded asks for it. Any thread. */
__attribute__((visibility("default"))) const struct task_tracer *task_recorder(void);

#endif
