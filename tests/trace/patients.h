/* Small libuv programs that each have one fault, and one that has none; for the tests of
 * diagnose.h. Each returns 0. They compute instead of sleeping, so that what they do is theirs. */
#ifndef ASYNCTUT_TEST_PATIENTS_H
#define ASYNCTUT_TEST_PATIENTS_H

int patient_healthy(void);
int patient_blocked_loop(void);   /* one callback of 120 ms */
int patient_slow_turn(void);      /* six of 30 ms in one turn */
int patient_stale_clock(void);    /* a timer of 60 ms, started after 50 ms of computing */
int patient_oversleep(void);      /* a prepare callback computes for 50 ms */
int patient_starved_phase(void);  /* 600 timers that are due at once */
int patient_not_closed(void);     /* a timer is left when the loop is closed */
int patient_write_queue(void);    /* 2 MiB to somebody who does not read */
int patient_pool_saturated(void); /* eight works of 30 ms for four threads */
int patient_sync_fs(void);        /* files on the loop's thread */
int patient_wrong_thread(void);   /* a thread stops a timer of a loop that runs elsewhere */
int patient_busy_idle(void);      /* an idle handle and nothing to do, for 150 ms */
int patient_work_left(void);      /* uv_stop() with a timer pending */
int patient_forgotten_tick(void); /* uv_stop() in a timer that repeats */

/* Closes what the last one has left, on the caller's thread. */
void patients_clean_up(void);

#endif
