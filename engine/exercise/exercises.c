/* The exercises of a course: the folders below those of its chapters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/base/str.h"
#include "engine/exercise/exercise_priv.h"

static bool is_exercise(const char *name)
{
    return name[0] != '.' && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
}

static const struct exercise *same_id(const struct exercises *all, const char *id)
{
    for (size_t i = 0; i < all->count; i++)
        if (!strcmp(all->items[i].id, id))
            return &all->items[i];
    return NULL;
}

static int add_exercise(struct exercises *all, const char *folder, int chapter, struct error *error)
{
    struct exercise exercise;
    int code = exercise_load(folder, chapter, &exercise, error);

    if (code)
        return code;
    const struct exercise *other = same_id(all, exercise.id);
    if (other)
        code = error_set(error, -EEXIST, "%s: the exercise in %s has the same id", folder,
                         other->folder);
    else if (!array_grow(&all->items, &all->capacity, all->count))
        code = error_set(error, -ENOMEM, "out of memory");
    if (code)
        exercise_free(&exercise);
    else
        all->items[all->count++] = exercise;
    return code;
}

static void name_folder(const struct course *course, const struct course_chapter *chapter,
                        struct str *ret_folder)
{
    str_clear(ret_folder);
    str_printf(ret_folder, "%s/%02d-%s/exercises", course->folder, chapter->number, chapter->slug);
}

static int add_chapter(struct exercises *all, const char *folder, int chapter, struct error *error)
{
    const char *const *names = NULL;
    struct arena arena = {0};
    struct str path = {0};
    size_t count = 0;
    int code = exercise_list_names(&arena, folder, is_exercise, &names, &count);

    for (size_t i = 0; i < count && code == 0; i++) {
        str_clear(&path);
        str_printf(&path, "%s/%s", folder, names[i]);
        code = path.failed ? -ENOMEM : add_exercise(all, str_text(&path), chapter, error);
    }
    str_free(&path);
    arena_free(&arena);
    return code == -ENOMEM ? error_set(error, -ENOMEM, "out of memory") : code;
}

int exercises_load(const struct course *course, struct exercises *ret_exercises,
                   struct error *error)
{
    struct exercises all = {0};
    struct str folder = {0};
    int code = 0;

    for (size_t i = 0; i < course->chapter_count && code == 0; i++) {
        const struct course_chapter *chapter = &course->chapters[i];
        name_folder(course, chapter, &folder);
        code = folder.failed ? error_set(error, -ENOMEM, "out of memory")
                             : add_chapter(&all, str_text(&folder), chapter->number, error);
    }
    str_free(&folder);
    if (code)
        exercises_free(&all);
    else
        *ret_exercises = all;
    return code;
}

void exercises_free(struct exercises *exercises)
{
    for (size_t i = 0; i < exercises->count; i++)
        exercise_free(&exercises->items[i]);
    free(exercises->items);
    *exercises = (struct exercises){0};
}

const struct exercise *exercises_find(const struct exercises *exercises, const char *word,
                                      const char **ret_near)
{
    const struct exercise *found = same_id(exercises, word);
    const char *names[256];
    size_t matches = 0, count = 0;

    *ret_near = NULL;
    for (size_t i = 0; i < exercises->count && !found && *word; i++)
        matches += !strncmp(exercises->items[i].id, word, strlen(word));
    for (size_t i = 0; i < exercises->count && !found; i++) {
        if (matches == 1 && !strncmp(exercises->items[i].id, word, strlen(word)))
            found = &exercises->items[i];
        else if (count < array_length(names))
            names[count++] = exercises->items[i].id;
    }
    if (!found)
        *ret_near = nearest_word(word, names, count);
    return found;
}

size_t exercises_of(const struct course *course, const struct course_chapter *chapter,
                    bool (*wanted)(const char *id, void *to), void *to, size_t *ret_wanted)
{
    const char *const *names = NULL;
    struct arena arena = {0};
    struct str folder = {0};
    size_t count = 0;

    *ret_wanted = 0;
    name_folder(course, chapter, &folder);
    if (!folder.failed)
        exercise_list_names(&arena, str_text(&folder), is_exercise, &names, &count);
    for (size_t i = 0; i < count; i++)
        *ret_wanted += wanted(names[i], to);
    str_free(&folder);
    arena_free(&arena);
    return count;
}
