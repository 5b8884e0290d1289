/* engine/lesson/search over a small course. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/lesson/search.h"
#include "tests/lesson/folder.h"
#include "tests/support/test.h"

static struct course course;
static struct reference reference;

static void set_up(void)
{
    folder_set_up();
    folder_write("course.json",
                 "{\"title\":\"C\",\"parts\":[{\"number\":\"I\",\"title\":\"P\",\"chapters\":["
                 "{\"number\":1,\"slug\":\"waiting\",\"title\":\"T\",\"question\":\"Q\","
                 "\"minutes\":5,\"builds_on\":[]},"
                 "{\"number\":2,\"slug\":\"broken\",\"title\":\"T\",\"question\":\"Q\","
                 "\"minutes\":5,\"builds_on\":[]}]}]}");
    folder_write("glossary.json", "{\"terms\":[{\"term\":\"kernel\",\"also\":[\"the system\"],"
                                  "\"text\":\"What runs below.\",\"chapter\":1}]}");
    folder_write("misconceptions.json",
                 "{\"misconceptions\":[{\"id\":\"m\",\"sentence\":\"Waiting is work.\","
                 "\"truth\":\"No.\",\"chapter\":1,\"demo\":\"d\"}]}");
    folder_write("01-waiting/lesson.md",
                 "# Waiting\n\nThe kernel wakes *who* waits, and only then does the program go on "
                 "with what it was about to do before it went to sleep in the kernel.\n\n"
                 "## Deep\n\n- uv_run(3) turns; a waiter waits\n\n```c\nuv_run(loop);\n```\n\n"
                 "<!-- demo waiting -->\n");
    folder_write("01-waiting/quiz.json",
                 "{\"items\":[{\"id\":\"q1\",\"type\":\"text\",\"ask\":\"Who wakes the waiter?\","
                 "\"answers\":[\"secretword\"],\"why\":\"Because of the secretword.\"}]}");
    cr_assert_eq(course_load(folder_path(), &course, NULL), 0);
    cr_assert_eq(reference_load(folder_path(), &reference, NULL), 0);
}

static void clean_up(void)
{
    course_free(&course);
    reference_free(&reference);
    folder_clean_up();
}

static struct hits search(const char *words)
{
    struct hits hits;
    struct error error = {0};

    cr_assert_eq(search_course(&course, &reference, words, &hits, &error), 0, "%s", error.text);
    cr_assert_eq(hits.unreadable, 1, "the second chapter has no files");
    for (size_t i = 0; i < hits.count; i++) {
        const struct hit *hit = &hits.items[i];
        cr_assert_leq(hit->found + hit->found_length, strlen(hit->excerpt));
        cr_assert_null(strchr(hit->excerpt, '\n'));
        cr_assert(i == 0 || hit->score <= hits.items[i - 1].score);
    }
    return hits;
}

static void assert_first(const char *words, enum hit_kind kind, const char *name, int line)
{
    struct hits hits = search(words);

    cr_assert_geq(hits.count, 1, "%s", words);
    cr_assert_eq(hits.items[0].kind, kind, "%s", words);
    cr_assert_str_eq(hits.items[0].name, name);
    cr_assert_eq(hits.items[0].line, line, "%s: line %d", words, hits.items[0].line);
    hits_free(&hits);
}

Test(search, a_term_of_that_name_comes_first, .init = set_up, .fini = clean_up)
{
    assert_first("kernel", HIT_TERM, "kernel", 1);
    assert_first("  The  ", HIT_TERM, "kernel", 1);
    assert_first("THE SYSTEM", HIT_TERM, "kernel", 1);
}

Test(search, a_heading_comes_before_a_text, .init = set_up, .fini = clean_up)
{
    assert_first("waiting", HIT_LESSON, "", 1);
    assert_first("deep", HIT_LESSON, "", 5);
}

Test(search, all_words_must_begin_words_of_one_passage, .init = set_up, .fini = clean_up)
{
    struct hits hits = search("program kern");

    cr_assert_eq(hits.count, 1);
    cr_assert_eq(hits.items[0].line, 3);
    cr_assert_eq(hits.items[0].block, 1);
    cr_assert_eq(hits.items[0].chapter, 1);
    cr_assert_str_eq(hits.items[0].section, "Waiting");
    cr_assert_eq(strncmp(hits.items[0].excerpt + hits.items[0].found, "kern", 4), 0);
    hits_free(&hits);
    hits = search("ernel");
    cr_assert_eq(hits.count, 0, "a word is found from its beginning only");
    cr_assert_str_eq(hits.near, "kernel");
    hits_free(&hits);
    hits = search("deep secretword");
    cr_assert_eq(hits.count, 0);
    hits_free(&hits);
}

Test(search, code_and_items_are_found_but_no_answer, .init = set_up, .fini = clean_up)
{
    struct hits hits = search("uv_run(");

    cr_assert_eq(hits.count, 2);
    cr_assert_eq(hits.items[0].line, 7);
    cr_assert_eq(hits.items[1].line, 9);
    cr_assert_str_eq(hits.items[1].section, "Deep");
    hits_free(&hits);
    assert_first("who wakes", HIT_ITEM, "q1", 1);
    hits = search("secretword");
    cr_assert_eq(hits.count, 0);
    hits_free(&hits);
    assert_first("work", HIT_MISCONCEPTION, "m", 1);
}

Test(search, an_excerpt_begins_and_ends_between_words, .init = set_up, .fini = clean_up)
{
    struct hits hits = search("before");

    cr_assert_eq(hits.count, 1);
    cr_assert_str_eq(hits.items[0].excerpt,
                     "… what it was about to do before it went to sleep in the kernel.");
    cr_assert_eq(hits.items[0].found, 24 + strlen("… "));
    hits_free(&hits);
}

Test(search, nothing_to_look_for_is_said, .init = set_up, .fini = clean_up)
{
    struct hits hits = {.more = 7};
    struct error error = {0};

    cr_assert_eq(search_course(&course, &reference, " \t", &hits, &error), -EINVAL);
    cr_assert_str_eq(error.text, "Say what to look for: one or more words.");
    cr_assert_eq(hits.more, 7);
}
