/* What a fuzz target is: a function that eats bytes and aborts if a promise is broken, with the
 * words that its inputs are made of. libFuzzer calls the function; so does driver.c, without it. */
#ifndef ASYNCTUT_TEST_FUZZ_H
#define ASYNCTUT_TEST_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
extern const char *const fuzz_words[]; /* ends with NULL */

#define fuzz_assert(Condition)                                                      \
    do {                                                                            \
        if (!(Condition)) {                                                         \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #Condition); \
            abort();                                                                \
        }                                                                           \
    } while (0)

/* Is the text fit to be sent to a terminal? With `lines`, line breaks and tabs are. */
bool fuzz_is_shown(const char *text, size_t length, bool lines);
/* The bytes followed by `zeroes` NULs, as file_read() gives them. Caller frees. */
char *fuzz_copy(const uint8_t *data, size_t size, size_t zeroes);

#endif
