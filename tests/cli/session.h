/* The program in a terminal. */
#ifndef ASYNCTUT_TESTS_CLI_SESSION_H
#define ASYNCTUT_TESTS_CLI_SESSION_H

#include "tests/cli/process.h"
#include "tests/support/vt.h"

enum { SOON = 10000 };

/* `asynctut ARGUMENTS` in a terminal of that size. extra: one more variable, or NULL. */
struct vt *session(int rows, int columns, const char *arguments, const char *extra);

/* Waits for the text; the screen is dumped and the test fails if it does not come. */
void seen(struct vt *vt, const char *text);
/* Sends keys, then waits for the text. */
void press(struct vt *vt, const char *keys, const char *text);
/* Waits for the end with that status and a terminal as it was. */
void ended(struct vt *vt, int status);

#endif
