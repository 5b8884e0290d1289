/* What went wrong, in one line that a person reads. Modules that parse files put the file and the
 * line first ("content/03-concurrency/quiz.json:12: item has no answer"); the code is 0 or a
 * negative UV_E*. The caller owns the struct; setting it twice keeps the first message. */
#ifndef ASYNCTUT_ERROR_H
#define ASYNCTUT_ERROR_H

#include <stdarg.h>

struct error {
    int code; /* 0: no error. Else a negative UV_E* (negated errno) */
    char text[512];
};

/* Sets code and formatted text, unless an error is already there. Returns the code that is set, so
 * that callers can `return error_set(...)`; error may be NULL. Control characters in the text are
 * shown as \xNN. */
int error_set(struct error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with "file:line: " before the text; a line of 0 is left out. */
int error_at(struct error *error, int code, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
