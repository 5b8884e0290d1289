/* Inside engine/exercise. */
#ifndef ASYNCTUT_EXERCISE_PRIV_H
#define ASYNCTUT_EXERCISE_PRIV_H

#include "engine/base/arena.h"
#include "engine/exercise/exercise.h"

/* Reads check.json into an exercise whose memory is an arena. */
int check_json_read(const char *file, const char *text, size_t length, struct exercise *exercise,
                    struct error *error);

/* Names in a folder for which `wanted` holds, sorted. A folder that is not there has none. */
int exercise_list_names(struct arena *arena, const char *folder, bool (*wanted)(const char *name),
                        const char *const **ret_names, size_t *ret_count);

#endif
