/* Pages: what a reader sees of each kind of block, in each way of reading. */
#include <stdlib.h>
#include <string.h>

#include "cli/views/page.h"
#include "tests/cli/support.h"
#include "tests/support/test.h"

static const char box[] = "> **In Python**\n>\n> It is called `gather`.\n>\n> So there.\n";
static const char table[] = "| call | waits for |\n|---|---|\n| `await` | one task |\n"
                            "| `gather` | all of a group |\n";

Test(page, a_box_has_a_bar_before_each_of_its_lines)
{
    struct look look = look_of_pipe();
    char *text = laid_out(&look, box);

    cr_assert_str_eq(text, " │ In Python\n │ It is called `gather`.\n │\n │ So there.\n");
    free(text);
}

Test(page, a_box_for_a_screen_reader_is_words)
{
    struct look look = look_of_reader();
    char *text = laid_out(&look, box);

    cr_assert(contains(text, "Box: "));
    cr_assert_not(contains(text, "│"));
    free(text);
}

Test(page, ascii_pages_hold_ascii_only)
{
    struct look look = look_of_pipe();
    char *text;

    look.unicode = false;
    text = laid_out(
        &look, "> **Box**\n>\n> text\n\n- one\n- two\n\n| a | b |\n|---|---|\n| c | d |\n\n---\n");
    for (const char *at = text; *at; at++)
        cr_assert((unsigned char)*at < 0x80, "%s", text);
    free(text);
}

Test(page, lists_are_tight_and_their_lines_hang)
{
    struct look look = look_of_terminal(40);
    char *text;

    look.color = look.bold = false;
    text = laid_out(&look, "Before.\n\n1. one two three four five six seven eight\n2. two\n");
    cr_assert_str_eq(text,
                     " Before.\n\n  1. one two three four five six seven\n     eight\n  2. two\n");
    free(text);
}

Test(page, table_columns_line_up)
{
    struct look look = look_of_pipe();
    char *text = laid_out(&look, table);

    cr_assert(contains(text, " call      waits for\n"), "%s", text);
    cr_assert(contains(text, " `await`   one task\n"), "%s", text);
    cr_assert(contains(text, " `gather`  all of a group\n"), "%s", text);
    free(text);
}

Test(page, a_table_too_wide_for_the_screen_is_wrapped_in_its_cells)
{
    static const char wide[] = "| head | text |\n|---|---|\n"
                               "| one | a cell with so many words that it needs several lines |\n";
    struct look look = look_of_terminal(40);
    char *text = laid_out(&look, wide);

    cr_assert_leq(widest(text), 40, "%s", text);
    cr_assert(contains(text, "several"));
    free(text);
}

Test(page, a_table_for_a_screen_reader_names_the_head_of_each_cell)
{
    struct look look = look_of_reader();
    char *text = laid_out(&look, table);

    cr_assert(contains(text, "waits for: all of a group"), "%s", text);
    free(text);
}

Test(page, headings_are_underlined_where_nothing_can_be_bold)
{
    struct look look = look_of_pipe();
    char *text = laid_out(&look, "## Two words\n\ntext\n");

    cr_assert_str_eq(text, " Two words\n ---------\n\n text\n");
    free(text);
}

Test(page, code_keeps_its_lines_and_folds_those_too_long)
{
    struct look look = look_of_terminal(40);
    char *text;

    look.color = look.bold = false;
    text = laid_out(&look,
                    "```c\nif (x)\n    call(with, many, arguments, that, do, not, fit);\n```\n");
    cr_assert(contains(text, "    if (x)\n        call("), "%s", text);
    cr_assert_leq(widest(text), 40, "%s", text);
    free(text);
}

Test(page, the_target_of_a_link_is_shown)
{
    struct look look = look_of_pipe();
    char *text = laid_out(&look, "See [the talk](https://go.dev/blog/waza-talk).\n");

    cr_assert_str_eq(text, " See the talk (https://go.dev/blog/waza-talk).\n");
    free(text);
}

Test(page, a_wide_address_begins_in_the_first_column_and_is_whole)
{
    struct look look = look_of_terminal(40);
    char *text;

    look.color = look.bold = false;
    text = laid_out(
        &look, "- see <https://go.dev/blog/a-talk-with-a-long-name> and\n\n"
               "| a | b |\n|---|---|\n| see <https://go.dev/blog/a-talk-with-a-much-longer-name> | "
               "some other words |\n");
    cr_assert(contains(text, "see\nhttps://go.dev/blog/a-talk-with-a-long-name\n"), "%s", text);
    cr_assert(contains(text, "\n    and\n"), "%s", text);
    cr_assert_not(contains(text, "a-talk-with-a-much-longer-name"), "a column has its width: %s",
                  text);
    free(text);
}

Test(page, text_is_never_wider_than_a_hundred_columns)
{
    struct look look = look_of_terminal(300);
    char *text =
        laid_out(&look, "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i "
                        "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i\n");

    cr_assert_leq(widest(text), 100);
    cr_assert_gt(widest(text), 90);
    free(text);
}

Test(page, everything_fits_in_forty_columns)
{
    struct look look = look_of_terminal(40);
    char *text =
        laid_out(&look, "# A title that is longer than forty columns are\n\n"
                        "> **In the wild**\n>\n> A long sentence about what happened to "
                        "somebody, and where.\n\n- an item that is longer than one line "
                        "of forty columns\n\n"
                        "| a | b | c | d | e |\n|---|---|---|---|---|\n"
                        "| one | two | three | four words in it | five words are here |\n");

    cr_assert_leq(widest(text), 40, "%s", text);
    free(text);
}

Test(page, a_unit_keeps_heading_and_text_and_box_together)
{
    struct document document;

    parse("## Head\n\ntext\n\n> **Box**\n>\n> a\n>\n> b\n\nafter\n", &document);
    cr_assert_eq(page_unit(document.blocks, document.block_count, 0), 2);
    cr_assert_eq(page_unit(document.blocks, document.block_count, 2), 5);
    markdown_free(&document);
}
