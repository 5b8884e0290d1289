/* The acts of this chapter's demos: each is a whole small program that
 * returns 0. */
#ifndef ASYNCTUT_ACTS_05_H
#define ASYNCTUT_ACTS_05_H

int toy_loop_run(void);

int phases_one_turn(void);

int oversleep_in_timer(void);
int oversleep_in_poll(void);
int oversleep_cured(void);
int oversleep_repeat(void);
int oversleep_drift(void);

int three_tasks_turns(void);

int versions_once(void);

#endif
