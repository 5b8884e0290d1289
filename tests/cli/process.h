/* The program itself as a process, with a learner of its own. */
#ifndef ASYNCTUT_TESTS_CLI_PROCESS_H
#define ASYNCTUT_TESTS_CLI_PROCESS_H

#include <stddef.h>

/* A learner who has done nothing; fresh folders, removed by learner_folder_remove(). */
void learner_folder_make(void);
void learner_folder_remove(void);
/* A path in that folder; valid until the next call. */
const char *learner_file(const char *name);
void learner_write(const char *name, const char *text);

enum { PROCESS_WORDS = 16 };

/* The words of `asynctut ARGUMENTS` (blanks separate them) and its whole environment, which holds
 * nothing but what the tests need and `extra` ("NO_COLOR=1"; NULL: none). NULL-terminated. */
struct process {
    const char *words[PROCESS_WORDS], *environment[PROCESS_WORDS];
    char copy[512];
};
void process_make(const char *arguments, const char *extra, struct process *ret_process);

/* Runs it without a terminal: input is given, both outputs are kept. Valid until the next call. */
struct outcome {
    int status; /* of exit; -1: killed */
    const char *out, *error;
};
struct outcome piped(const char *arguments, const char *input, const char *extra);
/* The same with another build of the program. */
struct outcome piped_as(const char *program, const char *arguments, const char *input,
                        const char *extra);

#endif
