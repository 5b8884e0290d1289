/* Everything in content/ loads, and every name in it leads somewhere: demos, regions, items,
 * misconceptions, terms. A reader who follows any of them arrives. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chapters/chapter.h"
#include "engine/base/file.h"
#include "engine/lesson/course.h"
#include "tests/support/test.h"

static const char *const folder = ASYNCTUT_TOP "/content";

static cJSON *load(const char *name)
{
    struct error error = {0};
    char path[512], *text;
    size_t length;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq(file_read(path, 1 << 20, &text, &length, &error), 0, "%s", error.text);
    cJSON *json = cJSON_ParseWithLength(text, length);
    cr_assert(json, "%s is not JSON", name);
    free(text);
    return json;
}

static const char *text_of(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(object, key));

    cr_assert(text && *text, "an entry has no %s", key);
    return text;
}

/* Whether "chess:one-loop" or "chess" is a demo of that chapter. */
static bool is_demo(int number, const char *name)
{
    const struct chapter *chapter = chapter_by_number(number);
    const char *colon = strchr(name, ':');
    char demo_name[64];

    snprintf(demo_name, sizeof demo_name, "%.*s", colon ? (int)(colon - name) : 63, name);
    const struct demo *demo = chapter ? chapter_demo(chapter, demo_name) : NULL;
    return demo && (!colon || demo_act(demo, colon + 1));
}

static void check_source(int number, const char *name, struct error *error)
{
    const char *colon = strchr(name, ':');
    char demo_name[64], path[512], *text;
    int line;

    cr_assert(colon, "source %s names no region", name);
    snprintf(demo_name, sizeof demo_name, "%.*s", (int)(colon - name), name);
    const struct demo *demo = chapter_demo(chapter_by_number(number), demo_name);
    cr_assert(demo, "source %s: no such demo", name);
    snprintf(path, sizeof path, "%s/%s", ASYNCTUT_TOP, demo->source);
    cr_assert_eq(source_region(path, colon + 1, &text, &line, error), 0, "%s", error->text);
    free(text);
}

static bool has(const cJSON *array, const char *key, const char *value)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, array) if (strcmp(text_of(entry, key), value) == 0) return true;
    return false;
}

static void check_directives(int number, const struct document *document, struct error *error)
{
    for (size_t i = 0; i < document->block_count; i++) {
        const struct block *block = &document->blocks[i];
        if (block->type != BLOCK_DIRECTIVE)
            continue;
        if (strcmp(block->info, "demo") == 0)
            cr_assert(is_demo(number, block->text), "%d: no demo %s", number, block->text);
        else if (strcmp(block->info, "source") == 0)
            check_source(number, block->text, error);
    }
}

static void check_items(int number, const struct quiz *quiz, const cJSON *misconceptions)
{
    for (size_t i = 0; i < quiz->item_count; i++) {
        const struct item *item = &quiz->items[i];
        cr_assert(!item->demo || is_demo(number, item->demo), "%d %s: demo", number, item->id);
        cr_assert(!item->see || is_demo(number, item->see), "%d %s: see", number, item->id);
        for (size_t k = 0; k < item->choice_count; k++) {
            const struct choice *choice = &item->choices[k];
            bool right = item->type == ITEM_PREDICT ? item->promise == (int)k : choice->right;
            cr_assert(right || choice->misconception, "%d %s: choice %zu reveals nothing", number,
                      item->id, k + 1);
            cr_assert(!choice->misconception || has(misconceptions, "id", choice->misconception),
                      "%d %s: no misconception %s", number, item->id, choice->misconception);
        }
    }
}

static size_t questions(const struct lesson *lesson)
{
    size_t asked = 0;

    for (size_t i = 0; i < lesson->document.block_count; i++) {
        const struct block *block = &lesson->document.blocks[i];
        asked += block->type == BLOCK_DIRECTIVE &&
                 (strcmp(block->info, "check") == 0 || strcmp(block->info, "predict") == 0);
    }
    return lesson->quiz.item_count - asked;
}

Test(files, every_chapter_loads_and_its_names_lead_somewhere)
{
    struct error error = {0};
    struct course course;
    cJSON *file = load("misconceptions.json");
    const cJSON *misconceptions = cJSON_GetObjectItem(file, "misconceptions");

    cr_assert_eq(course_load(folder, &course, &error), 0, "%s", error.text);
    cr_assert_gt(course.chapter_count, 0);
    for (size_t i = 0; i < course.chapter_count; i++) {
        struct lesson lesson;
        int number = course.chapters[i].number;
        cr_assert_eq(lesson_load(&course, &course.chapters[i], &lesson, &error), 0, "%s",
                     error.text);
        cr_assert(chapter_by_number(number), "chapter %d has no demos", number);
        check_directives(number, &lesson.document, &error);
        check_items(number, &lesson.quiz, misconceptions);
        cr_assert_geq(questions(&lesson), 8, "the quiz of chapter %d is short", number);
        lesson_free(&lesson);
    }
    course_free(&course);
    cJSON_Delete(file);
}

Test(files, every_demo_is_of_a_chapter_and_has_its_source)
{
    for (const struct chapter *chapter = chapters; chapter->slug; chapter++)
        for (const struct demo *demo = chapter->demos; demo->name; demo++) {
            char path[512];
            snprintf(path, sizeof path, "%s/%s", ASYNCTUT_TOP, demo->source);
            FILE *source = fopen(path, "r");
            cr_assert(source, "%s is missing", path);
            fclose(source);
            cr_assert(demo->acts[0].name, "%s has no acts", demo->name);
        }
}

Test(files, misconceptions_are_sorted_unique_and_each_has_a_demo_that_kills_it)
{
    cJSON *file = load("misconceptions.json");
    const cJSON *entry;
    const char *before = "";

    cJSON_ArrayForEach(entry, cJSON_GetObjectItem(file, "misconceptions"))
    {
        const char *id = text_of(entry, "id");
        cr_assert_gt(strcmp(id, before), 0, "%s is out of order or there twice", id);
        text_of(entry, "sentence");
        text_of(entry, "truth");
        cr_assert(is_demo(cJSON_GetObjectItem(entry, "chapter")->valueint, text_of(entry, "demo")),
                  "%s: its demo is not there", id);
        before = id;
    }
    cJSON_Delete(file);
}

Test(files, terms_are_unique_and_point_to_terms)
{
    cJSON *file = load("glossary.json");
    const cJSON *terms = cJSON_GetObjectItem(file, "terms"), *entry, *see;

    cJSON_ArrayForEach(entry, terms)
    {
        const char *term = text_of(entry, "term");
        size_t same = 0;
        const cJSON *other;
        text_of(entry, "text");
        cJSON_ArrayForEach(other, terms) same += strcmp(text_of(other, "term"), term) == 0;
        cr_assert_eq(same, 1, "%s is there %zu times", term, same);
        cJSON_ArrayForEach(see, cJSON_GetObjectItem(entry, "see")) cr_assert(
            has(terms, "term", see->valuestring), "%s: no term %s", term, see->valuestring);
    }
    cJSON_Delete(file);
}
