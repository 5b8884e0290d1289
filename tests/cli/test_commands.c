/* Commands as a script or a mistyping person calls them: what they print, and how they fail. */
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/cli/process.h"
#include "tests/cli/support.h"
#include "tests/support/test.h"

#define CommandTest(Name) \
    Test(commands, Name, .init = learner_folder_make, .fini = learner_folder_remove)

/* One line what, one line what to do. */
static void fails(const char *arguments, int status, const char *what, const char *to_do)
{
    struct outcome outcome = piped(arguments, "", NULL);

    cr_assert_eq(outcome.status, status, "%s: %d %s", arguments, outcome.status, outcome.error);
    cr_assert_str_eq(outcome.out, "");
    cr_assert(contains(outcome.error, what), "%s", outcome.error);
    cr_assert(contains(outcome.error, to_do), "%s", outcome.error);
    cr_assert_eq(strncmp(outcome.error, "asynctut: ", 10), 0);
}

CommandTest(unknown_words_get_a_did_you_mean)
{
    fails("lst", 2, "no command \"lst\"", "Did you mean \"asynctut list\"?");
    fails("run 77", 2, "no chapter \"77\"", "asynctut list");
    fails("run concurency", 2, "no chapter", "Did you mean \"concurrency\"?");
    fails("demo 03 ches", 2, "no demo \"ches\"", "Did you mean \"chess\"?");
    fails("demo 03 chess:one-lop", 2, "no demo \"chess:one-lop\"", "Did you mean \"one-loop\"?");
    fails("list --jsom", 2, "no option \"--jsom\"", "Did you mean \"--json\"?");
    fails("config trce", 2, "no setting \"trce\"", "Did you mean \"trace\"?");
    fails("config trace lop", 2, "trace cannot be \"lop\"", "asynctut config");
    fails("--trace lop list", 2, "trace cannot be \"lop\"", "--help");
    fails("run", 2, "needs one chapter", "Usage: asynctut run");
    fails("run 03 --section x", 2, "a section is a number", "Usage");
    fails("run 03 --section 99", 1, "has sections 1 to", "Name one of those");
    fails("demo 03 --slow 0", 2, "5 to 100", "Usage");
    fails("home 03", 2, "home takes no argument", "Usage");
    fails("version 1", 2, "version takes no argument", "Usage");
}

/* Under ThreadSanitizer the screen comes round too seldom to see it. */
#ifndef __SANITIZE_THREAD__
CommandTest(without_a_terminal_a_blocked_loop_is_told_within_the_width)
{
    struct outcome outcome = piped("demo 03 mixed:on-the-loop --slow 20 --width 40", "", NULL);
    const char *said = strstr(outcome.out, "\n (the loop is");

    cr_assert_eq(outcome.status, 0);
    cr_assert_not_null(said, "%s", outcome.out);
    for (const char *line = said + 1; line[-2] != ')'; line = strchr(line, '\n') + 1)
        cr_assert_leq(strcspn(line, "\n"), 40, "%s", said);
}
#endif

CommandTest(escapes_in_what_was_typed_are_shown_not_sent)
{
    struct outcome outcome = piped("run \033[31m", "", NULL);

    cr_assert_eq(outcome.status, 2);
    cr_assert_null(strchr(outcome.error, '\033'));
}

CommandTest(version_names_libuv)
{
    cr_assert(contains(piped("--version", "", NULL).out, "libuv 1."));
    cr_assert(contains(piped("version", "", NULL).out, "asynctut "));
}

static bool is_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return !*text;
}

CommandTest(every_command_has_help_with_examples_first)
{
    static const char *const names[] = {
        "config",   "demo", "dev", "exercise", "export", "help",   "home",  "list",
        "progress", "quiz", "ref", "replay",   "run",    "search", "trace", "version"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char arguments[64];
        struct outcome outcome;

        snprintf(arguments, sizeof arguments, "%s --help", names[i]);
        outcome = piped(arguments, "", NULL);
        cr_assert_eq(outcome.status, 0);
        cr_assert_lt(strstr(outcome.out, "Examples"), strstr(outcome.out, "Options of every"));
        cr_assert(contains(outcome.out, "\nNext: asynctut"));
        cr_assert(is_ascii(outcome.out), "also where the locale is not UTF-8: %s", outcome.out);
    }
    cr_assert(contains(piped("help", "", NULL).out, "  progress  "));
}

