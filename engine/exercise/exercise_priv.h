/* Inside engine/exercise. */
#ifndef ASYNCTUT_EXERCISE_PRIV_H
#define ASYNCTUT_EXERCISE_PRIV_H

#include "engine/exercise/exercise.h"

/* Reads check.json into an exercise whose memory is an arena. */
int check_json_read(const char *file, const char *text, size_t length, struct exercise *exercise,
                    struct error *error);

#endif
