/* The acts of this chapter's demos: each is a whole small program that
 * returns 0. */
#ifndef ASYNCTUT_ACTS_01_H
#define ASYNCTUT_ACTS_01_H

int busy_spin(void);
int busy_sleep(void);
int busy_naps(void);
int busy_both(void);

int call_stack_nested(void);

int ladder_measure(void);

#endif
