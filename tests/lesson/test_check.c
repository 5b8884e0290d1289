/* engine/lesson/check over a small course that is right, and over the same with one fault each. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/lesson/check.h"
#include "tests/lesson/folder.h"
#include "tests/support/test.h"

static const char manifest[] =
    "{ \"title\": \"C\", \"parts\": [ { \"number\": \"I\", \"title\": \"P\", \"chapters\": [ {\n"
    "\"number\": 3, \"slug\": \"concurrency\", \"title\": \"T\", \"question\": \"Q?\",\n"
    "\"minutes\": 5, \"builds_on\": [] } ] } ] }";
static const char misconceptions[] =
    "{ \"misconceptions\": [\n{ \"id\": \"m\", \"sentence\": \"S.\", \"truth\": \"T.\",\n"
    "\"chapter\": 3, \"demo\": \"chess:one\" } ] }";
static const char glossary[] = "{ \"terms\": [\n{ \"term\": \"loop\", \"text\": \"x\", "
                               "\"chapter\": 3, \"see\": [\"task\"] },\n"
                               "{ \"term\": \"task\", \"text\": \"y\", \"chapter\": 3 } ] }";
static const char lesson[] =
    "# T\n\nA **loop** runs **tasks**.\n\n<!-- source chess:step -->\n\n"
    "<!-- predict p1 -->\n\n> **In the wild**\n>\n> [So](http://x.org).\n\n"
    "See [this](quiz.json#x) and [here](#t).\n\n<!-- demo chess -->\n";
static const char quiz[] =
    "{ \"items\": [\n"
    "{ \"id\": \"q1\", \"type\": \"choice\", \"ask\": \"?\", \"see\": \"chess:one\", "
    "\"choices\": [\n"
    "  { \"text\": \"a\", \"right\": true, \"why\": \"w\" },\n"
    "  { \"text\": \"b\", \"why\": \"w\", \"misconception\": \"m\" } ] },\n"
    "{ \"id\": \"p1\", \"type\": \"predict\", \"demo\": \"chess:one\", \"ask\": \"?\",\n"
    "  \"measure\": { \"what\": \"threads\" }, \"choices\": [\n"
    "  { \"text\": \"1\", \"to\": 2, \"why\": \"w\" },\n"
    "  { \"text\": \"2\", \"from\": 2, \"why\": \"w\" } ] }\n"
    "] }\n";

static void write_course(void)
{
    folder_write("course.json", manifest);
    folder_write("misconceptions.json", misconceptions);
    folder_write("glossary.json", glossary);
    folder_write("03-concurrency/lesson.md", lesson);
    folder_write("03-concurrency/quiz.json", quiz);
    folder_write("chess.c", "/* region step */\nx;\n/* end */\n");
}

static void set_up(void)
{
    folder_set_up();
    write_course();
}

static const char *source(void *data, int chapter, const char *demo)
{
    (void)data;
    return chapter == 3 && strcmp(demo, "chess") == 0 ? "chess.c" : NULL;
}

static bool has_act(void *data, int chapter, const char *demo, const char *act)
{
    return source(data, chapter, demo) && strcmp(act, "one") == 0;
}

static struct str findings;

static void note(void *data, const struct finding *finding)
{
    struct str line = {0};

    (void)data;
    if (finding->line)
        str_printf(&line, "%s%s:%d: %s\n", finding->warning ? "(" : "", finding->file,
                   finding->line, finding->text);
    else
        str_printf(&line, "%s%s: %s\n", finding->warning ? "(" : "", finding->file, finding->text);
    str_puts(&findings, folder_relative(str_text(&line)));
    str_free(&line);
}

/* Warnings begin with a parenthesis. The quiz is far too short for a real one; that warning, which
 * every case has, is asserted and left out. */
static void assert_findings(int errors, const char *wanted)
{
    static const char few[] =
        "(03-concurrency/quiz.json: beside the lesson's the quiz has 1 questions; 8 make a quiz\n";
    const struct check_demos demos = {folder_path(), source, has_act, NULL};

    str_clear(&findings);
    cr_assert_eq(course_check(folder_path(), &demos, note, NULL), errors, "%s",
                 str_text(&findings));
    char *at = strstr(findings.data ? findings.data : "", few);
    if (at)
        memmove(at, at + sizeof few - 1, strlen(at + sizeof few - 1) + 1);
    cr_assert_str_eq(str_text(&findings), wanted);
    str_free(&findings);
}

/* The file with `from` replaced by `to`; everything else as it was. */
static void with(const char *name, const char *text, const char *from, const char *to)
{
    struct str changed = {0};
    const char *at = strstr(text, from);

    cr_assert_not_null(at, "%s", from);
    str_add(&changed, text, (size_t)(at - text));
    str_puts(&changed, to);
    str_puts(&changed, at + strlen(from));
    write_course();
    folder_write(name, str_text(&changed));
    str_free(&changed);
}

Test(check, a_course_that_is_right_has_no_finding, .init = set_up, .fini = folder_clean_up)
{
    assert_findings(0, "");
}

