/* The words of the glossary on the page that is shown: what `w` lists, and the line that names them
 * where an underline cannot be seen. */
#include <stdlib.h>

#include "cli/views/lesson_priv.h"
#include "cli/views/page.h"
#include "engine/lesson/terms.h"

/* Notes in `said`, by their places in the glossary, the terms that blocks from..to use. */
static bool *terms_said(const struct walk *walk, size_t from, size_t to)
{
    const struct reference *reference = &walk->app->reference;
    bool *said = calloc(reference->term_count + 1, sizeof *said);

    for (size_t i = from; said && i < to; i++) {
        struct term_use use = {0};

        while (term_next(reference, lesson_block(walk, i), &use))
            said[use.term - reference->terms] |= term_is_known(use.term, walk->chapter->number);
    }
    return said;
}

void lesson_words(struct walk *walk)
{
    const struct reference *reference = &walk->app->reference;
    bool *said = terms_said(walk, walk->page, walk->page_end), any = false;
    struct page page;
    struct str out = {0};

    page_init(&page, term_look(walk->app->term));
    str_putc(&out, '\n');
    page_text(&page, STYLE_HEADING, 0, "Words on this page", &out);
    for (size_t i = 0; said && i < reference->term_count; i++) {
        struct str lead = {0};

        if (!said[i])
            continue;
        any = true;
        str_printf(&lead, "%s:", reference->terms[i].term);
        page_led(&page, STYLE_STRONG, str_text(&lead), reference->terms[i].text, &out);
        str_free(&lead);
    }
    page_text(&page, STYLE_DIM, 0,
              any ? "`asynctut ref WORD` tells more of each."
                  : "None of the glossary's. `asynctut ref` lists those.",
              &out);
    prompt_write(walk->app, &out);
    free(said);
    str_free(&out);
    page_free(&page);
}

static void add_marked(const struct walk *walk, const struct block *block, struct str *words)
{
    struct term_use use = {0};

    while (term_next(&walk->app->reference, block, &use))
        if (block->runs[use.run].style & RUN_TERM)
            str_printf(words, "%s%s", words->length ? ", " : "", use.term->term);
}

void lesson_name_words(const struct walk *walk, struct page *page, size_t from, size_t to,
                       struct str *out)
{
    bool underlined = page->look->bold && !page->look->plain;
    struct str words = {0}, line = {0};

    for (size_t i = from; i < to && !underlined; i++)
        add_marked(walk, lesson_block(walk, i), &words);
    if (words.length) {
        str_printf(&line, "%s. %s", str_text(&words),
                   term_interactive(walk->app->term) ? "`w` says what they mean."
                                                     : "`asynctut ref WORD` says what one means.");
        str_putc(out, '\n');
        page_led(page, STYLE_DIM, "Words:", str_text(&line), out);
    }
    str_free(&words);
    str_free(&line);
}
