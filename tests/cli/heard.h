/* `asynctut trace` with hears.c, which prints the signals that it gets. */
#ifndef ASYNCTUT_TESTS_CLI_HEARD_H
#define ASYNCTUT_TESTS_CLI_HEARD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Before each test: as learner_folder_make(), and signals are as a shell leaves them, also where
 * the tests themselves run under nohup, say. */
void heard_begin(void);

/* How often to do each thing; ASYNCTUT_RUNS says otherwise. */
int heard_rounds(int otherwise);

struct heard {
    pid_t child, group, tracer, program;
    int in, out;
    char text[4096];
    size_t length;
};

/* Starts words (NULL-terminated), which start hears, in a group of its own that the first of them
 * leads, or does not lead. heard_ready() waits until hears is there. */
void heard_start(struct heard *heard, const char *const *words, bool leads);
void heard_ready(struct heard *heard);
/* `asynctut trace -- hears`, ready. */
void heard_open(struct heard *heard, bool leads);

/* The next line, without its end; NULL when the output has ended. Valid until the next call. */
const char *heard_line(struct heard *heard);
void heard_expect(struct heard *heard, const char *line);
/* That nothing else was heard until now, and that the tracer still passes signals on: by signals
 * that are passed on after all that came before. */
void heard_nothing_else(struct heard *heard);

void heard_tell(struct heard *heard, char letter);
/* Ends hears; the wait status of the child. */
int heard_end(struct heard *heard);

#endif
