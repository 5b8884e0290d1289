/* The source of an act is the region that bears its name, or else the whole file. */
#include <stdlib.h>
#include <string.h>

#include "cli/paths.h"
#include "cli/views/page.h"
#include "cli/views/stage_priv.h"
#include "engine/base/file.h"

enum { SOURCE_LIMIT = 1024 * 1024 };

static int read_source(const char *path, const char *region, char **ret_text, int *ret_line,
                       struct error *error)
{
    struct error none = {0};
    size_t length;

    if (source_region(path, region, ret_text, ret_line, &none) == 0)
        return 0;
    *ret_line = 1;
    return file_read(path, SOURCE_LIMIT, ret_text, &length, error);
}

void stage_source(struct app *app, const struct demo *demo, const struct act *act, struct str *out)
{
    struct str path = {0};
    struct error error = {0};
    struct page page;
    char *text;
    int line;

    page_init(&page, term_look(app->term));
    path_source(demo->source, &path);
    str_putc(out, '\n');
    if (read_source(str_text(&path), act->name, &text, &line, &error) == 0) {
        page_text(&page, STYLE_DIM, 0, demo->source, out);
        page_code(&page, page.margin, text, line, true, out);
        free(text);
    } else {
        page_text(&page, STYLE_WARNING, 0, error.text, out);
    }
    str_putc(out, '\n');
    str_free(&path);
    page_free(&page);
}
