/* engine/lesson/markdown: blocks, runs, lines, directives, and what it refuses. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/lesson/markdown.h"
#include "tests/lesson/show.h"
#include "tests/support/test.h"

static void assert_document(const char *markdown, const char *wanted)
{
    struct document document = {0};
    struct error error = {0};
    struct str shown = {0};

    cr_assert_eq(markdown_parse("x.md", markdown, strlen(markdown), &document, &error), 0, "%s",
                 error.text);
    show_document(&document, &shown);
    cr_assert_str_eq(str_text(&shown), wanted);
    str_free(&shown);
    markdown_free(&document);
}

static void assert_fault_in(const char *markdown, size_t length, const char *wanted)
{
    struct document document = {0};
    struct error error = {0};

    cr_assert_eq(markdown_parse("x.md", markdown, length, &document, &error), -EINVAL);
    cr_assert_str_eq(error.text, wanted);
    cr_assert_eq(document.block_count, 0);
}

static void assert_fault(const char *markdown, const char *wanted)
{
    assert_fault_in(markdown, strlen(markdown), wanted);
}

Test(markdown, an_empty_text_is_an_empty_document)
{
    assert_document("", "");
    assert_document("\n\n  \n", "");
}

Test(markdown, headings_and_paragraphs_have_levels_and_lines)
{
    assert_document(
        "# One\n\ntext\nof two lines\n\n### Three ###\nmore\n\nUnder\nlined\n=====\n\nend",
        "heading 1 @1: One\n"
        "paragraph @3: text of two lines\n"
        "heading 3 @6: Three\n"
        "paragraph @7: more\n"
        "heading 1 @9: Under lined\n"
        "paragraph @13: end\n");
}

Test(markdown, styles_nest_and_neighbours_of_one_style_are_one_run)
{
    assert_document("a *b* **c _d_** `e  f` [g *h*](http://x \"t\") <https://y.z> ![i](j.png)\n",
                    "paragraph @1: a _b_ *c **_d_* `e  f` [g ](http://x)[_h_](http://x) "
                    "[https://y.z](https://y.z) [i](j.png)\n");

    struct document document;
    const char text[] = "one \\* two &amp; three\nfour [five\nsix](x)";
    cr_assert_eq(markdown_parse("x.md", text, sizeof text - 1, &document, NULL), 0);
    cr_assert_eq(document.blocks[0].run_count, 2);
    cr_assert_eq(document.blocks[0].runs[0].length, strlen("one * two & three four "));
    cr_assert_eq(document.blocks[0].runs[1].length, strlen("five six"));
    markdown_free(&document);
}

Test(markdown, entities_become_their_characters_unless_they_are_unfit)
{
    assert_document("&lt;b&gt; &#8212; &#x2192; &rarr; &unknown; &#27; &#x202e; &#xd800; &#0;",
                    "paragraph @1: <b> — → → &unknown; &#27; &#x202e; &#xd800; &#0;\n");
}

Test(markdown, hard_breaks_and_tabs)
{
    assert_document("one  \ntwo\\\nthree\tfour", "paragraph @1: one/two/three four\n");
}

Test(markdown, lists_have_depth_and_numbers)
{
    assert_document("- a\n- b\n  1. c\n  2. d\n\n     more of d\n- e\n\n7) f\n8) g\n",
                    "item 1.0 @1: a\n"
                    "item 1.0 @2: b\n"
                    "item 2.1 @3: c\n"
                    "item 2.2 @4: d\n"
                    "paragraph 2 @6: more of d\n"
                    "item 1.0 @7: e\n"
                    "item 1.7 @9: f\n"
                    "item 1.8 @10: g\n");
}

Test(markdown, an_item_may_begin_with_other_blocks_or_be_empty)
{
    assert_document("- ```\n  x\n  ```\n  tail\n-\n- > q\n- b\n", "item 1.0 @1\n"
                                                                  "code 1 @1: \nx\n"
                                                                  "paragraph 1 @4: tail\n"
                                                                  "item 1.0 @5\n"
                                                                  "item 1.0 @6\n"
                                                                  "paragraph 1 @6 in 1: q\n"
                                                                  "item 1.0 @7: b\n");
}

Test(markdown, code_keeps_its_lines_and_begins_at_its_fence)
{
    assert_document("a\n\n```c\n\n\tint x;\n    y\n\n```\n\n    indented\n\n    code\n\nb\n",
                    "paragraph @1: a\n"
                    "code @3: c\n\n    int x;\n    y\n\n"
                    "code @10: \nindented\n\ncode\n"
                    "paragraph @14: b\n");
}

Test(markdown, blocks_without_text_have_lines_too)
{
    assert_document("a\n\n---\n\n```sh\n```\n\n```\n\n\n```\n***\n#\n- ***\n\n~~~\nx\n~~~\n* * *\n",
                    "paragraph @1: a\n"
                    "rule @3\n"
                    "code @5: sh\n"
                    "code @8: \n\n\n"
                    "rule @12\n"
                    "heading 1 @13\n"
                    "item 1.0 @14\n"
                    "rule 1 @14\n"
                    "code @16: \nx\n"
                    "rule @19\n");
}

Test(markdown, a_quote_that_begins_with_a_bold_word_is_a_box)
{
    assert_document(
        "> **In Python:** it is `gather`.\n>\n> And more.\n\n"
        "> **Under the hood**\n> one call\n\n> plain\n\n> **Only a title.**\n>\n> text\n",
        "box @1 in 1: In Python\n"
        "paragraph @1 in 1: it is `gather`.\n"
        "paragraph @3 in 1: And more.\n"
        "box @5 in 1: Under the hood\n"
        "paragraph @5 in 1: one call\n"
        "paragraph @8 in 1: plain\n"
        "box @10 in 1: Only a title\n"
        "paragraph @12 in 1: text\n");
}

Test(markdown, only_the_first_paragraph_of_a_quote_makes_a_box)
{
    assert_document("> a\n>\n> **b** c\n\n**d** e\n\n> - **f**\n> \n> **g** h\n",
                    "paragraph @1 in 1: a\n"
                    "paragraph @3 in 1: *b* c\n"
                    "paragraph @5: *d* e\n"
                    "item 1.0 @7 in 1: *f*\n"
                    "paragraph @9 in 1: *g* h\n");
}

Test(markdown, tables_are_rows_of_cells)
{
    assert_document("| | *a* |\n|---|---|\n| b | `c\\|d` |\n| | |\n| e |\n\nafter\n",
                    "row 0 @1: |_a_|\n"
                    "row 1 @3: b|`c|d`|\n"
                    "row 2 @4: ||\n"
                    "row 3 @5: e||\n"
                    "paragraph @7: after\n");
}

Test(markdown, directives_stand_alone_on_their_line)
{
    assert_document("text\n<!-- demo chess:one-loop -->\n<!--check q2-->\n\n  <!-- x -->  \nmore\n",
                    "paragraph @1: text\n"
                    "directive @2: demo chess:one-loop\n"
                    "directive @3: check q2\n"
                    "directive @5: x\n"
                    "paragraph @6: more\n");
}

Test(markdown, other_html_is_refused_with_its_line)
{
    static const char wrong[] =
        "HTML must be a directive on a line of its own: <!-- name argument -->";
    char wanted[200];
    static const char *const texts[] = {
        "a\n\n<!-- two words here -->\n", "a\n\n<!-- open\n-->\n",  "a\n\n<div>\nb\n</div>\n",
        "a\n\n<!-- demo a --> b\n",       "a\n\n<!-- demo a\n",     "a\n\n<!---->\n",
        "a\n\n<!-- demo \"a\" -->\n",     "a\n\n<?php echo 1 ?>\n", "a\n\n<!-- Demo a -->\n",
    };

    snprintf(wanted, sizeof wanted, "x.md:3: %s", wrong);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_fault(texts[i], wanted);
    assert_fault("one\ntwo <b>bold</b>\n",
                 "x.md:2: HTML in a paragraph is not shown in a terminal");
    assert_fault("a <!-- demo b -->\n", "x.md:1: HTML in a paragraph is not shown in a terminal");
}

Test(markdown, broken_bytes_are_refused_with_their_line)
{
    assert_fault("a\nb\xff\n", "x.md:2: not UTF-8");
    assert_fault_in("a\n\nb\0c", 6, "x.md:3: a NUL byte");
}

Test(markdown, escapes_are_shown_never_sent)
{
    assert_document("a\033[31mb `\x07` [l](\033x)\r\n\r\n```\n\033\n```\n",
                    "paragraph @1: a\\x1b[31mb `\\x07` [l](\\x1bx)\n"
                    "code @3: \n\\x1b\n");
}

Test(markdown, depth_and_width_are_bounded)
{
    char deep[200] = "ok\n\n", wide[2000] = "", rule[1000] = "";

    for (int i = 0; i < 9; i++)
        strcat(deep, "> ");
    strcat(deep, "x\n");
    assert_fault(deep, "x.md:3: lists and quotes are nested too deep");
    for (int i = 0; i < 33; i++) {
        strcat(wide, "|a");
        strcat(rule, "|---");
    }
    strcat(wide, "|\n");
    strcat(strcat(wide, rule), "|\n");
    assert_fault(wide, "x.md:1: a table has more than 32 columns");
}

/* Every block of a long made-up document is on a line of its own that its text names: the line that
 * the parser finds must be the line that the generator wrote. */
