/* engine/lesson/reference: misconceptions and the glossary. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "engine/lesson/reference.h"
#include "tests/lesson/folder.h"
#include "tests/support/test.h"

static const char misconceptions[] =
    "{ \"misconceptions\": [\n"
    "{ \"id\": \"a\", \"sentence\": \"S\", \"truth\": \"T\", \"chapter\": 3, \"demo\": \"d:x\" },\n"
    "{ \"id\": \"b\", \"sentence\": \"S2\", \"truth\": \"T2\" } ] }";
static const char terms[] =
    "{ \"terms\": [\n"
    "{ \"term\": \"loop\", \"also\": [\"event loop\"], \"text\": \"x\", \"chapter\": 3 },\n"
    "{ \"term\": \"processor\", \"also\": [], \"text\": \"y\", \"see\": [\"loop\"] } ] }";

Test(reference, both_files_are_read, .init = folder_set_up, .fini = folder_clean_up)
{
    struct reference reference;
    const char *near = "";

    folder_write("misconceptions.json", misconceptions);
    folder_write("glossary.json", terms);
    cr_assert_eq(reference_load(folder_path(), &reference, NULL), 0);
    cr_assert_eq(reference.misconception_count, 2);
    cr_assert_str_eq(reference_misconception(&reference, "a")->demo, "d:x");
    cr_assert_eq(reference_misconception(&reference, "b")->chapter, -1);
    cr_assert_null(reference_misconception(&reference, "c"));
    cr_assert_str_eq(reference_term(&reference, "Event Loop", NULL)->term, "loop");
    cr_assert_str_eq(reference_term(&reference, "processor", NULL)->see[0], "loop");
    cr_assert_null(reference_term(&reference, "procesor", &near));
    cr_assert_str_eq(near, "processor");
    reference_free(&reference);
    cr_assert_eq(reference.term_count, 0);
}

Test(reference, files_that_are_not_there_are_empty, .init = folder_set_up, .fini = folder_clean_up)
{
    struct reference reference;
    const char *near = "";

    cr_assert_eq(reference_load(folder_path(), &reference, NULL), 0);
    cr_assert_eq(reference.misconception_count + reference.term_count, 0);
    cr_assert_null(reference_term(&reference, "loop", &near));
    cr_assert_null(near);
    reference_free(&reference);
}

static void assert_fault(const char *text, const char *wanted, bool glossary)
{
    struct reference reference = {0};
    struct error error = {0};

    int code =
        glossary ? reference_parse_terms(&reference, "r.json", text, strlen(text), &error)
                 : reference_parse_misconceptions(&reference, "r.json", text, strlen(text), &error);
    cr_assert_eq(code, -EINVAL);
    cr_assert_str_eq(error.text, wanted);
    reference_free(&reference);
}

Test(reference, faults_have_their_line)
{
    assert_fault("{ \"terms\": [\n{ \"term\": \"a\" } ] }", "r.json:2: \"text\" is missing", true);
    assert_fault("{ \"terms\": [ { \"term\": \"a\", \"text\": \"x\" },\n"
                 "{ \"term\": \"b\", \"text\": \"x\", \"also\": [\"A\"] } ] }",
                 "r.json:2: a word of \"b\" is already explained in line 1", true);
    assert_fault("{ \"misconceptions\": [ { \"id\": \"a\", \"sentence\": \"s\", \"truth\": \"t\" },"
                 "\n{ \"id\": \"a\", \"sentence\": \"s\", \"truth\": \"t\" } ] }",
                 "r.json:2: the id \"a\" is already used in line 1", false);
    assert_fault("{ \"misconceptions\": [ { \"id\": \"a\", \"chapter\": -1 } ] }",
                 "r.json:1: \"sentence\" is missing", false);
    assert_fault("{ \"misconception\": [] }",
                 "r.json:1: unknown key \"misconception\"; did you mean \"misconceptions\"?",
                 false);
}
