/* How the program speaks outside a lesson: answers on standard output, errors on standard error in
 * two lines, what happened and what to do about it. */
#ifndef ASYNCTUT_SPEAK_H
#define ASYNCTUT_SPEAK_H

#include "engine/base/str.h"
#include "engine/term/look.h"

enum status {
    STATUS_OK = 0,
    STATUS_FAILED = 1,
    STATUS_USAGE = 2,
    STATUS_INTERRUPTED = 130,
    STATUS_TERMINATED = 143,
};

/* "asynctut: WHAT" and, indented on a line of its own, what to do ("" leaves it out). Control
 * characters in either are shown, never sent. */
void speak_error(const char *to_do, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes all of it to standard output. STATUS_OK, or STATUS_FAILED: a closed pipe is silent, any
 * other failure (a full disk) is said. */
int speak_out(const struct str *text);

/* The same through a pager, if this is long text on a terminal: $ASYNCTUT_PAGER, $PAGER or less.
 * `rows` is the height of the terminal, 0 if output is none. */
int speak_paged(const struct str *text, int rows);

/* What is being done, said in one line on standard error if it takes longer than a third of a
 * second. The look is that of standard error; nothing is said where that is no terminal, or is dumb
 * or plain. The line goes with speak_wait_end(), or when anything else is said here. Not while a
 * struct term is open, which has its own. One at a time, on the first thread. */
void speak_wait(const struct look *look, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void speak_wait_end(void);

#endif
