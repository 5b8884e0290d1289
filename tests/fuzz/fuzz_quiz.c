/* quiz_parse(): an item that it accepts can be asked and graded, whatever is answered. */
#include <errno.h>
#include <string.h>

#include "engine/quiz/grade.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_words[] = {"{",           "}",
                                  "[",           "]",
                                  ",",           ":",
                                  "\"",          "\"id\"",
                                  "\"type\"",    "\"ask\"",
                                  "\"why\"",     "\"text\"",
                                  "\"choices\"", "\"right\": true",
                                  "\"from\"",    "\"to\"",
                                  "\"is\"",      "\"equals\"",
                                  "\"names\"",   "\"measure\"",
                                  "\"what\"",    "\"ratio\"",
                                  "\"order\"",   "\"phase\"",
                                  "\"promise\"", "\"answers\"",
                                  "\"entries\"", "\"choice\"",
                                  "\"predict\"", "null",
                                  "true",        "1e999",
                                  "-0",          "\\u0000",
                                  "\\ud800",     "\\u001b",
                                  "\n",          "\"A:waiting\"",
                                  "0.5",         NULL};

static void check_text(const char *text)
{
    fuzz_assert(text && *text);
    fuzz_assert(fuzz_is_shown(text, strlen(text), true));
}

static void check_choice(const struct item *item, const struct choice *choice)
{
    check_text(choice->text);
    check_text(choice->why);
    if (item->type == ITEM_PREDICT)
        fuzz_assert(choice->is || choice->equals || choice->from < choice->to);
}

static void check_item(const struct item *item)
{
    static const char *const answers[] = {"1", "2 1", "1 2 3", "500 ms", "x", ""};

    check_text(item->id);
    check_text(item->ask);
    fuzz_assert(item->choice_count <= ITEM_CHOICES && item->topics && item->line >= 1);
    for (size_t i = 0; i < item->choice_count; i++)
        check_choice(item, &item->choices[i]);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct graded graded;
        struct error error = {0};
        if (grade_answer(item, NULL, answers[i], &graded, &error) == 0)
            fuzz_assert(graded.chosen < (int)item->choice_count);
        else
            fuzz_assert(error.text[0]);
    }
    if (item->type != ITEM_PREDICT)
        return;
    fuzz_assert(item->promise >= -1 && item->promise < (int)item->choice_count);
    for (int measured = -1; measured < (int)item->choice_count; measured++) {
        struct graded graded;
        grade_prediction(item, 0, measured, &graded);
        check_text(graded.why);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct quiz quiz = {0};
    struct error error = {0};
    char *text = fuzz_copy(data, size, 0);

    if (quiz_parse("f", text, size, &quiz, &error) == 0) {
        for (size_t i = 0; i < quiz.item_count; i++) {
            check_item(&quiz.items[i]);
            fuzz_assert(quiz_find(&quiz, quiz.items[i].id) == &quiz.items[i]);
        }
    } else {
        /* -ENOMEM would be JSON that our scan lets through and cJSON refuses. */
        fuzz_assert(error.code == -EINVAL && strncmp(error.text, "f:", 2) == 0 && !quiz.memory);
    }
    quiz_free(&quiz);
    free(text);
    return 0;
}
