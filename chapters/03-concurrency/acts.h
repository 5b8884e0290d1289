/* The acts of this chapter's demos: each is a whole small program that
 * returns 0. */
#ifndef ASYNCTUT_ACTS_03_H
#define ASYNCTUT_ACTS_03_H

int chess_one_by_one(void);
int chess_one_loop(void);
int chess_eight_threads(void);
int chess_cpu_one_loop(void);
int chess_cpu_threads(void);

int spinners_one_loop(void);
int spinners_two_threads(void);

int mixed_on_the_loop(void);
int mixed_beside_the_loop(void);

#endif
