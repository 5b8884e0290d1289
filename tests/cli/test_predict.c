/* Predictions as a learner meets them: graded by a run that keeps its promise, and by no other. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/cli/process.h"
#include "tests/cli/support.h"
#include "tests/support/test.h"

static const char course[] =
    "{\"title\": \"T\", \"parts\": [{\"number\": \"I\", \"title\": \"P\", \"chapters\": [\n"
    "{\"number\": 42, \"slug\": \"answer\", \"title\": \"C\", \"question\": \"Why?\",\n"
    "\"minutes\": 5, \"builds_on\": []}]}]}\n";

static const char quiz[] =
    "{\"items\": [{\"id\": \"p1\", \"type\": \"predict\", \"demo\": \"crowd:%s\", \"ask\": \"How "
    "often?\",\n"
    " \"measure\": {\"what\": \"count\", \"kind\": \"say\"}, \"choices\": [\n"
    " {\"text\": \"once\", \"from\": 1, \"to\": 2, \"why\": \"It is said once.\"},\n"
    " {\"text\": \"twice\", \"from\": 2, \"to\": 3, \"why\": \"It is not said twice.\"}],\n"
    " \"promise\": 1, \"bend\": \"A crowd can bend it.\"}]}\n";

/* Predicts, sees that act run, and looks at progress afterwards. */
static const char *predict(const char *act, const char *answer)
{
    static char shown[1 << 16];
    char text[1024], variable[300];

    mkdir(learner_file("42-answer"), 0700);
    learner_write("course.json", course);
    learner_write("42-answer/lesson.md", "# C\n\nBefore.\n\n<!-- predict p1 -->\n");
    snprintf(text, sizeof text, quiz, act);
    learner_write("42-answer/quiz.json", text);
    snprintf(variable, sizeof variable, "ASYNCTUT_CONTENT=%s", learner_file(""));
    struct outcome outcome = piped_as(ASYNCTUT_CROWD, "run 42", answer, variable);
    cr_assert_eq(outcome.status, 0, "%s", outcome.error);
    snprintf(shown, sizeof shown, "%s", outcome.out);
    return shown;
}

/* Was an answer written down? */
static bool is_recorded(void)
{
    static char text[1 << 16];
    FILE *file = fopen(learner_file("asynctut/progress.json"), "r");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;

    if (file)
        fclose(file);
    text[length] = '\0';
    return contains(text, "\"p1\"");
}

#define PredictTest(Name) \
    Test(predict, Name, .init = learner_folder_make, .fini = learner_folder_remove)

PredictTest(a_run_that_keeps_its_promise_is_graded)
{
    const char *shown = predict("keeps", "1\n");

    cr_assert(contains(shown, "Right: once"), "%s", shown);
    cr_assert(is_recorded());
}

PredictTest(a_wrong_prediction_is_told_what_the_run_did)
{
    const char *shown = predict("keeps", "2\n");

    cr_assert(contains(shown, "You said: twice"), "%s", shown);
    cr_assert(contains(shown, "The run: once"), "%s", shown);
    cr_assert(contains(shown, "It is not said twice."), "%s", shown);
    cr_assert(is_recorded());
}

PredictTest(a_run_that_breaks_its_promise_is_shown_and_not_graded)
{
    const char *shown = predict("breaks", "2\n");

    cr_assert(contains(shown, "The run: twice"), "%s", shown);
    cr_assert(contains(shown, "Not graded: this run is not what"), "%s", shown);
    cr_assert(contains(shown, "A crowd can bend it."), "%s", shown);
    cr_assert_not(contains(shown, "Right:"), "not by luck either: %s", shown);
    cr_assert_not(is_recorded());
}

PredictTest(a_machine_that_was_too_busy_is_named_as_the_reason)
{
    const char *shown = predict("crowded", "1\n");
    const char *said = strstr(shown, "Not graded: this machine was too busy: the demo waited ");
    double waited = 0;

    cr_assert(said, "%s", shown);
    cr_assert_eq(sscanf(strstr(said, "waited "), "waited %lf ms", &waited), 1, "%s", said);
    cr_assert_gt(waited, 30, "four threads took turns on one processor: %s", said);
    cr_assert_not(is_recorded());
}
