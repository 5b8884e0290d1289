/* Showing an item and reading a choice. What to type is said without digits: an example can be the
 * answer. */
#include "cli/views/question.h"

#include <ctype.h>
#include <stdlib.h>

static void how_to_answer(const struct item *item, struct str *out)
{
    size_t count = 0;

    switch (item->type) {
    case ITEM_MULTI:
        str_puts(out, "Several may be right. Type their numbers, with spaces between them");
        break;
    case ITEM_ORDER:
        while (item->entries[count])
            count++;
        str_printf(out, "Type all %zu numbers in the right order, with spaces between them", count);
        break;
    case ITEM_NUMBER:
        str_puts(out, "Type a number");
        if (item->unit)
            str_printf(out, " of %s", item->unit);
        break;
    case ITEM_TEXT:
        str_puts(out, "Type a word");
        break;
    default:
        str_puts(out, "Type a number");
        break;
    }
    str_puts(out, ", or s to skip, b to go back, ? for more; then press Enter.");
}

static void show_entry(struct page *page, int number, const char *text, struct str *out)
{
    struct str label = {0};

    str_printf(&label, "%3d  ", number);
    page_labelled(page, str_text(&label), text, out);
    str_free(&label);
}

void question_show(struct page *page, const struct item *item, const char *title, const int *shown,
                   struct str *out)
{
    struct str how = {0};

    str_putc(out, '\n');
    page_title(page, STYLE_HEADING, title, "", out);
    page_text(page, STYLE_TEXT, 0, item->ask, out);
    for (size_t i = 0; i < item->choice_count; i++)
        show_entry(page, (int)i + 1, item->choices[i].text, out);
    for (size_t i = 0; item->type == ITEM_ORDER && item->entries[i]; i++)
        show_entry(page, (int)i + 1, item->entries[shown ? shown[i] : (int)i], out);
    how_to_answer(item, &how);
    page_text(page, STYLE_DIM, 0, str_text(&how), out);
    str_free(&how);
}

int question_choice(const struct item *item, const char *answer)
{
    char *end;
    long number = strtol(answer, &end, 10);

    while (isspace((unsigned char)*end))
        end++;
    if (end == answer || *end || number < 1 || (size_t)number > item->choice_count)
        return 0;
    return (int)number;
}
