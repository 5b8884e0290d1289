/* What the files that report share. */
#ifndef ASYNCTUT_REPORT_PRIV_H
#define ASYNCTUT_REPORT_PRIV_H

#include "engine/task/task_priv.h"

struct task_list {
    struct task **tasks; /* the caller frees it */
    size_t n;
    unsigned states;
};

/* All tasks in one of those states (bits), in the order in which they were spawned. */
struct task_list task_list_of(struct runtime *runtime, unsigned states);

/* Where in the list the task of that number is; list->n: nowhere. */
size_t task_list_find(const struct task_list *list, uint64_t number);

/* A place in the program, for people. */
void task_describe(const void *where, char *ret_text, size_t size);

#endif
