/* What list and progress share of their JSON. */
#ifndef ASYNCTUT_COMMAND_JSON_H
#define ASYNCTUT_COMMAND_JSON_H

#include <cJSON.h>

#include "engine/learner/learner.h"

/* "state": "new", "begun" or "done", "section", "quiz": {"right", "of"}. state may be NULL. */
void json_add_state(cJSON *entry, const struct chapter_state *state);

/* Writes the whole to standard output and frees it. A status. */
int json_out(cJSON *json);

#endif
