/* engine/lesson/terms: what counts as saying a term, and what is marked. */
#include <string.h>

#include "engine/lesson/terms.h"
#include "tests/support/test.h"

static const char glossary[] =
    "{ \"terms\": [\n"
    "{ \"term\": \"blocking\", \"also\": [\"block\"], \"text\": \"x\", \"chapter\": 1 },\n"
    "{ \"term\": \"non-blocking\", \"text\": \"x\", \"chapter\": 2 },\n"
    "{ \"term\": \"loop\", \"also\": [\"event loop\"], \"text\": \"x\", \"chapter\": 1 },\n"
    "{ \"term\": \"EAGAIN\", \"text\": \"x\", \"chapter\": 1 } ] }";

static struct reference reference;
static struct document document;

static void read_glossary(void)
{
    cr_assert_eq(
        reference_parse_terms(&reference, "glossary.json", glossary, strlen(glossary), NULL), 0);
}

static void read_text(const char *text)
{
    cr_assert_eq(markdown_parse("lesson.md", text, strlen(text), &document, NULL), 0);
}

static void clean_up(void)
{
    markdown_free(&document);
    reference_free(&reference);
}

/* The uses of the whole document as they are written, with a comma behind each. */
static const char *uses(void)
{
    static char all[200];

    *all = '\0';
    for (size_t i = 0; i < document.block_count; i++) {
        struct term_use use = {0};

        while (term_next(&reference, &document.blocks[i], &use)) {
            const struct run *run = &document.blocks[i].runs[use.run];
            strncat(all, run->text + use.offset, use.length);
            strcat(all, ",");
        }
    }
    return all;
}

#define TermsTest(Name) Test(terms, Name, .init = read_glossary, .fini = clean_up)

TermsTest(are_whole_words_in_prose_plural_or_not_and_the_longest_counts)
{
    read_text("# The loop\n\nEvent loops block; blocks, blocked, non-blocking, a one-loop.\n\n"
              "- `EAGAIN`, `EAGAIN(3)`, [a loop](#x)\n\n| loop |\n|---|\n| x |\n\n"
              "```c\nloop();\n```\n");
    cr_assert_str_eq(uses(), "Event loops,block,blocks,non-blocking,EAGAIN,loop,");
}

TermsTest(are_marked_once_where_they_are_said_first_if_they_are_known)
{
    char marked[100] = "";

    read_text("One **event loop** or two. A loop is non-blocking.\n\nTo block: `EAGAIN` blocks.\n");
    cr_assert_eq(terms_mark(&reference, 1, &document), 0);
    for (size_t i = 0; i < document.block_count; i++)
        for (size_t r = 0; r < document.blocks[i].run_count; r++) {
            const struct run *run = &document.blocks[i].runs[r];
            if (run->style & RUN_TERM)
                strcat(strncat(marked, run->text, run->length), ",");
        }
    cr_assert_str_eq(marked, "event loop,block,EAGAIN,");
}

/* A marked document says the same, letter by letter, and its uses are the same ones. */
TermsTest(lose_nothing_when_they_are_marked)
{
    static const char text[] = "A loop at the end of a loop, in **one loop** and `EAGAIN`: loop";
    char before[200], after[200] = "";

    read_text(text);
    strcpy(before, uses());
    cr_assert_eq(terms_mark(&reference, 1, &document), 0);
    cr_assert_str_eq(uses(), before);
    for (size_t r = 0; r < document.blocks[0].run_count; r++)
        strncat(after, document.blocks[0].runs[r].text, document.blocks[0].runs[r].length);
    cr_assert_str_eq(after, "A loop at the end of a loop, in one loop and EAGAIN: loop");
}
