/* The acts of this chapter's demos: each is a whole small program that
 * returns 0. */
#ifndef ASYNCTUT_ACTS_02_H
#define ASYNCTUT_ACTS_02_H

int one_waiter_blocking(void);
int one_waiter_poll(void);

int eagain_ask_again(void);
int eagain_poll(void);
int eagain_file(void);

int fetches_five_in_turn(void);
int fetches_five_together(void);
int fetches_many_in_turn(void);
int fetches_many_together(void);

#endif