struct writer {
    struct str text;
    int line;
    unsigned seed;
};

static unsigned pick(struct writer *writer, unsigned n)
{
    writer->seed = writer->seed * 1103515245u + 12345u;
    return (writer->seed >> 16) % n;
}

static void line(struct writer *writer, const char *format, int number)
{
    str_printf(&writer->text, format, number);
    str_putc(&writer->text, '\n');
    writer->line++;
}

static void write_block(struct writer *writer)
{
    int at = writer->line;
    static const char *const whole[] = {
        "# %d",          "para %d",     "%d\n===",      "- %d",
        "1. %d",         "> %d",        "```\n%d\n```", "    %d",
        "> - %d\n> b",   "***",         "> ***",        "```\n```",
        "| %d |\n|---|", "- - %d",      "**%d** b\nc",  "~~~\n\n%d\n\n~~~",
        "`%d`",          "<!-- d%d -->"};
    const char *form = whole[pick(writer, sizeof whole / sizeof whole[0])];

    line(writer, form, at);
    for (const char *c = form; *c; c++)
        writer->line += *c == '\n';
    for (unsigned n = 1 + pick(writer, 3); n > 0; n--)
        line(writer, "", 0);
    /* A list would take an indented block for its own. */
    line(writer, "# %d", writer->line);
}

static int number_in(const struct block *block)
{
    char text[100] = "";

    if (block->run_count && block->runs[0].length < sizeof text)
        memcpy(text, block->runs[0].text, block->runs[0].length);
    else
        snprintf(text, sizeof text, "%.99s", block->info[0] ? block->info : block->text);
    const char *digit = strpbrk(text, "0123456789");
    return digit ? atoi(digit) : 0;
}

Test(markdown, lines_are_right_in_long_documents)
{
    struct writer writer = {.line = 1, .seed = 7};
    struct document document;
    struct error error = {0};
    size_t checked = 0;

    for (int i = 0; i < 2000; i++)
        write_block(&writer);
    cr_assert_eq(
        markdown_parse("x.md", str_text(&writer.text), writer.text.length, &document, &error), 0,
        "%s", error.text);
    for (size_t i = 0; i < document.block_count; i++) {
        int wanted = number_in(&document.blocks[i]);
        if (wanted == 0)
            continue;
        cr_assert_eq(document.blocks[i].line, wanted, "block %zu: line %d, not %d", i, wanted,
                     document.blocks[i].line);
        checked++;
    }
    cr_assert_geq(checked, 3500);
    markdown_free(&document);
    str_free(&writer.text);
}
