/* The source is copied once with everything unfit to show made visible, so that md4c's pieces are
 * safe as they are and lines stay lines; then md4c goes through the copy (markdown_blocks.c,
 * markdown_text.c) while blocks are built (markdown_build.c) and lines counted (markdown_lines.c).
 */
#include "engine/lesson/markdown.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "engine/lesson/markdown_priv.h"

static int line_at(const char *text, size_t length)
{
    int line = 1;

    for (size_t i = 0; i < length; i++)
        line += text[i] == '\n';
    return line;
}

/* The source with CRLF as LF and everything unfit to show made visible, or NULL and an error. */
static char *copy_source(const char *file, const char *text, size_t length, size_t *ret_length,
                         struct error *error)
{
    struct str copy = {0};
    const char *nul = memchr(text, '\0', length), *end = text + length;
    size_t valid = utf8_valid_prefix(text, length);

    if (length > INT_MAX / 4)
        error_at(error, -EFBIG, file, 0, "too large");
    else if (nul)
        error_at(error, -EINVAL, file, line_at(text, (size_t)(nul - text)), "a NUL byte");
    else if (valid < length)
        error_at(error, -EINVAL, file, line_at(text, valid), "not UTF-8");
    if ((nul || valid < length || length > INT_MAX / 4))
        return NULL;
    while (text < end) {
        const char *cr = memchr(text, '\r', (size_t)(end - text)), *to = cr ? cr : end;
        bool crlf = cr && cr + 1 < end && cr[1] == '\n';
        str_add_shown(&copy, text, (size_t)(to - text), true);
        if (cr && !crlf)
            str_add_shown(&copy, cr, 1, true);
        text = cr ? cr + 1 : end;
    }
    *ret_length = copy.length;
    char *taken = str_take(&copy);
    if (!taken)
        error_at(error, -ENOMEM, file, 0, "out of memory");
    return taken;
}

static void free_builder(struct builder *builder)
{
    str_free(&builder->text);
    free(builder->runs);
    builder->runs = NULL;
}

int markdown_parse(const char *file, const char *text, size_t length, struct document *ret_document,
                   struct error *error)
{
    size_t copied;
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        return error_at(error, -ENOMEM, file, 0, "out of memory");
    struct parse parse = {.file = file, .builder.arena = arena};
    char *source = copy_source(file, text, length, &copied, &parse.error);
    if (source) {
        parse.source = source;
        parse.end = source + copied;
        if (parse_run(&parse) != 0)
            error_at(&parse.error, -ENOMEM, file, 0, "out of memory");
        free(source);
    }
    free_builder(&parse.builder);
    struct document document = {parse.builder.blocks, parse.builder.block_count, arena};
    if (!parse.error.code && !parse.builder.failed && !arena->failed) {
        *ret_document = document;
        return 0;
    }
    markdown_free(&document);
    error_at(&parse.error, -ENOMEM, file, 0, "out of memory");
    return error_set(error, parse.error.code, "%s", parse.error.text);
}

void markdown_free(struct document *document)
{
    free(document->blocks);
    if (document->memory) {
        arena_free(document->memory);
        free(document->memory);
    }
    *document = (struct document){0};
}