CommandTest(how_far_one_is_reads_well_on_a_line_of_its_own)
{
    piped("run 03", "q\n", NULL);
    piped("quiz 03", "s\nq\n", NULL);
    cr_assert(
        contains(piped("list", "", NULL).out, "\n       at \"All at once\"; quiz at question 2\n"));
}

CommandTest(a_lesson_in_ascii_is_ascii)
{
    struct outcome outcome = piped("run 03 --ascii", "s\ns\ns\ns\ns\ns\ns\ns\ns\ns\nq\n", NULL);

    cr_assert_eq(outcome.status, 0);
    cr_assert(contains(outcome.out, "Question 1 of"), "all of it is passed: %s", outcome.out);
    cr_assert(is_ascii(outcome.out), "%s", outcome.out);
}

CommandTest(list_is_json_for_a_script)
{
    cJSON *json = cJSON_Parse(piped("list --json", "", NULL).out);
    const cJSON *chapter, *found = NULL;

    cr_assert_not_null(json);
    cJSON_ArrayForEach(chapter, cJSON_GetObjectItem(json, "chapters"))
    {
        if (cJSON_GetObjectItem(chapter, "number")->valueint == 3)
            found = chapter;
    }
    cr_assert_not_null(found);
    cr_assert_str_eq(cJSON_GetObjectItem(found, "slug")->valuestring, "concurrency");
    cr_assert_str_eq(cJSON_GetObjectItem(found, "state")->valuestring, "new");
    cJSON_Delete(json);
}

CommandTest(list_shows_a_path_in_its_order)
{
    struct outcome outcome = piped("list --path fast", "", NULL);

    cr_assert_eq(outcome.status, 0);
    cr_assert(contains(outcome.out, "Fast track"));
    cr_assert_lt(strstr(outcome.out, "02  "), strstr(outcome.out, "03  "));
    cr_assert_not(contains(outcome.out, "06  "));
    fails("list --path fats", 2, "no path \"fats\"", "The paths are ");
}

CommandTest(ref_says_what_a_word_means_and_where_to_see_it)
{
    struct outcome outcome = piped("ref event loop", "", NULL);

    cr_assert_eq(outcome.status, 0);
    cr_assert(contains(outcome.out, "sleeps until the next"));
    cr_assert(contains(outcome.out, "asynctut run 00"));
    cr_assert(contains(piped("ref", "", NULL).out, "parallelism"));
    cr_assert(contains(piped("ref timers-interrupt", "", NULL).out, "asynctut demo 04"));
    fails("ref readines", 2, "no term \"readines\"", "Did you mean \"asynctut ref readiness\"?");
}

CommandTest(quiz_asks_one_question_by_its_name)
{
    struct outcome outcome = piped("quiz 02 q7", "4 2 3 1\n", NULL);

    cr_assert_eq(outcome.status, 0);
    cr_assert(contains(outcome.out, "Right."), "%s", outcome.out);
    cr_assert_not(contains(outcome.out, "Question"), "no other one: %s", outcome.out);
    fails("quiz 02 q77", 2, "no question \"q77\"", "asynctut search");
}

CommandTest(search_finds_places_and_how_to_get_there)
{
    struct outcome outcome = piped("search slate", "", NULL);

    cr_assert_eq(outcome.status, 0);
    cr_assert(contains(outcome.out, "05 event-loop: The slate"));
    cr_assert(contains(outcome.out, "asynctut run 05 -s "));
    /* An item leads to where it is asked: a lesson's to its section, a quiz's to the question. */
    cr_assert(contains(piped("search whoever poll(2)", "", NULL).out, "asynctut run 02 -s 5"));
    outcome = piped("search put the steps", "", NULL);
    cr_assert(contains(outcome.out, "asynctut quiz 02 q7"), "%s", outcome.out);
    fails("search", 2, "search needs a word", "Usage: asynctut search");
    fails("search zzyzx", 1, "nothing says \"zzyzx\"", "Fewer or shorter");
}

