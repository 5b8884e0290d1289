/* A learner's entries in memory, and how two versions of them become one. There are a few hundred,
 * so a search walks the array; the bounds of learner_priv.h keep a hostile file from making that
 * long. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/learner/learner_priv.h"

void progress_free(struct progress *progress)
{
    free(progress->chapters);
    free(progress->answers);
    free(progress->exercises);
    arena_free(&progress->strings);
    memset(progress, 0, sizeof *progress);
}

static const char *copy(struct progress *progress, const char *text)
{
    return arena_copy(&progress->strings, text, strlen(text));
}

static struct chapter_entry *find_chapter(const struct progress *progress, const char *slug)
{
    for (size_t i = 0; i < progress->chapter_count; i++)
        if (strcmp(progress->chapters[i].now.chapter, slug) == 0)
            return &progress->chapters[i];
    return NULL;
}

static struct answer_entry *find_answer(const struct progress *progress, const char *slug,
                                        const char *item)
{
    for (size_t i = 0; i < progress->answer_count; i++) {
        const struct answer *answer = &progress->answers[i].now;
        if (strcmp(answer->item, item) == 0 && strcmp(answer->chapter, slug) == 0)
            return &progress->answers[i];
    }
    return NULL;
}

struct chapter_entry *progress_chapter(struct progress *progress, const char *slug)
{
    struct chapter_entry *entry = find_chapter(progress, slug);

    if (entry)
        return entry;
    slug = copy(progress, slug);
    if (!slug ||
        !array_grow(&progress->chapters, &progress->chapter_capacity, progress->chapter_count))
        return NULL;
    entry = &progress->chapters[progress->chapter_count++];
    memset(entry, 0, sizeof *entry);
    entry->now.chapter = slug;
    entry->now.section = "";
    entry->loaded = entry->now;
    return entry;
}

struct answer_entry *progress_answer(struct progress *progress, const char *slug, const char *item)
{
    struct answer_entry *entry = find_answer(progress, slug, item);

    if (entry)
        return entry;
    slug = copy(progress, slug);
    item = copy(progress, item);
    if (!slug || !item ||
        !array_grow(&progress->answers, &progress->answer_capacity, progress->answer_count))
        return NULL;
    entry = &progress->answers[progress->answer_count++];
    memset(entry, 0, sizeof *entry);
    entry->now.chapter = slug;
    entry->now.item = item;
    entry->loaded = entry->now;
    return entry;
}

struct exercise_entry *progress_exercise(struct progress *progress, const char *id)
{
    for (size_t i = 0; i < progress->exercise_count; i++)
        if (strcmp(progress->exercises[i].now.exercise, id) == 0)
            return &progress->exercises[i];
    id = copy(progress, id);
    if (!id ||
        !array_grow(&progress->exercises, &progress->exercise_capacity, progress->exercise_count))
        return NULL;
    struct exercise_entry *entry = &progress->exercises[progress->exercise_count++];
    memset(entry, 0, sizeof *entry);
    entry->now.exercise = id;
    entry->loaded = entry->now;
    return entry;
}

static bool same_chapter(const struct chapter_state *a, const struct chapter_state *b)
{
    return strcmp(a->section, b->section) == 0 && a->block == b->block &&
           a->content == b->content && a->done == b->done && a->quiz_right == b->quiz_right &&
           a->quiz_of == b->quiz_of && a->changed == b->changed;
}

static bool same_answer(const struct answer *a, const struct answer *b)
{
    return a->tries == b->tries && a->right == b->right && a->last_right == b->last_right &&
           a->card.stability == b->card.stability && a->card.difficulty == b->card.difficulty &&
           a->card.reviewed == b->card.reviewed && a->card.due == b->card.due;
}

static bool same_exercise(const struct exercise_state *a, const struct exercise_state *b)
{
    return a->tries == b->tries && a->hints == b->hints && a->passed == b->passed &&
           a->source == b->source && a->changed == b->changed;
}

/* Whether an entry is taken from disk. Who did not change it has no say, whatever the clocks are;
 * between two that did, the later change wins. */
static bool disk_wins(bool mine_changed, bool disk_changed, int64_t mine, int64_t disk)
{
    return disk_changed && (!mine_changed || disk > mine);
}

static int merge_chapter(struct progress *progress, const struct chapter_state *disk)
{
    struct chapter_entry *mine = progress_chapter(progress, disk->chapter);

    if (!mine)
        return -ENOMEM;
    if (disk_wins(!same_chapter(&mine->now, &mine->loaded), !same_chapter(disk, &mine->loaded),
                  mine->now.changed, disk->changed)) {
        const char *slug = mine->now.chapter, *section = copy(progress, disk->section);
        if (!section)
            return -ENOMEM;
        mine->now = *disk;
        mine->now.chapter = slug;
        mine->now.section = section;
    }
    return 0;
}

static int merge_answer(struct progress *progress, const struct answer *disk)
{
    struct answer_entry *mine = progress_answer(progress, disk->chapter, disk->item);

    if (!mine)
        return -ENOMEM;
    if (disk_wins(!same_answer(&mine->now, &mine->loaded), !same_answer(disk, &mine->loaded),
                  mine->now.card.reviewed, disk->card.reviewed)) {
        const char *slug = mine->now.chapter, *item = mine->now.item;
        mine->now = *disk;
        mine->now.chapter = slug;
        mine->now.item = item;
    }
    return 0;
}

/* What was passed stays passed, whoever wrote last. */
static int merge_exercise(struct progress *progress, const struct exercise_state *disk)
{
    struct exercise_entry *mine = progress_exercise(progress, disk->exercise);

    if (!mine)
        return -ENOMEM;
    bool passed = mine->now.passed || disk->passed;
    if (disk_wins(!same_exercise(&mine->now, &mine->loaded), !same_exercise(disk, &mine->loaded),
                  mine->now.changed, disk->changed)) {
        const char *id = mine->now.exercise;
        mine->now = *disk;
        mine->now.exercise = id;
    }
    mine->now.passed = passed;
    return 0;
}

int progress_merge(struct progress *progress, const struct progress *disk)
{
    int code = 0;

    for (size_t i = 0; i < disk->chapter_count && code == 0; i++)
        code = merge_chapter(progress, &disk->chapters[i].now);
    for (size_t i = 0; i < disk->answer_count && code == 0; i++)
        code = merge_answer(progress, &disk->answers[i].now);
    for (size_t i = 0; i < disk->exercise_count && code == 0; i++)
        code = merge_exercise(progress, &disk->exercises[i].now);
    return code;
}

int progress_settle(struct progress *progress)
{
    for (size_t i = 0; i < progress->chapter_count; i++) {
        struct chapter_entry *entry = &progress->chapters[i];
        if (strcmp(entry->now.section, entry->loaded.section) != 0) {
            const char *section = copy(progress, entry->now.section);
            if (!section)
                return -ENOMEM;
            entry->now.section = section;
        } else {
            entry->now.section = entry->loaded.section;
        }
        entry->loaded = entry->now;
    }
    for (size_t i = 0; i < progress->answer_count; i++)
        progress->answers[i].loaded = progress->answers[i].now;
    for (size_t i = 0; i < progress->exercise_count; i++)
        progress->exercises[i].loaded = progress->exercises[i].now;
    return 0;
}
