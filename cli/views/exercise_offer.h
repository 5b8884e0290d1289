/* What a chapter ends with: its exercises, and the command that begins them. */
#ifndef ASYNCTUT_VIEW_EXERCISE_OFFER_H
#define ASYNCTUT_VIEW_EXERCISE_OFFER_H

#include "cli/app.h"

/* Writes them to the open terminal; nothing if the chapter has none. */
void exercise_offer(struct app *app, const struct course_chapter *chapter);

#endif
