/* The folder of an exercise: its texts, and the lists of its other programs. check.json is read in
 * check_json.c. Everything lies in one arena. */
#include "engine/exercise/exercise.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/str.h"
#include "engine/exercise/exercise_priv.h"

enum { TEXT_LIMIT = 256 * 1024, MOST_HINTS = 12, MOST_NAMES = 64 };

/* --- files ------------------------------------------------------------------------------------ */

static int read_text(struct exercise *exercise, const char *name, const char **ret_text,
                     struct error *error)
{
    struct str path = {0}, shown = {0};
    char *data = NULL;
    size_t length = 0;

    str_printf(&path, "%s/%s", exercise->folder, name);
    int code = path.failed ? error_set(error, -ENOMEM, "out of memory")
                           : file_read(str_text(&path), TEXT_LIMIT, &data, &length, error);
    if (code == 0) {
        str_add_shown(&shown, data, length, true);
        *ret_text = arena_copy(exercise->memory, str_text(&shown), shown.length);
        if (!*ret_text || shown.failed)
            code = error_set(error, -ENOMEM, "out of memory");
        else if (!shown.length)
            code = error_at(error, -EINVAL, str_text(&path), 1, "the file is empty");
    }
    free(data);
    str_free(&path);
    str_free(&shown);
    return code;
}

static bool begins_rung(const char *line)
{
    return strncmp(line, "## ", 3) == 0;
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');

    return end ? end + 1 : line + strlen(line);
}

/* A rung is its heading's words as a first line, and the text below it. */
static int split_hints(struct exercise *exercise, const char *text, struct error *error)
{
    const char **hints = arena_zeroed(exercise->memory, MOST_HINTS + 1, sizeof *hints);
    size_t count = 0;

    for (const char *line = text; *line && hints;) {
        const char *end = next_line(line);
        if (begins_rung(line) && count < MOST_HINTS) {
            while (*end && !begins_rung(end))
                end = next_line(end);
            hints[count++] = arena_copy(exercise->memory, line + 3, (size_t)(end - line - 3));
        }
        line = end;
    }
    exercise->hints = hints;
    exercise->hint_count = count;
    if (!hints || (count && !hints[count - 1]))
        return error_set(error, -ENOMEM, "out of memory");
    if (count < 3)
        return error_set(error, -EINVAL, "%s/hints.md:1: an exercise has at least three hints",
                         exercise->folder);
    return 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int exercise_list_names(struct arena *arena, const char *folder, bool (*wanted)(const char *name),
                        const char *const **ret_names, size_t *ret_count)
{
    const char **names = arena_zeroed(arena, MOST_NAMES + 1, sizeof *names);
    DIR *entries = opendir(folder);
    struct dirent *entry;
    size_t count = 0;

    while (names && entries && count < MOST_NAMES && (entry = readdir(entries)))
        if (wanted(entry->d_name))
            names[count++] = arena_copy(arena, entry->d_name, strlen(entry->d_name));
    if (entries)
        closedir(entries);
    if (arena->failed)
        return -ENOMEM;
    qsort(names, count, sizeof *names, by_text);
    *ret_names = names;
    *ret_count = count;
    return 0;
}

static bool is_program(const char *name, const char *kind)
{
    size_t length = strlen(name);

    return strncmp(name, kind, strlen(kind)) == 0 && length > strlen(kind) + 2 &&
           !strcmp(name + length - 2, ".c");
}

static bool is_wrong(const char *name)
{
    return is_program(name, "wrong_");
}

static bool is_other(const char *name)
{
    return is_program(name, "other_");
}

static int check_there(const struct exercise *exercise, const char *name, struct error *error)
{
    struct str path = {0};

    str_printf(&path, "%s/%s", exercise->folder, name);
    int code = path.failed || file_exists(str_text(&path))
                   ? 0
                   : error_at(error, -ENOENT, str_text(&path), 0, "the file is missing");
    str_free(&path);
    return code;
}

static int read_checks(struct exercise *exercise, struct error *error)
{
    struct str path = {0};
    char *data = NULL;
    size_t length = 0;

    str_printf(&path, "%s/check.json", exercise->folder);
    int code = path.failed ? error_set(error, -ENOMEM, "out of memory")
                           : file_read(str_text(&path), TEXT_LIMIT, &data, &length, error);
    if (code == 0)
        code = check_json_read(str_text(&path), data, length, exercise, error);
    free(data);
    str_free(&path);
    return code;
}

/* --- one exercise ----------------------------------------------------------------------------- */

static int read_folder(struct exercise *exercise, struct error *error)
{
    const char *hints = NULL;
    int code = read_checks(exercise, error);

    if (code == 0)
        code = read_text(exercise, "problem.md", &exercise->problem, error);
    if (code == 0)
        code = read_text(exercise, "hints.md", &hints, error);
    if (code == 0)
        code = split_hints(exercise, hints, error);
    if (code == 0)
        code = check_there(exercise, "starter.c", error);
    if (code == 0)
        code = check_there(exercise, "solution.c", error);
    if (code == 0 && exercise_list_names(exercise->memory, exercise->folder, is_wrong,
                                         &exercise->wrongs, &exercise->wrong_count))
        code = error_set(error, -ENOMEM, "out of memory");
    if (code == 0 && exercise_list_names(exercise->memory, exercise->folder, is_other,
                                         &exercise->others, &exercise->other_count))
        code = error_set(error, -ENOMEM, "out of memory");
    return code;
}

int exercise_load(const char *folder, int chapter, struct exercise *ret_exercise,
                  struct error *error)
{
    const char *slash = strrchr(folder, '/');
    struct exercise exercise = {.chapter = chapter, .memory = calloc(1, sizeof(struct arena))};
    int code = 0;

    if (!exercise.memory)
        return error_set(error, -ENOMEM, "out of memory");
    exercise.folder = arena_copy(exercise.memory, folder, strlen(folder));
    if (!exercise.folder)
        code = error_set(error, -ENOMEM, "out of memory");
    else
        exercise.id = slash ? exercise.folder + (slash + 1 - folder) : exercise.folder;
    if (code == 0)
        code = read_folder(&exercise, error);
    if (code)
        exercise_free(&exercise);
    else
        *ret_exercise = exercise;
    return code;
}

int exercise_parse(const char *file, const char *text, size_t length, struct exercise *ret_exercise,
                   struct error *error)
{
    struct exercise exercise = {.id = "", .memory = calloc(1, sizeof(struct arena))};

    if (!exercise.memory)
        return error_set(error, -ENOMEM, "out of memory");
    int code = check_json_read(file, text, length, &exercise, error);
    if (code)
        exercise_free(&exercise);
    else
        *ret_exercise = exercise;
    return code;
}

void exercise_free(struct exercise *exercise)
{
    if (exercise->memory) {
        arena_free(exercise->memory);
        free(exercise->memory);
    }
    *exercise = (struct exercise){0};
}

void exercise_caught_by(const char *source, char *buffer, size_t size)
{
    static const char words[] = "caught by:";
    char *data = NULL;
    size_t length = 0;

    buffer[0] = '\0';
    if (file_read(source, TEXT_LIMIT, &data, &length, NULL))
        return;
    if (length > 2048)
        data[2048] = '\0';
    const char *at = strstr(data, words);
    if (at) {
        at += sizeof words - 1;
        at += strspn(at, " ");
        size_t n = strcspn(at, " \n\t,.;*");
        if (n < size) {
            memcpy(buffer, at, n);
            buffer[n] = '\0';
        }
    }
    free(data);
}
