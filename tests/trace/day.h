/* A bit of everything that libuv has, with an end. */
#ifndef ASYNCTUT_TEST_DAY_H
#define ASYNCTUT_TEST_DAY_H

/* Returns 0: works and files in the pool, writes that wait, a timer that repeats, an async. */
int day(void);

#endif