#define LESSON "03-concurrency/lesson.md"
#define QUIZ "03-concurrency/quiz.json"

Test(check, names_in_lessons_must_lead_somewhere, .init = set_up, .fini = folder_clean_up)
{
    with(LESSON, lesson, "demo chess", "demo chss");
    assert_findings(1, LESSON ":15: chapter 03 has no demo \"chss\"\n");
    with(LESSON, lesson, "demo chess", "demo chess:two");
    assert_findings(1, LESSON ":15: demo \"chess\" has no act \"two\"\n");
    with(LESSON, lesson, "chess:step", "chess:stop");
    assert_findings(1, LESSON ":5: chess.c has no region \"stop\"\n");
    with(LESSON, lesson, "chess:step", "chess");
    assert_findings(1, LESSON ":5: \"source\" needs demo:region\n");
    with(LESSON, lesson, "quiz.json#x", "quizz.json");
    assert_findings(1, LESSON ":13: the link to \"quizz.json\" leads nowhere\n");
    with(LESSON, lesson, "[So](http://x.org)", "So");
    assert_findings(1, LESSON ":9: a claim about the world has no source\n");
    with(LESSON, lesson, "<!-- predict p1 -->", "");
    assert_findings(1, QUIZ ":5: no lesson asks the prediction \"p1\"\n"
                            "(" QUIZ
                            ": beside the lesson's the quiz has 2 questions; 8 make a quiz\n");
    with(LESSON, lesson, "<!-- predict p1 -->", "<!-- predict p2 -->");
    assert_findings(2, LESSON ":7: " QUIZ " has no item \"p2\"\n"
                              "misconceptions.json:2: no answer reveals \"m\"\n");
}

Test(check, names_in_quizzes_must_lead_somewhere, .init = set_up, .fini = folder_clean_up)
{
    with(QUIZ, quiz, "\"m\"", "\"n\"");
    assert_findings(2, QUIZ ":4: misconceptions.json has no \"n\"\n"
                            "misconceptions.json:2: no answer reveals \"m\"\n");
    with(QUIZ, quiz, "\"see\": \"chess:one\"", "\"see\": \"chss:one\"");
    assert_findings(1, QUIZ ":2: chapter 03 has no demo \"chss\"\n");
    with(QUIZ, quiz, "\"demo\": \"chess:one\"", "\"demo\": \"chess:two\"");
    assert_findings(1, QUIZ ":5: demo \"chess\" has no act \"two\"\n");
    with(QUIZ, quiz, ", \"misconception\": \"m\"", "");
    assert_findings(1, "(" QUIZ ":4: item q1: a wrong choice reveals no misconception\n"
                       "misconceptions.json:2: no answer reveals \"m\"\n");
}

Test(check, the_shared_lists_must_lead_somewhere, .init = set_up, .fini = folder_clean_up)
{
    with("misconceptions.json", misconceptions, "chess:one", "chess:two");
    assert_findings(1, "misconceptions.json:2: demo \"chess\" has no act \"two\"\n");
    with("misconceptions.json", misconceptions, ": 3", ": 4");
    assert_findings(1, "misconceptions.json:2: there is no chapter 04\n");
    with("glossary.json", glossary, "[\"task\"]", "[\"tisk\"]");
    assert_findings(1, "glossary.json:2: \"loop\" refers to \"tisk\", which is no term\n");
    with("glossary.json", glossary, "[\"task\"]", "[\"loop\"]");
    assert_findings(1, "glossary.json:2: \"loop\" refers to \"loop\", which is no other term\n");
}

Test(check, terms_are_linked_and_explained_where_the_glossary_says, .init = set_up,
     .fini = folder_clean_up)
{
    with(LESSON, lesson, "**tasks**", "work");
    assert_findings(1,
                    LESSON ": the glossary's \"task\" has no first use here to be linked from\n");
    with(LESSON, lesson, "**tasks**", "multi-tasks, [tasks](#t) and `task_run`");
    assert_findings(1,
                    LESSON ": the glossary's \"task\" has no first use here to be linked from\n");
    with(LESSON, lesson, "**tasks**", "tasks");
    assert_findings(1, LESSON
                    ": the glossary's \"task\" is said but never bold: it is explained nowhere\n");
}

static const char two_chapters[] =
    "{ \"title\": \"C\", \"parts\": [ { \"number\": \"I\", \"title\": \"P\", \"chapters\": [ {\n"
    "\"number\": 3, \"slug\": \"concurrency\", \"title\": \"T\", \"question\": \"Q?\",\n"
    "\"minutes\": 5, \"builds_on\": [] }, {\n"
    "\"number\": 4, \"slug\": \"next\", \"title\": \"T\", \"question\": \"Q?\",\n"
    "\"minutes\": 5, \"builds_on\": [] } ] } ] }";
static const char next_quiz[] = "{ \"items\": [\n"
                                "{ \"id\": \"q1\", \"type\": \"text\", \"ask\": \"Which word?\",\n"
                                " \"answers\": [\"a\"], \"why\": \"w\" } ] }\n";

