/* The acts of this chapter's demos: each is a whole small program that
 * returns 0. */
#ifndef ASYNCTUT_ACTS_06_H
#define ASYNCTUT_ACTS_06_H

int alive_nothing(void);
int alive_timer_not_started(void);
int alive_timer_started(void);
int alive_timer_unref(void);
int alive_async(void);
int alive_open_socket(void);
int alive_reading_socket(void);
int alive_pool_job(void);

int busy_loop_idle_left_on(void);
int busy_loop_idle_stopped(void);

int clean_end_recipe(void);
int clean_end_queued_writes(void);

#endif
