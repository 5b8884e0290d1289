/* What a lesson refers to outside its folder: demos and the regions of their sources. All of it is
 * looked up before the first line is shown, so that a lesson never breaks in the middle. */
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "chapters/chapter.h"
#include "cli/paths.h"
#include "cli/views/lesson.h"
#include "cli/views/stage.h"

static const struct demo *demo_of(int number, const char *argument, const char **ret_region)
{
    const struct chapter *chapter = chapter_by_number(number);
    const char *colon = strchr(argument, ':');
    char name[64];

    if (!chapter || !colon || (size_t)(colon - argument) >= sizeof name)
        return NULL;
    memcpy(name, argument, (size_t)(colon - argument));
    name[colon - argument] = '\0';
    *ret_region = colon + 1;
    return chapter_demo(chapter, name);
}

int lesson_source(void *to, const char *argument, char **ret_text, int *ret_first_line,
                  char **ret_path, struct error *error)
{
    const struct course_chapter *chapter = to;
    const char *region;
    const struct demo *demo = demo_of(chapter->number, argument, &region);
    struct str path = {0};
    int result;

    if (!demo)
        return error_set(error, UV_ENOENT, "there is no source \"%s\"", argument);
    path_source(demo->source, &path);
    result = source_region(str_text(&path), region, ret_text, ret_first_line, error);
    if (result == 0) {
        str_clear(&path);
        str_puts(&path, demo->source);
        *ret_path = str_take(&path);
        result = *ret_path ? 0 : error_set(error, UV_ENOMEM, "out of memory");
    }
    str_free(&path);
    return result;
}

static int check_source(const struct course_chapter *chapter, const char *file,
                        const struct block *block, struct error *error)
{
    struct error why = {0};
    char *text, *path;
    int first_line;

    if (lesson_source((void *)chapter, block->text, &text, &first_line, &path, &why) < 0)
        return error_at(error, why.code, file, block->line, "%s", why.text);
    free(text);
    free(path);
    return 0;
}

static int check_demo(int chapter, const char *file, int line, const char *name,
                      struct error *error)
{
    const struct demo *demo;
    const struct act *act;

    if (stage_lookup(chapter, name, &demo, &act))
        return 0;
    return error_at(error, UV_ENOENT, file, line, "there is no demo \"%s\"", name);
}

static int check_items(const struct course_chapter *chapter, const struct lesson *lesson,
                       struct error *error)
{
    int result = 0;

    for (size_t i = 0; i < lesson->quiz.item_count && result == 0; i++) {
        const struct item *item = &lesson->quiz.items[i];

        if (item->demo)
            result = check_demo(chapter->number, lesson->quiz_path, item->line, item->demo, error);
        if (item->see && result == 0)
            result = check_demo(chapter->number, lesson->quiz_path, item->line, item->see, error);
    }
    return result;
}

int lesson_check(const struct course_chapter *chapter, const struct lesson *lesson,
                 struct error *error)
{
    int result = 0;

    for (size_t i = 0; i < lesson->document.block_count && result == 0; i++) {
        const struct block *block = &lesson->document.blocks[i];

        if (block->type != BLOCK_DIRECTIVE)
            continue;
        if (strcmp(block->info, "source") == 0)
            result = check_source(chapter, lesson->path, block, error);
        else if (strcmp(block->info, "demo") == 0)
            result = check_demo(chapter->number, lesson->path, block->line, block->text, error);
    }
    return result == 0 ? check_items(chapter, lesson, error) : result;
}
