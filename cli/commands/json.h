/* What list and progress share of their JSON. */
#ifndef ASYNCTUT_COMMAND_JSON_H
#define ASYNCTUT_COMMAND_JSON_H

#include <cJSON.h>

#include "cli/app.h"
#include "engine/learner/learner.h"

/* "state": "new", "begun" or "done", "section", "quiz": {"right", "of"}. state may be NULL. */
void json_add_state(cJSON *entry, const struct chapter_state *state);

/* "exercises": {"begun", "passed", "of"}, if the chapter has any. */
void json_add_exercises(cJSON *entry, const struct app *app, const struct course_chapter *chapter);

/* Writes the whole to standard output and frees it. A status. */
int json_out(cJSON *json);

#endif
