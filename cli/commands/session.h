/* How a command that held a session with the learner ends. */
#ifndef ASYNCTUT_SESSION_H
#define ASYNCTUT_SESSION_H

#include "cli/views/prompt.h"

/* Restores the terminal, says where the learner can go on, and gives the status to exit with. When
 * a demo could not be ended the process is replaced by a new one, or ends here, since its threads
 * cannot be joined. */
int session_end(struct app *app, const struct course_chapter *chapter, enum flow flow);

/* The same after a quiz alone. */
int session_end_quiz(struct app *app, const struct course_chapter *chapter, enum flow flow);

#endif
