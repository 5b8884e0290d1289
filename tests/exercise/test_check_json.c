/* Every fault of a check.json is told with its line. */
#include "engine/exercise/exercise.h"
#include "tests/support/test.h"

static void assert_fault(const char *check, const char *words)
{
    struct exercise exercise;
    struct error error = {0};
    char text[1024];

    snprintf(text, sizeof text, "{ \"title\": \"t\",\n \"checks\": [\n %s ] }", check);
    cr_assert(exercise_parse("c.json", text, strlen(text), &exercise, &error) < 0, "%s", check);
    cr_assert(strstr(error.text, words), "%s: %s", check, error.text);
    cr_assert(strstr(error.text, "c.json:3: ") == error.text, "%s: %s", check, error.text);
}

#define CHECK "{ \"id\": \"a\", \"say\": \"s\", \"type\": "

Test(check_json, faults_have_their_line)
{
    assert_fault(CHECK "\"magic\" }", "\"magic\" is no type");
    assert_fault(CHECK "\"output\" }", "\"lines\"");
    assert_fault(CHECK "\"exit\", \"status\": 256 }", "0 to 255");
    assert_fault(CHECK "\"count\", \"of\": { \"kind\": \"call\" } }", "neither");
    assert_fault(CHECK "\"count\", \"of\": { \"kind\": \"cal\" }, \"least\": 1 }", "is no kind");
    assert_fault(CHECK "\"count\", \"of\": { \"operation\": \"lock\" }, \"least\": 1 }",
                 "is no operation");
    assert_fault(CHECK "\"overlap\", \"of\": { \"operation\": \"put\" }, \"least\": 1 }",
                 "never pending");
    assert_fault(CHECK "\"count\", \"of\": { \"nth\": 1 }, \"least\": 1 }", "of nothing");
    assert_fault(CHECK "\"count\", \"least\": 1 }", "\"of\" is missing");
    assert_fault(CHECK "\"order\", \"steps\": [ { \"kind\": \"call\" } ] }", "two steps");
    assert_fault(CHECK "\"threads\", \"least\": 2, \"most\": 1 }", "above");
    assert_fault(CHECK "\"closed\", \"extra\": 1 }", "extra");
    assert_fault("{ \"id\": \"clean\", \"say\": \"s\", \"type\": \"closed\" }", "every exercise");
    assert_fault(CHECK "\"closed\" }, " CHECK "\"closed\" }", "twice");
}

Test(check_json, a_whole_one_is_read)
{
    static const char text[] =
        "{ \"title\": \"t\", \"tasks\": true, \"seeds\": 7, \"limits\": { \"time_ms\": 10 },"
        "  \"checks\": [ " CHECK "\"overlap\", \"of\": { \"wait\": \"sleep\" }, \"least\": 3 } ] }";
    struct exercise exercise;
    struct error error = {0};

    cr_assert(exercise_parse("c.json", text, strlen(text), &exercise, &error) == 0, "%s",
              error.text);
    cr_assert(exercise.tasks && exercise.seeds == 7 && exercise.limits.time_ms == 10);
    cr_assert(exercise.limits.processes == 16 && exercise.check_count == 1);
    cr_assert(exercise.checks[0].type == CHECK_OVERLAP && exercise.checks[0].least == 3);
    exercise_free(&exercise);
}
