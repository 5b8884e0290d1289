/* Progress as JSON. Reading believes nothing: each entry is checked whole, and one that is not
 * sound is left out and reported, while the sound ones are taken in, so that a damaged file costs
 * as little as it can. Writing leaves out entries that say nothing.
 *
 *   { "format": "asynctut-progress", "version": 1,
 *     "chapters": [ { "chapter": "concurrency", "section": "…", "block": 12, "content": 305419896,
 *                     "done": false, "quiz_right": 7, "quiz_of": 8, "changed": 1760000000 } ],
 *     "answers": [ { "chapter": "concurrency", "item": "q1", "tries": 2, "right": 1,
 *                    "last_right": true, "stability": 2.3, "difficulty": 2.1,
 *                    "reviewed": 1760000000, "due": 1760172800 } ],
 *     "exercises": [ { "exercise": "poll-loop", "tries": 2, "hints": 1, "passed": true,
 *                      "source": 305419896, "changed": 1760000000 } ] }
 *
 * "exercises" may be missing: older files have none. */
#include <cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "engine/learner/learner_priv.h"

enum { VERSION = 1, KEY_BYTES = 100, SECTION_BYTES = 400, MOST = 1000000 };

static const char format[] = "asynctut-progress";
static const double last_second = 253402300799.0; /* the end of the year 9999 */

/* ---- Reading. Each getter returns false if the member is not there or not sound. */

static bool get_number(const cJSON *entry, const char *name, double low, double high, double *ret)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(entry, name);

    /* A NaN would fail both comparisons. */
    if (!cJSON_IsNumber(member) || !(member->valuedouble >= low && member->valuedouble <= high))
        return false;
    *ret = member->valuedouble;
    return true;
}

static bool get_whole(const cJSON *entry, const char *name, double high, int64_t *ret)
{
    double value;

    if (!get_number(entry, name, 0, high, &value) || value != floor(value))
        return false;
    *ret = (int64_t)value;
    return true;
}

static bool get_count(const cJSON *entry, const char *name, int *ret)
{
    int64_t value;

    if (!get_whole(entry, name, MOST, &value))
        return false;
    *ret = (int)value;
    return true;
}

static bool get_bool(const cJSON *entry, const char *name, bool *ret)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(entry, name);

    *ret = cJSON_IsTrue(member);
    return cJSON_IsBool(member);
}

/* Text that a terminal may be given as it is, of at most that many bytes. */
static bool is_shown(const char *text, size_t most)
{
    size_t left = strlen(text);

    if (left > most)
        return false;
    while (left) {
        uint32_t code;
        size_t size = utf8_decode(text, left, &code);
        if (size == 0 || !utf8_is_shown(code))
            return false;
        text += size;
        left -= size;
    }
    return true;
}

static bool get_text(const cJSON *entry, const char *name, size_t most, const char **ret)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(entry, name);

    if (!cJSON_IsString(member) || !is_shown(member->valuestring, most))
        return false;
    *ret = member->valuestring;
    return true;
}

static bool get_key(const cJSON *entry, const char *name, const char **ret)
{
    return get_text(entry, name, KEY_BYTES, ret) && **ret;
}

static bool read_chapter(const cJSON *entry, struct chapter_state *ret)
{
    int64_t content;

    bool sound = get_key(entry, "chapter", &ret->chapter) &&
                 get_text(entry, "section", SECTION_BYTES, &ret->section) &&
                 get_count(entry, "block", &ret->block) &&
                 get_whole(entry, "content", UINT32_MAX, &content) &&
                 get_bool(entry, "done", &ret->done) &&
                 get_count(entry, "quiz_right", &ret->quiz_right) &&
                 get_count(entry, "quiz_of", &ret->quiz_of) && ret->quiz_right <= ret->quiz_of &&
                 get_whole(entry, "changed", last_second, &ret->changed);
    if (sound)
        ret->content = (uint32_t)content;
    return sound;
}

static bool read_card(const cJSON *entry, struct card *ret)
{
    return get_number(entry, "stability", 0.001, SCHEDULE_LONGEST, &ret->stability) &&
           get_number(entry, "difficulty", 1, 10, &ret->difficulty) &&
           get_whole(entry, "reviewed", last_second, &ret->reviewed) &&
           get_whole(entry, "due", 2 * last_second, &ret->due) && ret->due > ret->reviewed;
}

