/* Inside engine/exercise. */
#ifndef ASYNCTUT_EXERCISE_PRIV_H
#define ASYNCTUT_EXERCISE_PRIV_H

#include "engine/base/arena.h"
#include "engine/exercise/exercise.h"
#include "engine/lesson/json.h"

/* Reads check.json into an exercise whose memory is an arena. */
int check_json_read(const char *file, const char *text, size_t length, struct exercise *exercise,
                    struct error *error);

/* The number of a member's word, by the function that names numbers; -1 if it is left out. */
int check_json_word(struct json *json, const struct cJSON *from, const char *key,
                    const char *(*name)(unsigned value), unsigned count);
/* The member "steps", and one or two selectors that are members of the check. */
void check_json_steps(struct json *json, const struct cJSON *from, struct check *check);
void check_json_members(struct json *json, const struct cJSON *from, struct check *check,
                        const char *first, const char *second);

/* Names in a folder for which `wanted` holds, sorted. A folder that is not there has none. */
int exercise_list_names(struct arena *arena, const char *folder, bool (*wanted)(const char *name),
                        const char *const **ret_names, size_t *ret_count);

#endif
