/* engine/lesson/item: what a quiz.json may say, and for each fault one error with its line. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "engine/lesson/item.h"
#include "tests/support/test.h"

static void parse(const char *text, struct quiz *ret_quiz)
{
    struct error error = {0};

    cr_assert_eq(quiz_parse("q.json", text, strlen(text), ret_quiz, &error), 0, "%s", error.text);
}

/* `items` are the lines from 2 on, inside the list. */
static void assert_fault(const char *items, const char *wanted)
{
    struct quiz quiz = {0};
    struct error error = {0};
    char text[4000];

    snprintf(text, sizeof text, "{ \"items\": [\n%s\n] }\n", items);
    cr_assert_eq(quiz_parse("q.json", text, strlen(text), &quiz, &error), -EINVAL, "%s", items);
    cr_assert_str_eq(error.text, wanted);
    cr_assert_null(quiz.memory);
}

static const char all_types[] =
    "{ \"items\": [\n"
    "{ \"id\": \"q1\", \"type\": \"choice\", \"topics\": [\"a\", \"b\"], \"ask\": \"Which?\",\n"
    "  \"choices\": [ { \"text\": \"x\", \"why\": \"wx\", \"misconception\": \"m-1\" },\n"
    "               { \"text\": \"y\", \"right\": true, \"why\": \"wy\" } ],\n"
    "  \"see\": \"chess:one-loop\" },\n"
    "{ \"id\": \"q2\", \"type\": \"multi\", \"ask\": \"Which?\", \"choices\": [\n"
    "  { \"text\": \"x\", \"right\": true, \"why\": \"1\" }, { \"text\": \"y\", \"right\": true,\n"
    "  \"why\": \"2\" } ] },\n"
    "{ \"id\": \"q3\", \"type\": \"order\", \"ask\": \"?\", \"entries\": [\"a\", \"b\", \"c\"],\n"
    "  \"why\": \"w\" },\n"
    "{ \"id\": \"q4\", \"type\": \"number\", \"ask\": \"?\", \"answer\": 5e2, \"tolerance\": 50,\n"
    "  \"unit\": \"ms\", \"why\": \"w\" },\n"
    "{ \"id\": \"q5\", \"type\": \"text\", \"ask\": \"?\", \"answers\": [\"poll\"], \"why\": \"w\" "
    "},\n"
    "{ \"id\": \"p1\", \"type\": \"predict\", \"demo\": \"chess:one-loop\", \"ask\": \"?\",\n"
    "  \"measure\": { \"what\": \"ratio\", \"of\": \"total\", \"to\": \"A:waiting\",\n"
    "               \"names\": [\"A\", \"board *\"] },\n"
    "  \"choices\": [ { \"text\": \"1\", \"from\": 0.5, \"to\": 2, \"why\": \"w\" },\n"
    "               { \"text\": \"2\", \"from\": 2, \"why\": \"w\" } ],\n"
    "  \"promise\": 2, \"bend\": \"b\" },\n"
    "{ \"id\": \"p2\", \"type\": \"predict\", \"demo\": \"d\", \"ask\": \"?\",\n"
    "  \"measure\": { \"what\": \"order\", \"kind\": \"end\" },\n"
    "  \"choices\": [ { \"text\": \"1\", \"is\": [\"A\", \"B\"], \"why\": \"w\" },\n"
    "               { \"text\": \"2\", \"is\": [\"B\", \"A\"], \"why\": \"w\" } ] },\n"
    "{ \"id\": \"p3\", \"type\": \"predict\", \"demo\": \"d\", \"ask\": \"?\",\n"
    "  \"measure\": { \"what\": \"phase\", \"of\": \"A\" },\n"
    "  \"choices\": [ { \"text\": \"1\", \"equals\": \"poll\", \"why\": \"w\" },\n"
    "               { \"text\": \"2\", \"equals\": \"check\", \"why\": \"w\" } ] }\n"
    "] }\n";

Test(item, all_types_are_read)
{
    struct quiz quiz;

    parse(all_types, &quiz);
    cr_assert_eq(quiz.item_count, 8);
    const struct item *q1 = quiz_find(&quiz, "q1");
    cr_assert_eq(q1->type, ITEM_CHOICE);
    cr_assert_eq(q1->line, 2);
    cr_assert_str_eq(q1->topics[1], "b");
    cr_assert_null(q1->topics[2]);
    cr_assert_str_eq(q1->choices[0].misconception, "m-1");
    cr_assert_eq(q1->choices[1].line, 4);
    cr_assert(q1->choices[1].right);
    cr_assert_str_eq(q1->see, "chess:one-loop");
    cr_assert_null(quiz_find(&quiz, "q2")->topics[0]);
    cr_assert_str_eq(quiz_find(&quiz, "q3")->entries[2], "c");
    cr_assert_float_eq(quiz_find(&quiz, "q4")->answer, 500, 0);
    cr_assert_float_eq(quiz_find(&quiz, "q4")->tolerance, 50, 0);
    cr_assert_str_eq(quiz_find(&quiz, "q5")->answers[0], "poll");
    cr_assert_null(quiz_find(&quiz, "none"));
    quiz_free(&quiz);
    cr_assert_eq(quiz.item_count, 0);
}

