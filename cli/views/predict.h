/* A prediction: asked, put to the test by a run, graded from that run. */
#ifndef ASYNCTUT_VIEW_PREDICT_H
#define ASYNCTUT_VIEW_PREDICT_H

#include "cli/views/question.h"

enum flow predict_ask(struct app *app, const struct course_chapter *chapter,
                      const struct item *item, bool *ret_right);

#endif
