/* The acts of this chapter's demos: each is a whole small program that
 * returns 0. */
#ifndef ASYNCTUT_ACTS_00_H
#define ASYNCTUT_ACTS_00_H

int waits_together(void);
int waits_one_blocks(void);
int waits_slowly(void);

int callback_timer(void);

#endif