Test(item, predictions_are_read)
{
    struct quiz quiz;

    parse(all_types, &quiz);
    const struct item *p1 = quiz_find(&quiz, "p1");
    cr_assert_str_eq(p1->demo, "chess:one-loop");
    cr_assert_str_eq(p1->measure.to, "A:waiting");
    cr_assert_str_eq(p1->measure.names[1], "board *");
    cr_assert_eq(p1->promise, 1);
    cr_assert_float_eq(p1->choices[0].to, 2, 0);
    cr_assert(isinf(p1->choices[1].to));
    const struct item *p2 = quiz_find(&quiz, "p2");
    cr_assert_str_eq(p2->choices[1].is[0], "B");
    cr_assert_eq(p2->promise, -1);
    cr_assert_null(p2->measure.names);
    cr_assert_str_eq(quiz_find(&quiz, "p3")->choices[0].equals, "poll");
    quiz_free(&quiz);
}

Test(item, texts_are_shown_safe_and_keep_their_lines)
{
    struct quiz quiz;

    parse("{\"items\":[{\"id\":\"a\",\"type\":\"text\",\"ask\":\"x\\u001b[31m\\ny\","
          "\"answers\":[\"\\u202e\\ud83c\\uDF73\"],\"why\":\"w\"}]}",
          &quiz);
    cr_assert_str_eq(quiz.items[0].ask, "x\\x1b[31m\ny");
    cr_assert_str_eq(quiz.items[0].answers[0], "\\u{202e}\xf0\x9f\x8d\xb3");
    quiz_free(&quiz);
}

#define CHOICES                                                      \
    "\"choices\": [ {\"text\":\"a\",\"right\":true,\"why\":\"w\"}, " \
    "{\"text\":\"b\",\"why\":\"w\"} ]"

Test(item, what_is_missing_is_named_with_its_line)
{
    assert_fault("{ \"id\": \"a\", \"ask\": \"?\" }", "q.json:2: \"type\" is missing");
    assert_fault("{ \"type\": \"choice\", \"ask\": \"?\", " CHOICES " }",
                 "q.json:2: \"id\" is missing");
    assert_fault("{ \"id\": \"a\", \"type\": \"choice\", " CHOICES " }",
                 "q.json:2: \"ask\" is missing");
    assert_fault("{ \"id\": \"a\", \"type\": \"choice\", \"ask\": \"?\" }",
                 "q.json:2: \"choices\" is missing");
    assert_fault("{ \"id\": \"a\", \"type\": \"number\", \"ask\": \"?\", \"why\": \"w\" }",
                 "q.json:2: \"answer\" is missing");
    assert_fault("{ \"id\": \"a\", \"type\": \"text\", \"ask\": \"?\", \"answers\": [\"x\"] }",
                 "q.json:2: \"why\" is missing");
    assert_fault("{ \"id\": \"a\", \"type\": \"choice\", \"ask\": \"?\", \"choices\": [\n"
                 "{\"text\":\"a\",\"right\":true,\"why\":\"w\"},\n{\"text\":\"b\"} ] }",
                 "q.json:4: \"why\" is missing");
    assert_fault("{ \"id\": \"a\", \"type\": \"text\", \"ask\": \" \", \"why\": \"w\" }",
                 "q.json:2: \"ask\" is empty");
}

Test(item, unknown_words_are_named_with_the_nearest)
{
    assert_fault("{ \"id\": \"a\", \"type\": \"choise\" }", "q.json:2: unknown type \"choise\"");
    assert_fault("{ \"id\": \"a\", \"type\": \"choice\",\n\n\"aks\": 1 }",
                 "q.json:4: unknown key \"aks\"; did you mean \"ask\"?");
    assert_fault("{ \"id\": \"a\", \"type\": \"order\", \"ask\": \"?\", \"tolerance\": 1 }",
                 "q.json:2: unknown key \"tolerance\"");
    assert_fault("{ \"id\": \"a\", \"type\": \"choice\", \"id\": \"b\" }",
                 "q.json:2: \"id\" is given twice");
    assert_fault("{ \"id\": \"A b\", \"type\": \"choice\" }",
                 "q.json:2: \"id\" must be small letters, digits and hyphens, at most 64");
}

