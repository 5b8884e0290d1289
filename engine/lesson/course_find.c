/* Finding a chapter by what a person types. */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/lesson/course.h"

const struct course_chapter *course_chapter(const struct course *course, int number)
{
    for (size_t i = 0; i < course->chapter_count; i++)
        if (course->chapters[i].number == number)
            return &course->chapters[i];
    return NULL;
}

const struct course_path *course_path(const struct course *course, const char *id)
{
    for (size_t i = 0; i < course->path_count; i++)
        if (strcmp(course->paths[i].id, id) == 0)
            return &course->paths[i];
    return NULL;
}

/* "3", "03", "003"; -1 if it is not a number of a possible chapter. */
static int number_of(const char *word)
{
    if (!*word || word[strspn(word, "0123456789")])
        return -1;
    while (word[0] == '0' && word[1])
        word++;
    return strlen(word) <= 2 ? atoi(word) : -1;
}

static const char *nearest_slug(const struct course *course, const char *word)
{
    const char *slugs[COURSE_CHAPTERS];

    for (size_t i = 0; i < course->chapter_count; i++)
        slugs[i] = course->chapters[i].slug;
    return nearest_word(word, slugs, course->chapter_count);
}

const struct course_chapter *course_find(const struct course *course, const char *word,
                                         const char **ret_near)
{
    const struct course_chapter *found = NULL;
    bool several = false;

    if (number_of(word) >= 0)
        found = course_chapter(course, number_of(word));
    for (size_t i = 0; i < course->chapter_count && !found; i++)
        if (strcmp(course->chapters[i].slug, word) == 0)
            found = &course->chapters[i];
    for (size_t i = 0; i < course->chapter_count && !several && *word; i++) {
        const struct course_chapter *chapter = &course->chapters[i];
        if (strncmp(chapter->slug, word, strlen(word)) != 0 || found == chapter)
            continue;
        /* A whole slug wins over longer ones that begin with it. */
        several = found && strcmp(found->slug, word) != 0 && number_of(word) < 0;
        if (!found)
            found = chapter;
    }
    if (several)
        found = NULL;
    if (!found)
        *ret_near = nearest_slug(course, word);
    return found;
}
