/* The acts of this chapter's demos: each is a whole small program that
 * returns 0. */
#ifndef ASYNCTUT_ACTS_04_H
#define ASYNCTUT_ACTS_04_H

int not_faster_one(void);
int not_faster_ten_blocking(void);
int not_faster_ten_paused(void);

int not_parallel_thread_ids(void);

int cooperative_greedy(void);
int cooperative_split(void);

int async_is_slower_read(void);

#endif
