/* The manifest. Chapters are kept in one array across parts, because everybody looks them up by
 * number; the file must have them in that order, so that what a reader sees there is the course. */
#include "engine/lesson/course.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/lesson/json.h"

enum { MANIFEST_LIMIT = 1024 * 1024, MOST_PARTS = 20, MOST_PATHS = 50 };

/* A list of chapter numbers, ended by -1. That they exist is checked once all are read. */
static const int *read_numbers(struct json *json, const struct cJSON *from, const char *key)
{
    static const int none[] = {-1};
    const struct cJSON *value, *array = json_array(json, from, key, COURSE_CHAPTERS);
    size_t n = 0;

    if (!array)
        return none;
    int *numbers =
        arena_zeroed(json->arena, (size_t)cJSON_GetArraySize(array) + 1, sizeof *numbers);
    if (!numbers)
        return none;
    cJSON_ArrayForEach(value, array)
    {
        if (!cJSON_IsNumber(value) || value->valuedouble < 0 ||
            value->valuedouble >= COURSE_CHAPTERS || value->valuedouble != (int)value->valuedouble)
            json_fault(json, value, "\"%s\" must hold chapter numbers", key);
        numbers[n++] = json_ok(json) ? (int)value->valuedouble : -1;
    }
    numbers[n] = -1;
    return numbers;
}

static void read_chapter(struct json *json, const struct cJSON *from, struct course *course)
{
    static const char *const keys[] = {"number",  "slug",      "title", "question",
                                       "minutes", "builds_on", NULL};
    const struct course_chapter *last =
        course->chapter_count ? &course->chapters[course->chapter_count - 1] : NULL;

    json_keys(json, from, keys);
    if (!json_ok(json))
        return;
    struct course_chapter chapter = {
        .part = (int)course->part_count - 1,
        .line = json_line(from),
        .number = json_whole(json, from, "number", 0, COURSE_CHAPTERS - 1),
        .slug = json_id(json, from, "slug", ""),
        .title = json_text(json, from, "title"),
        .question = json_text(json, from, "question"),
        .minutes = json_whole(json, from, "minutes", 1, 600),
        .builds_on = read_numbers(json, from, "builds_on"),
    };
    if (last && chapter.number <= last->number)
        json_fault(json, from, "chapter %d stands behind chapter %d", chapter.number, last->number);
    for (size_t i = 0; i < course->chapter_count; i++)
        if (strcmp(course->chapters[i].slug, chapter.slug) == 0)
            json_fault(json, from, "the slug \"%s\" is already used in line %d", chapter.slug,
                       course->chapters[i].line);
    /* Ascending numbers below the bound: never more than there is room for. */
    if (json_ok(json))
        course->chapters[course->chapter_count++] = chapter;
}

static void read_part(struct json *json, const struct cJSON *from, struct course *course)
{
    static const char *const keys[] = {"number", "title", "chapters", NULL};
    const struct cJSON *value, *chapters;

    json_keys(json, from, keys);
    if (!json_ok(json))
        return;
    course->parts[course->part_count++] = (struct course_part){
        .number = json_text(json, from, "number"),
        .title = json_text(json, from, "title"),
    };
    chapters = json_array(json, from, "chapters", COURSE_CHAPTERS);
    if (chapters)
        cJSON_ArrayForEach(value, chapters) read_chapter(json, value, course);
}

static void read_path(struct json *json, const struct cJSON *from, struct course *course)
{
    static const char *const keys[] = {"id", "title", "goal", "chapters", NULL};

    json_keys(json, from, keys);
    if (!json_ok(json))
        return;
    struct course_path path = {
        .id = json_id(json, from, "id", ""),
        .title = json_text(json, from, "title"),
        .goal = json_text(json, from, "goal"),
        .chapters = read_numbers(json, from, "chapters"),
    };
    if (course_path(course, path.id))
        json_fault(json, from, "the path \"%s\" is there twice", path.id);
    for (const int *number = path.chapters; *number >= 0; number++)
        if (!course_chapter(course, *number))
            json_fault(json, from, "the path names chapter %d, which does not exist", *number);
    course->paths[course->path_count++] = path;
}

static void check_builds_on(struct json *json, const struct course *course)
{
    for (size_t i = 0; i < course->chapter_count; i++) {
        const struct course_chapter *chapter = &course->chapters[i];
        for (const int *number = chapter->builds_on; *number >= 0; number++)
            if (!course_chapter(course, *number) || *number >= chapter->number)
                error_at(&json->fault, -EINVAL, json->file, chapter->line,
                         "chapter %d builds on %d, which is no earlier chapter", chapter->number,
                         *number);
    }
}

static void read_course(struct json *json, struct course *course)
{
    static const char *const keys[] = {"title", "parts", "paths", NULL};
    const struct cJSON *value, *parts, *paths = NULL;

    json_keys(json, json->root, keys);
    course->title = json_text(json, json->root, "title");
    parts = json_array(json, json->root, "parts", MOST_PARTS);
    course->parts = arena_zeroed(json->arena, MOST_PARTS, sizeof *course->parts);
    course->chapters = arena_zeroed(json->arena, COURSE_CHAPTERS, sizeof *course->chapters);
    course->paths = arena_zeroed(json->arena, MOST_PATHS, sizeof *course->paths);
    if (!json_ok(json))
        return;
    cJSON_ArrayForEach(value, parts) read_part(json, value, course);
    if (json_ok(json) && course->chapter_count == 0)
        json_fault(json, parts, "there is no chapter");
    check_builds_on(json, course);
    if (json_ok(json) && json_member(json->root, "paths"))
        paths = json_array(json, json->root, "paths", MOST_PATHS);
    if (paths)
        cJSON_ArrayForEach(value, paths) read_path(json, value, course);
}

int course_parse(const char *folder, const char *file, const char *text, size_t length,
                 struct course *ret_course, struct error *error)
{
    struct arena *arena = calloc(1, sizeof *arena);
    struct course course = {.memory = arena};
    struct json json;

    if (!arena)
        return error_at(error, -ENOMEM, file, 0, "out of memory");
    course.folder = arena_copy(arena, folder, strlen(folder));
    if (json_open(&json, file, text, length, arena) == 0)
        read_course(&json, &course);
    int code = json_close(&json, error);
    if (code)
        course_free(&course);
    else
        *ret_course = course;
    return code;
}

int course_load(const char *folder, struct course *ret_course, struct error *error)
{
    struct str path = {0};
    char *text = NULL;
    size_t length;

    str_printf(&path, "%s/course.json", folder);
    int code = path.failed ? error_set(error, -ENOMEM, "out of memory")
                           : file_read(str_text(&path), MANIFEST_LIMIT, &text, &length, error);
    if (code == 0)
        code = course_parse(folder, str_text(&path), text, length, ret_course, error);
    free(text);
    str_free(&path);
    return code;
}

void course_free(struct course *course)
{
    if (course->memory) {
        arena_free(course->memory);
        free(course->memory);
    }
    *course = (struct course){0};
}