Test(item, choices_are_checked_against_their_type)
{
    assert_fault("{ \"id\": \"a\", \"type\": \"choice\", \"ask\": \"?\", \"choices\": [\n"
                 "{\"text\":\"a\",\"why\":\"w\"}, {\"text\":\"b\",\"why\":\"w\"} ] }",
                 "q.json:2: exactly one choice must be right, not 0");
    assert_fault("{ \"id\": \"a\", \"type\": \"multi\", \"ask\": \"?\", \"choices\": [\n"
                 "{\"text\":\"a\",\"why\":\"w\"}, {\"text\":\"b\",\"why\":\"w\"} ] }",
                 "q.json:2: no choice is right");
    assert_fault(
        "{ \"id\": \"a\", \"type\": \"multi\", \"ask\": \"?\", \"choices\": [\n"
        "{\"text\":\"a\",\"why\":\"w\",\"right\":true}, {\"text\":\"a\",\"why\":\"w\"} ] }",
        "q.json:2: choices 1 and 2 are the same");
    assert_fault("{ \"id\": \"a\", \"type\": \"choice\", \"ask\": \"?\", \"choices\": [\n"
                 "{\"text\":\"a\",\"why\":\"w\",\"right\":true} ] }",
                 "q.json:2: \"choices\" needs at least 2");
    assert_fault("{ \"id\": \"a\", \"type\": \"choice\", \"ask\": \"?\", \"choices\": [\n"
                 "1,2,3,4,5,6,7,8,9,10 ] }",
                 "q.json:2: \"choices\" has more than 9 entries");
    assert_fault("{ \"id\": \"a\", \"type\": \"choice\", \"ask\": \"?\", \"choices\": [\n"
                 "{\"text\":\"a\",\"why\":\"w\",\"right\":true,\"misconception\":\"m\"},\n"
                 "{\"text\":\"b\",\"why\":\"w\"} ] }",
                 "q.json:2: choice 1 is right and a misconception");
    assert_fault("{ \"id\": \"a\", \"type\": \"order\", \"ask\": \"?\", \"why\": \"w\",\n"
                 "\"entries\": [\"a\", \"b\", \"a\"] }",
                 "q.json:3: \"a\" stands there twice");
    assert_fault("{ \"id\": \"a\", \"type\": \"number\", \"ask\": \"?\", \"why\": \"w\",\n"
                 "\"answer\": 1e999 }",
                 "q.json:3: \"answer\" must be a number");
}

Test(item, ids_are_unique)
{
    assert_fault("{ \"id\": \"a\", \"type\": \"choice\", \"ask\": \"?\", " CHOICES " },\n"
                 "{ \"id\": \"a\", \"type\": \"choice\", \"ask\": \"!\", " CHOICES " }",
                 "q.json:3: the id \"a\" is already used in line 2");
}

static void assert_predict_fault(const char *measure, const char *choices, const char *more,
                                 const char *wanted)
{
    char text[2000];

    snprintf(text, sizeof text,
             "{ \"id\": \"p\", \"type\": \"predict\", \"demo\": \"d:a\", \"ask\": \"?\",\n"
             "\"measure\": { %s },\n\"choices\": [\n%s ]%s }",
             measure, choices, more);
    assert_fault(text, wanted);
}

#define RATIO "\"what\": \"ratio\", \"of\": \"total\", \"to\": \"longest-wait\""
#define FROM(T, F, U) "{ \"text\": \"" T "\", \"why\": \"w\", \"from\": " F ", \"to\": " U " }"

Test(item, measures_are_checked_word_by_word)
{
    static const char two[] = FROM("a", "0", "1") "," FROM("b", "1", "2");

    assert_predict_fault("\"what\": \"ration\"", two, "",
                         "q.json:3: unknown what \"ration\"; did you mean \"ratio\"?");
    assert_predict_fault("\"what\": \"ratio\", \"of\": \"total\"", two, "",
                         "q.json:3: \"ratio\" needs \"to\"");
    assert_predict_fault("\"what\": \"threads\", \"kind\": \"end\"", two, "",
                         "q.json:3: \"threads\" has no \"kind\"");
    assert_predict_fault("\"what\": \"ratio\", \"of\": \"total\", \"to\": \"longest-wat\"", two, "",
                         "q.json:3: unknown to \"longest-wat\"; did you mean \"longest-wait\"?");
    assert_predict_fault("\"what\": \"ratio\", \"of\": \"A:sleeping\", \"to\": \"total\"", two, "",
                         "q.json:3: unknown of \"sleeping\"");
    assert_predict_fault("\"what\": \"overlap\", \"state\": \"runing\"", two, "",
                         "q.json:3: unknown state \"runing\"; did you mean \"running\"?");
    assert_predict_fault("\"what\": \"count\", \"kind\": \"ends\"", two, "",
                         "q.json:3: unknown kind \"ends\"; did you mean \"end\"?");
    assert_predict_fault("\"what\": \"threads\", \"names\": []", two, "",
                         "q.json:3: \"names\" needs at least 1");
}

