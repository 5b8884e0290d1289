/* A course of one chapter and an app on a mock terminal, in a folder of their own: for whole walks
 * without a process. Chapter 42 has no demos. */
#ifndef ASYNCTUT_TESTS_CLI_SCHOOL_H
#define ASYNCTUT_TESTS_CLI_SCHOOL_H

#include "cli/app.h"
#include "cli/views/prompt.h"

struct school {
    char folder[64];
    struct app app;
    const struct course_chapter *chapter;
};

/* Opens with the usual lesson; look: of the mock terminal. Sets XDG_STATE_HOME and
 * ASYNCTUT_CONTENT. */
void school_open(struct school *school, const struct look *look);
void school_close(struct school *school); /* removes the folder */

/* Another process of the same learner: closes the app and opens it again. */
void school_again(struct school *school, const struct look *look);

/* Replaces a file of the chapter: "lesson.md", "quiz.json", or "../course.json". */
void school_write(struct school *school, const char *name, const char *text);

/* Types, walks the chapter, and gives all that was shown since; valid until the next call. */
enum flow school_walk(struct school *school, const char *keys, const char **ret_shown);

#endif