CommandTest(settings_come_from_flag_environment_file_in_that_order)
{
    cr_assert_str_eq(piped("config trace", "", NULL).out, "tasks\n");
    cr_assert_eq(piped("config trace loop", "", NULL).status, 0);
    cr_assert_str_eq(piped("config trace", "", NULL).out, "loop\n");
    cr_assert_str_eq(piped("config trace", "", "ASYNCTUT_TRACE=off").out, "off\n");
    cr_assert_str_eq(piped("--trace all config trace", "", "ASYNCTUT_TRACE=off").out, "all\n");
    cr_assert_str_eq(piped("config trace --trace all", "", NULL).out, "all\n");
    cr_assert_eq(piped("config -u trace", "", NULL).status, 0);
    cr_assert_str_eq(piped("config trace", "", NULL).out, "tasks\n");
}

static void write_config(const char *text)
{
    cr_assert_eq(piped("config trace loop", "", NULL).status, 0); /* makes the folder */
    learner_write("asynctut/config.json", text);
}

CommandTest(a_broken_settings_file_is_named_with_its_line)
{
    write_config("{\n  \"trace\": \"loop\",\n  broken\n}\n");
    fails("list", 1, "config.json:3: not valid JSON", "Mend or remove");
    learner_write("asynctut/config.json", "{\"trcae\": \"loop\"}");
    fails("list", 1, "no setting \"trcae\"; \"trace\" is one", "Mend or remove");
}

CommandTest(a_wrong_variable_of_the_environment_is_named)
{
    struct outcome outcome = piped("list", "", "ASYNCTUT_TRACE=lop");

    cr_assert_eq(outcome.status, 1);
    cr_assert(contains(outcome.error, "ASYNCTUT_TRACE"));
}

/* A copy of nothing but what the test says, as the content folder. */
static const char *content(const char *course, const char *lesson, const char *quiz)
{
    static char variable[256];

    mkdir(learner_file("content"), 0700);
    mkdir(learner_file("content/03-concurrency"), 0700);
    learner_write("content/course.json", course);
    if (lesson)
        learner_write("content/03-concurrency/lesson.md", lesson);
    if (quiz)
        learner_write("content/03-concurrency/quiz.json", quiz);
    snprintf(variable, sizeof variable, "ASYNCTUT_CONTENT=%s", learner_file("content"));
    return variable;
}

static const char good_course[] =
    "{\"title\": \"T\", \"parts\": [{\"number\": \"I\", \"title\": \"P\", \"chapters\": "
    "[{\"number\": 3,\n"
    "\"slug\": \"concurrency\", \"title\": \"C\", \"question\": \"?\", \"minutes\": 1, "
    "\"builds_on\": []}]}]}\n";

static const char good_quiz[] =
    "{\"items\": [{\"id\": \"q1\", \"type\": \"choice\", \"topics\": [\"t\"], \"ask\": \"?\", "
    "\"choices\":\n"
    "[{\"text\": \"a\", \"right\": true, \"why\": \"w\"}, {\"text\": \"b\", \"why\": \"w\"}]}]}\n";

static void content_fails(const char *course, const char *lesson, const char *quiz,
                          const char *what)
{
    const char *variable = content(course, lesson, quiz);
    struct outcome outcome = piped("run 03", "", variable);

    cr_assert_eq(outcome.status, 1, "%s", outcome.error);
    cr_assert_str_eq(outcome.out, "", "nothing is half-shown: %s", outcome.out);
    cr_assert(contains(outcome.error, what), "%s", outcome.error);
}

CommandTest(broken_content_is_one_error_with_file_and_line)
{
    content_fails("{\n\"title\": \"T\",\n,}\n", NULL, NULL, "course.json:3");
    content_fails(good_course, NULL, NULL, "lesson.md");
    content_fails(good_course, "# C\n\ntext\n\n<!-- dmo chess -->\n", good_quiz, "lesson.md:5");
    content_fails(good_course, "# C\n\n<!-- demo ches -->\n", good_quiz, "lesson.md:3");
    content_fails(good_course, "# C\n\n<!-- source chess:nowhere -->\n", good_quiz, "lesson.md:3");
    content_fails(good_course, "# C\n\n<!-- check q9 -->\n", good_quiz, "lesson.md:3");
    content_fails(good_course, "# C\n\ntext\n", "{\"items\": [\n{\"id\": \"q1\"}]}\n",
                  "quiz.json:2");
}

CommandTest(dev_check_finds_faults_with_file_and_line)
{
    struct outcome outcome = piped("dev check", "", NULL);
    char arguments[256];

    cr_assert(contains(outcome.out, " errors, "), "%s", outcome.error);
    content(good_course, "# C\n\n<!-- demo ches -->\n", good_quiz);
    strcpy(arguments, "dev check ");
    strcat(arguments, learner_file("content"));
    outcome = piped(arguments, "", NULL);
    cr_assert_eq(outcome.status, 1);
    cr_assert(contains(outcome.out, "lesson.md:3: "), "%s", outcome.out);
}

