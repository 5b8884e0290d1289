/* What the files about iterators share: a piece of a pipeline asks its source in the name of
 * whoever asked it, so that the place where a task waits is the one in the program. */
#ifndef ASYNCTUT_ITER_PRIV_H
#define ASYNCTUT_ITER_PRIV_H

#include "engine/task/task_iter.h"
#include "engine/task/task_priv.h"

int task_iter_next_at(struct task_iter *iter, void **ret_item, const void *where);
void task_iter_close_at(struct task_iter *iter, const void *where);

#endif