static bool read_answer(const cJSON *entry, struct answer *ret)
{
    return get_key(entry, "chapter", &ret->chapter) && get_key(entry, "item", &ret->item) &&
           get_count(entry, "tries", &ret->tries) && ret->tries > 0 &&
           get_count(entry, "right", &ret->right) && ret->right <= ret->tries &&
           get_bool(entry, "last_right", &ret->last_right) && read_card(entry, &ret->card);
}

static bool read_exercise(const cJSON *entry, struct exercise_state *ret)
{
    int64_t source;

    bool sound = get_key(entry, "exercise", &ret->exercise) &&
                 get_count(entry, "tries", &ret->tries) && get_count(entry, "hints", &ret->hints) &&
                 get_bool(entry, "passed", &ret->passed) &&
                 get_whole(entry, "source", UINT32_MAX, &source) &&
                 get_whole(entry, "changed", last_second, &ret->changed);
    if (sound)
        ret->source = (uint32_t)source;
    return sound;
}

/* One entry into `disk`; false if it is not sound. Memory that runs out is seen in the arena. */
static bool take_chapter(const cJSON *entry, struct progress *disk)
{
    struct chapter_entry read = {0};

    if (disk->chapter_count >= PROGRESS_CHAPTERS || !read_chapter(entry, &read.now))
        return false;
    struct progress one = {.chapters = &read, .chapter_count = 1};
    return progress_merge(disk, &one) == 0;
}

static bool take_answer(const cJSON *entry, struct progress *disk)
{
    struct answer_entry read = {0};

    if (disk->answer_count >= PROGRESS_ANSWERS || !read_answer(entry, &read.now))
        return false;
    struct progress one = {.answers = &read, .answer_count = 1};
    return progress_merge(disk, &one) == 0;
}

static bool take_exercise(const cJSON *entry, struct progress *disk)
{
    struct exercise_entry read = {0};

    if (disk->exercise_count >= PROGRESS_EXERCISES || !read_exercise(entry, &read.now))
        return false;
    struct progress one = {.exercises = &read, .exercise_count = 1};
    return progress_merge(disk, &one) == 0;
}

/* How many entries of a list are not sound; a list that is none counts as one. */
static size_t take_list(const cJSON *root, const char *name, struct progress *disk,
                        bool (*take)(const cJSON *entry, struct progress *disk))
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, name), *entry;
    size_t bad = 0;

    if (!cJSON_IsArray(list))
        return 1;
    cJSON_ArrayForEach(entry, list) bad += !take(entry, disk);
    return bad;
}

static int check_head(const char *file, const cJSON *root, struct error *error)
{
    const char *found;
    int64_t version;

    if (!get_text(root, "format", KEY_BYTES, &found) || strcmp(found, format) != 0)
        return error_at(error, -EPROTO, file, 0, "is not a progress file of asynctut");
    if (!get_whole(root, "version", MOST, &version) || version < 1)
        return error_at(error, -EPROTO, file, 0, "has no version");
    if (version > VERSION)
        return error_at(error, -EPROTO, file, 0, "was written by a newer asynctut (version %d)",
                        (int)version);
    return 0;
}

static int line_of(const char *text, const char *end)
{
    int line = 1;

    for (; text < end; text++)
        line += *text == '\n';
    return line;
}

static int read_root(const char *file, const cJSON *root, struct progress *progress,
                     struct error *error)
{
    int code = check_head(file, root, error);

    if (code)
        return code;
    size_t bad = take_list(root, "chapters", progress, take_chapter) +
                 take_list(root, "answers", progress, take_answer);
    if (cJSON_HasObjectItem(root, "exercises"))
        bad += take_list(root, "exercises", progress, take_exercise);
    if (progress->strings.failed)
        return error_set(error, -ENOMEM, "out of memory");
    if (bad)
        return error_at(error, -EPROTO, file, 0, "is damaged: %zu of its entries make no sense",
                        bad);
    return 0;
}

int progress_parse(const char *file, const char *text, size_t length, struct progress *progress,
                   struct error *error)
{
    const char *end = text;
    cJSON *root = NULL;

    if (!memchr(text, '\0', length))
        root = cJSON_ParseWithLengthOpts(text, length + 1, &end, true);
    if (!root)
        return error_at(error, -EPROTO, file, line_of(text, end), "is not whole JSON");
    int code = read_root(file, root, progress, error);
    cJSON_Delete(root);
    return code ? code : progress_settle(progress);
}