CommandTest(each_verb_of_dev_has_a_help_of_its_own)
{
    struct outcome check = piped("dev check --help", "", NULL);

    cr_assert_eq(check.status, 0);
    cr_assert(contains(check.out, "asynctut dev check [FOLDER]\n"), "%s", check.out);
    cr_assert(contains(check.out, "ends with 0 if there are no errors."), "%s", check.out);
    cr_assert_not(contains(check.out, "new chapter NUMBER"), "%s", check.out);
    cr_assert(contains(piped("dev --help new chapter", "", NULL).out, "dev new chapter NUMBER"));
    cr_assert(contains(piped("dev --help", "", NULL).out, "dev check [FOLDER] | new chapter"));
}

CommandTest(dev_new_chapter_makes_one_that_passes_the_check)
{
    char arguments[512];
    struct outcome outcome;

    content("{\"title\": \"T\", \"parts\": [{\"number\": \"I\", \"title\": \"P\", \"chapters\": [\n"
            "{\"number\": 3, \"slug\": \"concurrency\", \"title\": \"C\", \"question\": \"Q?\",\n"
            "\"minutes\": 5, \"builds_on\": []}\n]}]}\n",
            "# C\n\ntext\n", good_quiz);
    snprintf(arguments, sizeof arguments, "dev new chapter 04 more %s", learner_file("content"));
    outcome = piped(arguments, "", NULL);
    cr_assert_eq(outcome.status, 0, "%s", outcome.error);
    cr_assert(contains(outcome.out, "content/04-more/lesson.md: written\n"));
    fails(arguments, 1, "there is a chapter 04: more", "Usage: asynctut dev new chapter");
    snprintf(arguments, sizeof arguments, "dev check %s", learner_file("content"));
    outcome = piped(arguments, "", NULL);
    cr_assert_null(strstr(outcome.out, "04-more/lesson.md:1: chapter"));
    cr_assert(contains(outcome.out, "04-more/lesson.md:3: warning: still to be written:"));
    fails("dev new chapter x more", 1, "a chapter's number is", "Usage");
    fails("dev new", 2, "dev needs what to do", "Usage");
}

CommandTest(escapes_in_content_are_shown_not_sent)
{
    const char *variable = content(good_course, "# C\n\nred \033[31m text\n", good_quiz);
    struct outcome outcome = piped("run 03", "", variable);

    cr_assert(contains(outcome.out, "red"));
    cr_assert_null(strchr(outcome.out, '\033'));
}

CommandTest(a_damaged_progress_file_is_kept_and_said)
{
    struct outcome outcome;

    mkdir(learner_file("asynctut"), 0700);
    learner_write("asynctut/progress.json", "{\"version\": 1, \"chap");
    outcome = piped("run 03", "", NULL);
    cr_assert(contains(outcome.error, "progress.json"), "%s", outcome.error);
    cr_assert_eq(access(learner_file("asynctut/progress.json.kept-1"), F_OK), 0);
}

CommandTest(a_state_folder_that_cannot_be_written_loses_nothing_else)
{
    struct outcome outcome;

    learner_write("asynctut", "a file where the folder should be");
    outcome = piped("run 03", "1\n", NULL);
    cr_assert(contains(outcome.error, "not saved"), "%s", outcome.error);
    cr_assert(contains(outcome.out, "Concurrency is not parallelism"));
}

CommandTest(home_without_a_terminal_says_what_is_next_and_ends)
{
    struct outcome outcome = piped("", "", NULL);

    cr_assert_eq(outcome.status, 0);
    cr_assert(contains(outcome.out, "Begin here"));
    cr_assert(contains(outcome.out, "asynctut run"));
    cr_assert_not(contains(outcome.out, "concurrency"), "one chapter is offered");
}

CommandTest(output_to_a_full_disk_fails_and_says_so)
{
    char command[512];
    int status;

    snprintf(command, sizeof command, "%s list > /dev/full 2> %s", ASYNCTUT_PROGRAM,
             learner_file("error"));
    status = system(command);
    cr_assert_eq(WEXITSTATUS(status), 1);
}
