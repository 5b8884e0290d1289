/* Memory that runs out where a test says. Only allocations of the code under test count: the
 * linker leads them here (--wrap in meson.build); cJSON's come by its hooks, md4c's do not. */
#ifndef ASYNCTUT_TESTS_MEMORY_H
#define ASYNCTUT_TESTS_MEMORY_H

/* The allocation after `n` more fails, and so do all later ones; -1: none does. */
void memory_fail_after(long n);
/* Did one fail since? */
int memory_failed(void);

#endif
