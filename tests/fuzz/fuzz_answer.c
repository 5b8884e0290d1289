/* grade_answer(): any line that a person may type, against one item of each type. */
#include <string.h>

#include "engine/quiz/grade.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_words[] = {"1",
                                  "2",
                                  "3",
                                  " ",
                                  ",",
                                  "500",
                                  "ms",
                                  "e",
                                  ".",
                                  "-",
                                  "inf",
                                  "0x",
                                  "poll",
                                  "POLL",
                                  "\t",
                                  "\n",
                                  "99999999999999999999",
                                  NULL};

static struct choice choices[] = {{.text = "a", .why = "w", .right = true},
                                  {.text = "b", .why = "v"},
                                  {.text = "c", .why = "u", .right = true}};
static const char *const entries[] = {"x", "y", "z", NULL}, *const answers[] = {"poll", NULL};
static const struct item items[] = {
    {.type = ITEM_CHOICE, .choices = choices, .choice_count = 2},
    {.type = ITEM_MULTI, .choices = choices, .choice_count = 3},
    {.type = ITEM_ORDER, .entries = entries, .why = "w"},
    {.type = ITEM_NUMBER, .answer = 500, .tolerance = 5, .unit = "ms", .why = "w"},
    {.type = ITEM_TEXT, .answers = answers, .why = "w"},
    {.type = ITEM_PREDICT, .choices = choices, .choice_count = 3, .promise = 1},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int shown[] = {2, 0, 1};
    char *answer = fuzz_copy(data, size, 1);

    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        struct graded graded = {.chosen = -2};
        struct error error = {0};
        int code = grade_answer(&items[i], size % 2 ? shown : NULL, answer, &graded, &error);
        fuzz_assert(code == 0 ? graded.chosen >= -1 && graded.chosen < 3 && graded.why
                              : graded.chosen == -2 && strncmp(error.text, "Type ", 5) == 0);
    }
    free(answer);
    return 0;
}
