/* Tasks write their events to the record of engine/event: what the calling thread's writer is, is
 * where its tasks are recorded. For programs that are traced; others leave the library silent. */
#ifndef ASYNCTUT_TASK_RECORDED_H
#define ASYNCTUT_TASK_RECORDED_H

/* Sets the tracer; once, before the first task_run(). Visible, because a preloaded probe asks
 * whether the program has it. */
__attribute__((visibility("default"))) void task_record_events(void);

#endif
