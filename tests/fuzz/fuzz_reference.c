/* The readers of misconceptions and terms, over the same bytes. */
#include <string.h>

#include "engine/lesson/reference.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_words[] = {"{",
                                  "}",
                                  "[",
                                  "]",
                                  ",",
                                  "\"terms\"",
                                  "\"term\"",
                                  "\"also\"",
                                  "\"text\"",
                                  "\"see\"",
                                  "\"misconceptions\"",
                                  "\"id\"",
                                  "\"sentence\"",
                                  "\"truth\"",
                                  "\"demo\"",
                                  "\"chapter\"",
                                  "3",
                                  "\"\\u001b\"",
                                  "\n",
                                  NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reference reference = {0};
    struct error error = {0}, other = {0};
    char *text = fuzz_copy(data, size, 0);

    if (reference_parse_terms(&reference, "f", text, size, &error) == 0)
        for (size_t i = 0; i < reference.term_count; i++) {
            const struct term *term = &reference.terms[i];
            fuzz_assert(fuzz_is_shown(term->text, strlen(term->text), true));
            fuzz_assert(reference_term(&reference, term->term, NULL) == term);
        }
    if (reference_parse_misconceptions(&reference, "f", text, size, &other) == 0)
        for (size_t i = 0; i < reference.misconception_count; i++)
            fuzz_assert(reference_misconception(&reference, reference.misconceptions[i].id) ==
                        &reference.misconceptions[i]);
    fuzz_assert(!error.code || strncmp(error.text, "f:", 2) == 0);
    fuzz_assert(!other.code || strncmp(other.text, "f:", 2) == 0);
    reference_free(&reference);
    free(text);
    return 0;
}
