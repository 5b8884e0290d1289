/* The text between two questions: as many blocks as fit on the screen, so that nothing scrolls away
 * unread. A heading stays with what follows it, a box and a table stay whole. */
#include <stdio.h>
#include <string.h>

#include "cli/views/lesson_priv.h"
#include "cli/views/page.h"
#include "cli/views/place.h"
#include "engine/base/array.h"

enum { FOOTER_ROWS = 2, ROWS_MIN = 8, NO_LIMIT = 1 << 20 };

const struct block *lesson_block(const struct walk *walk, size_t at)
{
    return &walk->lesson->document.blocks[at];
}

bool lesson_is(const struct block *block, const char *name)
{
    return block->type == BLOCK_DIRECTIVE && strcmp(block->info, name) == 0;
}

bool lesson_is_step(const struct block *block)
{
    return block->type == BLOCK_DIRECTIVE && !lesson_is(block, "source");
}

static bool begins_section(const struct block *block)
{
    return block->type == BLOCK_HEADING && block->level <= 2;
}

static void add_title(struct walk *walk, struct page *page, size_t at, struct str *out)
{
    const struct document *document = &walk->lesson->document;
    struct str left = {0};
    char right[48];

    str_printf(&left, "%02d  %s", walk->chapter->number, walk->chapter->title);
    snprintf(right, sizeof right, "%d of %d", place_section(document, at),
             place_sections(document));
    str_putc(out, '\n');
    page_title(page, STYLE_TITLE, str_text(&left), right, out);
    str_free(&left);
}

void lesson_head(struct walk *walk, size_t at)
{
    struct page page;
    struct str out = {0};

    if (!walk->headed)
        return;
    walk->headed = false;
    page_init(&page, term_look(walk->app->term));
    add_title(walk, &page, at, &out);
    prompt_write(walk->app, &out);
    str_free(&out);
    page_free(&page);
}

static int count_rows(const struct str *text)
{
    int rows = 0;

    for (size_t i = 0; i < text->length; i++)
        rows += text->data[i] == '\n';
    return rows;
}

int lesson_room(const struct walk *walk)
{
    int rows = term_look(walk->app->term)->height - FOOTER_ROWS;

    if (!term_interactive(walk->app->term))
        return NO_LIMIT;
    return rows < ROWS_MIN ? ROWS_MIN : rows;
}

/* Appends blocks from `at` while they fit; the end of the stretch. */
static size_t add_stretch(struct walk *walk, struct page *page, size_t at, struct str *out)
{
    const struct document *document = &walk->lesson->document;
    const struct block opening = {.type = BLOCK_PARAGRAPH}, *before = &opening;
    size_t from = at;

    while (at < document->block_count && !lesson_is_step(lesson_block(walk, at))) {
        size_t end = page_unit(document->blocks, document->block_count, at);
        size_t length = out->length;

        if (at > from && begins_section(lesson_block(walk, at)))
            break;
        page_blocks(page, document->blocks, at, end, before, out);
        if (at > from && count_rows(out) > lesson_room(walk)) {
            out->length = length;
            out->data[length] = '\0';
            break;
        }
        before = lesson_block(walk, end - 1);
        at = end;
    }
    return at;
}

/* The title of the lesson stands in the title line already. */
static size_t skip_title(const struct walk *walk, size_t at)
{
    const struct block *block = lesson_block(walk, at);

    return at == 0 && block->type == BLOCK_HEADING && block->level == 1 ? 1 : at;
}

/* Behind so many lines of the text; its end if it has fewer. */
static size_t behind_rows(const struct str *text, size_t from, int rows)
{
    for (; from < text->length && rows > 0; from++)
        rows -= text->data[from] == '\n';
    return from;
}

/* How many rows a screen of it takes: all screens alike, so that the last is not a rest of three
 * lines. */
static int rows_of_screen(const struct walk *walk, const struct str *text)
{
    int rows = count_rows(text), room = lesson_room(walk), screens = (rows + room - 1) / room;

    return screens > 1 ? (rows + screens - 1) / screens : room;
}

/* In the middle of a listing there is no blank line before the keys. */
static int more(struct app *app)
{
    static const struct hint hints[] = {{'\n', "more"}, {'q', "leave"}};
    bool blank = app->blank;
    int key;

    app->blank = true;
    key = prompt_key(app, hints, array_length(hints));
    app->blank = blank;
    return key;
}

/* A block that is taller than the screen is shown a screen at a time. FLOW_NEXT, or why to leave.
 */
static enum flow write_by_screens(struct walk *walk, const struct str *text, int rows)
{
    size_t at = 0;

    for (;;) {
        size_t end = behind_rows(text, at, rows);
        struct str part = {0};
        int key;

        str_add(&part, text->data + at, end - at);
        prompt_write(walk->app, &part);
        str_free(&part);
        at = end;
        if (at == text->length)
            return FLOW_NEXT;
        key = more(walk->app);
        if (key != '\n')
            return prompt_flow(key);
    }
}

enum flow lesson_show(struct walk *walk, size_t at, size_t *ret_end, int *ret_rows)
{
    struct page page;
    struct str out = {0};
    enum flow flow;
    int rows;

    page_init(&page, term_look(walk->app->term));
    page.source = lesson_source;
    page.to = (void *)walk->chapter;
    if (walk->headed || begins_section(lesson_block(walk, at)))
        add_title(walk, &page, at, &out);
    walk->headed = false;
    *ret_end = walk->page_end = add_stretch(walk, &page, skip_title(walk, at), &out);
    lesson_name_words(walk, &page, at, *ret_end, &out);
    rows = rows_of_screen(walk, &out);
    *ret_rows = (count_rows(&out) - 1) % rows + 1;
    flow = write_by_screens(walk, &out, rows);
    str_free(&out);
    page_free(&page);
    return flow;
}

void lesson_say(struct walk *walk, enum style style, const char *text)
{
    struct page page;
    struct str out = {0};

    page_init(&page, term_look(walk->app->term));
    str_putc(&out, '\n');
    page_text(&page, style, 0, text, &out);
    prompt_write(walk->app, &out);
    str_free(&out);
    page_free(&page);
}
