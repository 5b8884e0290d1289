/* exercise_parse(): a check.json that it accepts can judge a run, whatever the program wrote: every
 * finding has words that are fit to show. */
#include <stdlib.h>
#include <string.h>

#include "engine/exercise/judge.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_words[] = {"{",           "}",
                                  "[",           "]",
                                  ",",           ":",
                                  "\"",          "\"id\"",
                                  "\"type\"",    "\"say\"",
                                  "\"title\"",   "\"checks\"",
                                  "\"output\"",  "\"lines\"",
                                  "\"order\"",   "\"any\"",
                                  "\"among\"",   "\"tolerance\"",
                                  "\"exit\"",    "\"status\"",
                                  "\"count\"",   "\"of\"",
                                  "\"kind\"",    "\"call\"",
                                  "\"overlap\"", "\"wait\"",
                                  "\"sleep\"",   "\"least\"",
                                  "\"most\"",    "\"duration\"",
                                  "\"from\"",    "\"to\"",
                                  "\"longest\"", "\"warnings\"",
                                  "\"none\"",    "\"limits\"",
                                  "1e999",       "-0",
                                  "\\u0000",     "\\u001b",
                                  "0.5",         NULL};

/* What the program wrote is the input itself: any bytes. */
static void judge_run(const struct exercise *exercise, const uint8_t *data, size_t size)
{
    static struct outcome outcome;
    static struct finding findings[FINDINGS_MAX];
    struct judged_run run = {.outcome = &outcome, .report = ""};

    outcome.end = size ? data[0] : 0;
    outcome.out.length = (uint32_t)(size < 4096 ? size : 4096);
    memcpy(outcome.out.bytes, data, outcome.out.length);
    size_t count = judge(exercise, &run, findings);
    fuzz_assert(count == exercise->check_count + 2);
    for (size_t i = 0; i < count; i++) {
        fuzz_assert(findings[i].id && findings[i].say && *findings[i].say);
        fuzz_assert(fuzz_is_shown(findings[i].got, strlen(findings[i].got), false));
        fuzz_assert(findings[i].passed || findings[i].got[0]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct exercise exercise;
    struct error error = {0};
    char *text = fuzz_copy(data, size, 0);

    if (exercise_parse("f", text, size, &exercise, &error) == 0) {
        fuzz_assert(exercise.check_count > 0 && exercise.check_count <= EXERCISE_CHECKS);
        judge_run(&exercise, data, size);
        exercise_free(&exercise);
    } else {
        fuzz_assert(error.text[0]);
    }
    free(text);
    return 0;
}
