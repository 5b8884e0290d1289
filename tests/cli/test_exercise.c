/* Exercises as a learner meets them: by commands, and watched in a terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/views/exercise_offer.h"
#include "tests/cli/school.h"
#include "tests/cli/session.h"
#include "tests/cli/support.h"
#include "tests/support/test.h"

#define ExerciseTest(Name) \
    Test(exercise, Name, .init = learner_folder_make, .fini = learner_folder_remove, .timeout = 90)

static const char passing[] =
    "#include <stdio.h>\n#include <uv.h>\n"
    "#include \"" ASYNCTUT_TOP "/content/03-concurrency/exercises/overlapping-waits/solution.c\"\n";

#define SOURCE "asynctut/workspace/overlapping-waits/overlapping-waits.c"

/* XDG_DATA_HOME for a process; valid until the next call. */
static const char *data_home(void)
{
    static char variable[300];

    snprintf(variable, sizeof variable, "XDG_DATA_HOME=%s", learner_file("."));
    return variable;
}

/* Runs it, and asserts on its status and on what it says, on either output. */
static void says(const char *arguments, int status, const char *words)
{
    struct outcome outcome = piped(arguments, "", data_home());

    cr_assert_eq(outcome.status, status, "%s: %d %s%s", arguments, outcome.status, outcome.out,
                 outcome.error);
    cr_assert(contains(outcome.out, words) || contains(outcome.error, words), "%s: %s%s", arguments,
              outcome.out, outcome.error);
}

ExerciseTest(words_that_are_mistyped_get_a_did_you_mean)
{
    says("exercise strat", 2, "Did you mean \"start\"?");
    says("exercise start pol-loop", 2, "Did you mean \"poll-loop\"?");
    says("exercise start", 2, "exercise start needs an exercise's name");
    says("exercise open", 2, "you have not started an exercise yet");
    says("exercise check", 2, "you have not started an exercise yet");
    says("exercise check poll-loop", 1, "asynctut exercise start poll-loop");
    says("exercise check --seed 0", 2, "a seed is a number");
}

/* It has the probe and AddressSanitizer linked in, whose library wants to be the first. */
ExerciseTest(a_program_that_was_built_by_hand_can_be_traced)
{
    char make[400], trace[400];
    struct outcome outcome;

    says("exercise start over", 0, "Yours to change");
    snprintf(make, sizeof make, "make -s -C %s overlapping-waits",
             learner_file("asynctut/workspace/overlapping-waits"));
    cr_assert_eq(system(make), 0, "%s", make);
    snprintf(trace, sizeof trace, "trace -- %s",
             learner_file("asynctut/workspace/overlapping-waits/overlapping-waits"));
    outcome = piped(trace, "", data_home());
    cr_assert(contains(outcome.error, "busy "), "%s", outcome.error);
    cr_assert_not(contains(outcome.error, "did not load"), "%s", outcome.error);
    cr_assert_not(contains(outcome.error, "does not come first"), "%s", outcome.error);
    cr_assert_not(contains(outcome.error, "linked into the program itself"), "%s", outcome.error);
}

ExerciseTest(from_the_start_to_the_solution)
{
    says("exercise", 0, "overlapping-waits");
    says("exercise start over", 0, "Yours to change");
    says("exercise start over", 0, "Yours, as you left it");
    says("exercise check", 1, "all three waits are pending at once");
    says("exercise hint", 0, "Hint 1 of 4");
    says("exercise hint", 0, "Hint 2 of 4");
    says("exercise solution", 1, "so far you made 0");
    says("exercise diff over", 1, "so far you made 0");
    learner_write(SOURCE, passing);
    says("exercise check --seeds 1", 0, "2 runs, every check held");
    says("exercise check --seeds 1", 0, "asynctut exercise diff overlapping-waits");
    says("exercise", 0, "passed");
    says("exercise solution", 0, "task_gather");
    says("exercise diff", 0, "+ ");
    says("exercise reset over --force", 0, ".kept-1");
    says("exercise check", 1, "Not yet");
    says("exercise", 0, "passed");
    says("exercise --json", 0, "\"passed\":\ttrue");
    says("", 0, "exercise passed");
    says("list", 0, "exercise passed");
    says("list --json", 0, "\"exercises\":\t{\n\t\t\t\t\"begun\":\t1,\n\t\t\t\t\"passed\":\t1");
    says("progress", 0, "03  concurrency     exercise passed");
    says("progress", 0, "1 of ");
    says("progress --json", 0, "\"passed\":\t1,");
    says("progress --json", 0, "\"id\":\t\"overlapping-waits\"");
}

