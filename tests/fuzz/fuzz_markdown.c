/* markdown_parse(): what it accepts is shown-safe and has lines of the file. */
#include <string.h>

#include "engine/lesson/markdown.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_words[] = {"> ",
                                  "- ",
                                  "1. ",
                                  "```\n",
                                  "~~~\n",
                                  "    ",
                                  "# ",
                                  "\n",
                                  "\n\n",
                                  "\r\n",
                                  "***",
                                  "**",
                                  "_",
                                  "`",
                                  "[",
                                  "](",
                                  ")",
                                  "<!-- ",
                                  " -->",
                                  "<",
                                  "&#27;",
                                  "&amp;",
                                  "|",
                                  "\n|---|---|\n",
                                  "\\",
                                  "\t",
                                  "\033[2J",
                                  "\xff",
                                  "\xe2\x80\xae",
                                  "===\n",
                                  "![",
                                  "http://a.b",
                                  "<!-- demo a:b -->\n",
                                  NULL};

static void check_run(const struct run *run)
{
    fuzz_assert(run->length < 1000000);
    fuzz_assert(fuzz_is_shown(run->text, run->length, (run->style & RUN_BREAK) != 0));
    fuzz_assert(!!run->target == !!(run->style & RUN_LINK));
    if (run->target)
        fuzz_assert(fuzz_is_shown(run->target, strlen(run->target), true));
}

static void check_block(const struct block *block, int lines)
{
    fuzz_assert(block->line >= 1 && block->line <= lines);
    fuzz_assert(block->level >= 0 && block->level <= 8);
    fuzz_assert(block->in_box >= 0 && block->in_box <= 8);
    fuzz_assert(fuzz_is_shown(block->info, strlen(block->info), true));
    fuzz_assert(fuzz_is_shown(block->text, strlen(block->text), true));
    fuzz_assert(block->type != BLOCK_DIRECTIVE || block->info[0]);
    fuzz_assert(block->type != BLOCK_CODE || block->run_count == 0);
    for (size_t i = 0; i < block->run_count; i++)
        check_run(&block->runs[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document document = {0};
    struct error error = {0};
    char *text = fuzz_copy(data, size, 16);
    int lines = 1;

    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    if (markdown_parse("f", text, size, &document, &error) == 0) {
        fuzz_assert(error.code == 0);
        for (size_t i = 0; i < document.block_count; i++)
            check_block(&document.blocks[i], lines);
    } else {
        fuzz_assert(error.code < 0 && strncmp(error.text, "f:", 2) == 0);
        fuzz_assert(document.blocks == NULL);
    }
    markdown_free(&document);
    free(text);
    return 0;
}
