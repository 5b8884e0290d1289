/* See support.h. */
#include "tests/cli/support.h"

#include <stdlib.h>
#include <string.h>

#include "cli/views/page.h"
#include "tests/support/test.h"

enum { PADDING = 16 };

struct look look_of_terminal(int width)
{
    return (struct look){.color = true,
                         .bold = true,
                         .unicode = true,
                         .terminal = true,
                         .width = width,
                         .height = 24};
}

struct look look_of_pipe(void)
{
    return (struct look){.unicode = true, .width = 80, .height = 24};
}

struct look look_of_reader(void)
{
    return (struct look){.terminal = true, .plain = true, .width = 80, .height = 24};
}

void parse(const char *markdown, struct document *ret_document)
{
    size_t length = strlen(markdown);
    char *padded = calloc(1, length + PADDING);
    struct error error = {0};

    memcpy(padded, markdown, length);
    cr_assert_eq(markdown_parse("test.md", padded, length, ret_document, &error), 0, "%s",
                 error.text);
    free(padded);
}

char *laid_out(const struct look *look, const char *markdown)
{
    struct document document;
    struct page page;
    struct str out = {0};

    parse(markdown, &document);
    page_init(&page, look);
    page_blocks(&page, document.blocks, 0, document.block_count, NULL, &out);
    page_free(&page);
    markdown_free(&document);
    return out.data ? str_take(&out) : strdup("");
}

int widest(const char *text)
{
    int most = 0;

    for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
        int columns = text_width(text, strcspn(text, "\n"));

        most = columns > most ? columns : most;
    }
    return most;
}

bool contains(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}