ExerciseTest(home_and_list_tell_how_exercises_went)
{
    cr_assert(!contains(piped("", "", data_home()).out, "exercise"));
    says("exercise start over", 0, "Yours");
    says("", 0, "exercise begun");
    says("list", 0, "exercise begun");
    learner_write(
        "asynctut/progress.json",
        "{ \"format\": \"asynctut-progress\", \"version\": 1, \"chapters\": [], \"answers\": [],"
        "  \"exercises\": [ { \"exercise\": \"clean-end\", \"tries\": 1,"
        " \"hints\": 0, \"passed\": true, \"source\": 1, \"changed\": 1 } ] }");
    says("list", 0, "1 of 3 exercises passed");
}

ExerciseTest(three_honest_tries_open_the_solution)
{
    char program[200];

    says("exercise start over", 0, "Yours");
    for (int i = 1; i <= 3; i++) {
        snprintf(program, sizeof program, "int main(void) { return %d; }\n", i);
        learner_write(SOURCE, program);
        says("exercise check", 1, "Not yet");
        says("exercise check", 1, "Not yet"); /* the same again is no try */
        if (i < 3)
            says("exercise solution", 1, i == 1 ? "so far you made 1" : "so far you made 2");
    }
    says("exercise solution", 0, "task_gather");
}

ExerciseTest(a_reset_and_an_early_solution_are_asked_about)
{
    says("exercise start over", 0, "Yours");
    learner_write(SOURCE, "mine\n");
    cr_assert_eq(piped("exercise reset over", "n\n", data_home()).status, 1);
    cr_assert_eq(piped("exercise solution over --force", "n\n", data_home()).status, 1);
    cr_assert(
        contains(piped("exercise solution over --force", "y\n", data_home()).out, "task_gather"));
    cr_assert_eq(piped("exercise reset over", "y\n", data_home()).status, 0);
    cr_assert_eq(access(learner_file(SOURCE ".kept-1"), R_OK), 0);
}

ExerciseTest(a_chapter_ends_by_offering_its_exercise)
{
    struct look look = look_of_pipe();
    struct school school;
    char path[200];

    school_open(&school, &look);
    cr_assert_eq(app_chapter(&school.app, "42", &school.chapter), STATUS_OK);
    snprintf(path, sizeof path, "%s/42-%s/exercises", school.folder, school.chapter->slug);
    cr_assert_eq(symlink(ASYNCTUT_TOP "/content/05-event-loop/exercises", path), 0);
    exercise_offer(&school.app, school.chapter);
    const char *shown = term_mock_output(school.app.term);
    cr_assert(contains(shown, "asynctut exercise start five-phases"), "%s", shown);
    cr_assert(contains(shown, "How long may the loop sleep?"), "%s", shown);
    cr_assert_eq(unlink(path), 0);
    school_close(&school);
}

ExerciseTest(a_hint_during_a_check_does_not_cost_the_verdict)
{
    struct vt *vt = session(50, 100, "exercise watch over", data_home());

    seen(vt, "compiling");
    press(vt, "h", "Hint 1 of 4");
    seen(vt, "all three waits are pending at once");
    press(vt, "\003", "");
    ended(vt, 130);
}

ExerciseTest(watching_checks_after_each_save)
{
    struct vt *vt = session(50, 100, "exercise watch over", data_home());
    char name[300], other[320];

    seen(vt, "Yours to change: ");
    seen(vt, "all three waits are pending at once");
    seen(vt, "next exercise");
    press(vt, "h", "Hint 1 of 4");
    press(vt, "s", "opens after a pass");
    snprintf(name, sizeof name, "%s", learner_file(SOURCE));
    snprintf(other, sizeof other, "%s~", name);
    learner_write(SOURCE "~", passing);
    cr_assert_eq(rename(other, name), 0);
    seen(vt, "every check held in each");
    cr_assert_eq(remove(name), 0);
    press(vt, "r", "is gone. It is checked when it is back.");
    learner_write(SOURCE, "int main(void) { return wrong; }\n");
    seen(vt, "It does not compile.");
    press(vt, "q", "");
    ended(vt, 0);
}
