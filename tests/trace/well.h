/* Small libuv programs that nearly have the fault of their neighbour in patients.h, and are well:
 * the same work, done as it should be. Each returns 0. */
#ifndef ASYNCTUT_TEST_WELL_H
#define ASYNCTUT_TEST_WELL_H

int well_blocked_loop(void);    /* 120 ms of work in sixty callbacks, each in a turn of its own */
int well_stale_clock(void);     /* computes, has the clock looked at, starts a timer */
int well_oversleep(void);       /* computes before the sleep, and has the clock looked at */
int well_starved_phase(void);   /* 400 timers that are due at once */
int well_closed(void);          /* a timer that ended is closed, once, before its loop */
int well_write_queue(void);     /* 2 MiB, each piece when the one before is out, to one who reads */
int well_written_at_once(void); /* 2 MiB in one turn, to one who takes all at once */
int well_pool_saturated(void);  /* eight works, each asked for when the one before is done */
int well_sync_fs(void);         /* a hundred files, by the pool */
int well_wrong_thread(void);    /* a thread asks the loop to stop a timer */
int well_busy_idle(void);       /* an idle handle that is stopped when its work is done */
int well_working_idle(void);    /* an idle handle whose callback works, for 150 ms */
int well_work_left(void);       /* stopped with a timer pending, which is closed; then it runs on */

#endif