Test(item, choices_of_predictions_are_checked_against_their_measure)
{
    assert_predict_fault(RATIO, FROM("a", "0", "1") ",\n" FROM("b", "0.9", "2"), "",
                         "q.json:6: choices 1 and 2 are right for the same run");
    assert_predict_fault(RATIO, FROM("a", "1", "1") ",\n" FROM("b", "1", "2"), "",
                         "q.json:5: \"from\" must be below \"to\"");
    assert_predict_fault(RATIO, FROM("a", "0", "1") ",\n{\"text\":\"b\",\"why\":\"w\"}", "",
                         "q.json:6: needs \"from\" or \"to\"");
    assert_predict_fault(RATIO,
                         FROM("a", "0", "1") ",\n{\"text\":\"b\",\"why\":\"w\",\"equals\":\"x\"}",
                         "", "q.json:6: needs \"from\" or \"to\"");
    assert_predict_fault("\"what\": \"order\", \"kind\": \"end\"",
                         "{\"text\":\"a\",\"why\":\"w\",\"is\":[\"A\",\"B\"]},\n"
                         "{\"text\":\"b\",\"why\":\"w\",\"is\":[\"A\",\"B\"]}",
                         "", "q.json:6: choices 1 and 2 are right for the same run");
    assert_predict_fault("\"what\": \"first\", \"kind\": \"end\"",
                         "{\"text\":\"a\",\"why\":\"w\",\"equals\":\"A\"},\n"
                         "{\"text\":\"b\",\"why\":\"w\",\"is\":[\"A\",\"B\"]}",
                         "", "q.json:6: this measure is not an order");
    assert_predict_fault(RATIO, FROM("a", "0", "1") ",\n" FROM("b", "1", "2"), ",\n\"promise\": 3",
                         "q.json:7: \"promise\" must be a whole number from 1 to 2");
}

/* Grammar: the text, and the fault that must be found in it. */
Test(item, broken_json_is_refused_with_its_line)
{
    static const struct {
        const char *text, *fault;
    } cases[] = {
        {"", "q.json:1: the file is empty"},
        {"\n\n[1, 2]", "q.json:3: expected an object: { … }"},
        {"{ \"items\": [\n1\n2 ] }", "q.json:3: expected ',' or ']'"},
        {"{ \"items\": [\n1,\n] }", "q.json:3: expected a value"},
        {"{ \"items\"\n [] }", "q.json:2: expected ':' after a key"},
        {"{ \"a\": \"b\nc\" }", "q.json:1: a text does not end on its line"},
        {"{ \"a\": \"b\tc\" }", "q.json:1: a control character in a text"},
        {"{ \"a\": \"\\x\" }", "q.json:1: an unknown escape in a text"},
        {"{ \"a\": \"\\u12g4\" }", "q.json:1: \\u needs four hexadecimal digits"},
        {"{ \"a\": \"\\u0000\" }", "q.json:1: \\u0000 is not allowed"},
        {"{ \"a\": 01 }", "q.json:1: a number begins with 0"},
        {"{ \"a\": 1. }", "q.json:1: expected a digit"},
        {"{ \"a\": nul }", "q.json:1: expected a value"},
        {"{ \"a\": 1 }\n}", "q.json:2: more text after the end"},
        {"{ \"a\": \"x", "q.json:1: a text does not end"},
        {"{ \"a\": \"\\ud800\" }", "q.json:1: half a character: \\ud800 to \\udfff come in pairs"},
        {"{ \"a\": \"\\udc00\\ud800\" }",
         "q.json:1: half a character: \\ud800 to \\udfff come in pairs"},
        {"{ \"a\": \"\\ud83c\\ud83c\" }",
         "q.json:1: half a character: \\ud800 to \\udfff come in pairs"},
        {"{ \"a\": 0.0000000000000000000000000000000000000000000000000000000000001 }",
         "q.json:1: a number is too long"},
        {"// no\n{}", "q.json:1: expected a value"},
        {"{\n\"a\": \"\xff\" }", "q.json:2: not UTF-8"},
        {"{}", "q.json:1: \"items\" is missing"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct quiz quiz = {0};
        struct error error = {0};
        cr_assert_eq(quiz_parse("q.json", cases[i].text, strlen(cases[i].text), &quiz, &error),
                     -EINVAL, "%s", cases[i].text);
        cr_assert_str_eq(error.text, cases[i].fault);
    }
}

Test(item, depth_is_bounded)
{
    char text[2000] = "{ \"items\": ";
    struct quiz quiz = {0};
    struct error error = {0};

    for (int i = 0; i < 40; i++)
        strcat(text, "[");
    cr_assert_eq(quiz_parse("q.json", text, strlen(text), &quiz, &error), -EINVAL);
    cr_assert_str_eq(error.text, "q.json:1: nested too deep");
}
