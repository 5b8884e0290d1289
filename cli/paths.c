/* The two roots are compiled in by cli/meson.build. */
#include "cli/paths.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"

enum { SOURCE_LIMIT = 4 << 20 };

static const char *root(void)
{
    return file_exists(ASYNCTUT_SOURCE_ROOT "/chapters/chapter.h") ? ASYNCTUT_SOURCE_ROOT
                                                                   : ASYNCTUT_DATA_FOLDER;
}

void path_content(struct str *ret_path)
{
    const char *named = getenv("ASYNCTUT_CONTENT");

    if (named && *named)
        str_puts(ret_path, named);
    else
        str_printf(ret_path, "%s/content", root());
}

void path_source(const char *source, struct str *ret_path)
{
    str_printf(ret_path, "%s/%s", root(), source);
}

void path_preload(struct str *ret_path)
{
    static const char built[] = ASYNCTUT_BUILD_ROOT "/engine/probe/libasynctut-probe.so";

    str_puts(ret_path,
             file_exists(built) ? built : ASYNCTUT_LIBRARY_FOLDER "/libasynctut-probe.so");
}

void path_part(const char *built, struct str *ret_path)
{
    str_printf(ret_path, "%s/%s", ASYNCTUT_BUILD_ROOT, built);
    if (file_exists(str_text(ret_path)))
        return;
    str_clear(ret_path);
    str_printf(ret_path, "%s%s", ASYNCTUT_LIBRARY_FOLDER, strrchr(built, '/'));
}

void path_include(struct str *ret_path)
{
    str_puts(ret_path, file_exists(ASYNCTUT_SOURCE_ROOT "/engine/task/task.h")
                           ? ASYNCTUT_SOURCE_ROOT
                           : ASYNCTUT_INCLUDE_FOLDER);
}

int path_read_source(void *to, const char *path, char **ret_text)
{
    const char *below = strstr(path, "chapters/");
    struct error error = {0}, second = {0};
    struct str found = {0};
    size_t length;
    int result = file_read(path, SOURCE_LIMIT, ret_text, &length, &error);

    (void)to;
    if (result == 0 || !below)
        return result;
    path_source(below, &found);
    result = file_read(str_text(&found), SOURCE_LIMIT, ret_text, &length, &second);
    str_free(&found);
    return result;
}

const char *path_program(void)
{
    return "/proc/self/exe";
}