/* ---- Writing. A failed addition is seen once, at the end of an entry. */

static bool add_chapter(cJSON *list, const struct chapter_state *chapter)
{
    cJSON *entry = cJSON_CreateObject();
    /* Reading would refuse the whole entry for a title that it does not believe. */
    const char *section = is_shown(chapter->section, SECTION_BYTES) ? chapter->section : "";

    return cJSON_AddItemToArray(list, entry) &&
           cJSON_AddStringToObject(entry, "chapter", chapter->chapter) &&
           cJSON_AddStringToObject(entry, "section", section) &&
           cJSON_AddNumberToObject(entry, "block", chapter->block) &&
           cJSON_AddNumberToObject(entry, "content", chapter->content) &&
           cJSON_AddBoolToObject(entry, "done", chapter->done) &&
           cJSON_AddNumberToObject(entry, "quiz_right", chapter->quiz_right) &&
           cJSON_AddNumberToObject(entry, "quiz_of", chapter->quiz_of) &&
           cJSON_AddNumberToObject(entry, "changed", (double)chapter->changed);
}

static bool add_answer(cJSON *list, const struct answer *answer)
{
    cJSON *entry = cJSON_CreateObject();

    return cJSON_AddItemToArray(list, entry) &&
           cJSON_AddStringToObject(entry, "chapter", answer->chapter) &&
           cJSON_AddStringToObject(entry, "item", answer->item) &&
           cJSON_AddNumberToObject(entry, "tries", answer->tries) &&
           cJSON_AddNumberToObject(entry, "right", answer->right) &&
           cJSON_AddBoolToObject(entry, "last_right", answer->last_right) &&
           cJSON_AddNumberToObject(entry, "stability", answer->card.stability) &&
           cJSON_AddNumberToObject(entry, "difficulty", answer->card.difficulty) &&
           cJSON_AddNumberToObject(entry, "reviewed", (double)answer->card.reviewed) &&
           cJSON_AddNumberToObject(entry, "due", (double)answer->card.due);
}

static bool add_exercise(cJSON *list, const struct exercise_state *exercise)
{
    cJSON *entry = cJSON_CreateObject();

    return cJSON_AddItemToArray(list, entry) &&
           cJSON_AddStringToObject(entry, "exercise", exercise->exercise) &&
           cJSON_AddNumberToObject(entry, "tries", exercise->tries) &&
           cJSON_AddNumberToObject(entry, "hints", exercise->hints) &&
           cJSON_AddBoolToObject(entry, "passed", exercise->passed) &&
           cJSON_AddNumberToObject(entry, "source", exercise->source) &&
           cJSON_AddNumberToObject(entry, "changed", (double)exercise->changed);
}

static bool add_exercises(cJSON *root, const struct progress *progress)
{
    cJSON *list = progress->exercise_count ? cJSON_AddArrayToObject(root, "exercises") : NULL;
    bool good = list || !progress->exercise_count;

    for (size_t i = 0; i < progress->exercise_count && good; i++)
        if (progress->exercises[i].now.changed)
            good = add_exercise(list, &progress->exercises[i].now);
    return good;
}

static bool says_something(const struct chapter_state *chapter)
{
    return chapter->changed || chapter->block || chapter->done || chapter->quiz_of;
}

static bool add_all(cJSON *root, const struct progress *progress)
{
    bool good = cJSON_AddStringToObject(root, "format", format) &&
                cJSON_AddNumberToObject(root, "version", VERSION);
    cJSON *chapters = cJSON_AddArrayToObject(root, "chapters");
    cJSON *answers = cJSON_AddArrayToObject(root, "answers");

    good = good && chapters && answers;
    for (size_t i = 0; i < progress->chapter_count && good; i++)
        if (says_something(&progress->chapters[i].now))
            good = add_chapter(chapters, &progress->chapters[i].now);
    for (size_t i = 0; i < progress->answer_count && good; i++)
        if (progress->answers[i].now.tries)
            good = add_answer(answers, &progress->answers[i].now);
    return good && add_exercises(root, progress);
}

int progress_print(const struct progress *progress, struct str *out)
{
    cJSON *root = cJSON_CreateObject();
    char *text = root && add_all(root, progress) ? cJSON_Print(root) : NULL;

    cJSON_Delete(root);
    if (!text)
        return -ENOMEM;
    str_puts(out, text);
    str_putc(out, '\n');
    cJSON_free(text);
    return out->failed ? -ENOMEM : 0;
}