/* A second chapter, which explains `word`. */
static void add_chapter(const char *word, bool ordinary)
{
    char terms[400];

    write_course();
    snprintf(terms, sizeof terms,
             "{ \"terms\": [\n{ \"term\": \"%s\", \"text\": \"x\", \"chapter\": 4, "
             "\"ordinary\": %s } ] }",
             word, ordinary ? "true" : "false");
    folder_write("course.json", two_chapters);
    folder_write("glossary.json", terms);
    folder_write("04-next/quiz.json", next_quiz);
    folder_write("04-next/lesson.md", "# T\n\nA **loop** turns, **here** too.\n");
}

#define SHORT "(04-next/quiz.json: beside the lesson's the quiz has 1 questions; 8 make a quiz\n"

Test(check, no_chapter_uses_a_term_before_it_is_explained, .init = set_up, .fini = folder_clean_up)
{
    add_chapter("loop", false);
    assert_findings(1, LESSON ":3: uses \"loop\", which chapter 04 explains\n" SHORT);
    add_chapter("loop", true);
    assert_findings(0, SHORT);
    add_chapter("here", false);
    folder_write("04-next/lesson.md", "# T\n\n<!-- check q1 -->\n\nA **loop** is **here**.\n");
    folder_write("04-next/quiz.json",
                 "{ \"items\": [\n{ \"id\": \"q1\", \"type\": \"text\", \"ask\": \"Is it here?\",\n"
                 " \"answers\": [\"a\"], \"why\": \"w\" } ] }\n");
    folder_write(LESSON, "# T\n\nA loop.\n\n<!-- source chess:step -->\n\n<!-- predict p1 -->\n");
    assert_findings(1, "04-next/quiz.json:2: uses \"here\" before its lesson has come to it\n"
                       "(04-next/quiz.json: beside the lesson's the quiz has 0 questions; 8 make a "
                       "quiz\n");
}

Test(check, what_does_not_load_is_one_error_with_its_place, .init = set_up, .fini = folder_clean_up)
{
    with("course.json", manifest, "\"slug\"", "\"slog\"");
    assert_findings(1, "course.json:2: unknown key \"slog\"; did you mean \"slug\"?\n");
    with("misconceptions.json", misconceptions, "\"truth\"", "\"trth\"");
    assert_findings(1, "misconceptions.json:2: unknown key \"trth\"; did you mean \"truth\"?\n");
    with(QUIZ, quiz, "\"why\": \"w\" },", "},");
    assert_findings(2, QUIZ ":3: expected a text in double quotes\n"
                            "misconceptions.json:2: no answer reveals \"m\"\n");
}

Test(check, characters_that_terminals_differ_on_are_errors, .init = set_up, .fini = folder_clean_up)
{
    with(LESSON, lesson, "A **loop**", "A\xe2\x80\x8d **loop** \xef\xb8\x8f\n\xf0\x9f\x87\xa9");
    assert_findings(3, LESSON ":3: the character U+200D may not be used\n" LESSON
                              ":3: the character U+FE0F may not be used\n" LESSON
                              ":4: the character U+1F1E9 may not be used\n");
    with(QUIZ, quiz, "\"ask\": \"?\"", "\"ask\": \"\\u200d\\u00e9\\n?\"");
    assert_findings(1, QUIZ ":2: the character U+200D may not be used\n");
    write_course();
    folder_write("03-concurrency/exercises/e/problem.md", "A \xe2\x80\x8d b\n");
    folder_write("03-concurrency/exercises/e/.problem.md.swp", "A \xe2\x80\x8d b\n");
    assert_findings(1, "03-concurrency/exercises/e/problem.md:1: the character U+200D may not be "
                       "used\n");
    folder_write("03-concurrency/exercises/e/problem.md", "A b\n");
    with("glossary.json", glossary, "\"x\"", "\"x\\u001b\"");
    assert_findings(1, "glossary.json:2: the character U+001B may not be used\n");
}

Test(check, long_sentences_and_paragraphs_are_warned_of, .init = set_up, .fini = folder_clean_up)
{
    char words[400] = "", many[1200] = "**Tasks** of a **loop**. ";

    for (int i = 0; i < 35; i++)
        strcat(words, i ? " w" : "w");
    strcat(words, " **loop** (e.g. this). And **tasks**.\n\nOther");
    with(LESSON, lesson, "A **loop** runs **tasks**.", words);
    assert_findings(0,
                    "(" LESSON
                    ":3: a sentence has 38 words: \"w w w w w w w w w w w w w w w w w w w w …\"\n");
    /* 6 lines of 80 columns hold 16 sentences of 29 and a blank; one more begins a seventh. */
    for (int i = 0; i < 16; i++)
        strcat(many, "Four words and five lettersé. ");
    with(LESSON, lesson, "A **loop** runs **tasks**.", many);
    assert_findings(0, "(" LESSON ":3: a paragraph has 7 lines at 80 columns\n");
}
