/* Opening, saving, and the few operations on a learner. A save reads the file again under the lock,
 * because another asynctut may have written meanwhile, and writes the union; the file itself is
 * replaced by rename, so a reader needs no lock and a crash leaves the old or the new file whole.
 */
#include "engine/learner/learner.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/learner/learner_priv.h"

enum { LOCK_MS = 1000 };

struct learner {
    struct str path; /* empty: there is no place to save to, for the reason below */
    struct error nowhere;
    struct progress progress;
};

/* A link is followed once and for all, so that lock, file and kept files lie in one folder. */
static void follow_link(struct str *path)
{
    char real[PATH_MAX];

    if (realpath(str_text(path), real)) {
        str_clear(path);
        str_puts(path, real);
    }
}

static int find_path(struct learner *learner, const char *path)
{
    if (path) {
        str_puts(&learner->path, path);
    } else if (file_user_folder(FOLDER_STATE, &learner->path, &learner->nowhere) == 0) {
        str_puts(&learner->path, "/progress.json");
    } else {
        str_free(&learner->path);
        return learner->nowhere.code == -ENOMEM ? -ENOMEM : 0;
    }
    follow_link(&learner->path);
    return learner->path.failed ? -ENOMEM : 0;
}

/* What is at `path`: nothing, a file that is understood (0), one that has to be kept (-EPROTO), or
 * one that cannot be read (any other error). */
static int load(const char *path, struct progress *progress, struct error *error)
{
    char *text = NULL;
    size_t length = 0;

    int code = file_read(path, PROGRESS_BYTES, &text, &length, error);
    if (code == -ENOENT) {
        memset(error, 0, sizeof *error);
        return 0;
    }
    if (code == -EFBIG || code == -EINVAL)
        return -EPROTO;
    if (code)
        return code;
    code = progress_parse(path, text, length, progress, error);
    free(text);
    return code;
}

/* The fault that was found at `path`, with what will become of the file. */
static void give_notice(const char *path, const struct error *fault, struct error *ret_notice)
{
    struct str name = {0};

    if (fault->code != -EPROTO && fault->code != -EFBIG && fault->code != -EINVAL)
        error_set(ret_notice, fault->code, "%s", fault->text);
    else if (kept_name(path, &name) == 0)
        error_set(ret_notice, fault->code, "%s; when progress is saved, this file stays as %s",
                  fault->text, str_text(&name));
    str_free(&name);
}

int learner_open(const char *path, struct learner **ret_learner, struct error *ret_notice)
{
    struct learner *learner = calloc(1, sizeof *learner);
    struct error fault = {0};

    memset(ret_notice, 0, sizeof *ret_notice);
    int code = learner ? find_path(learner, path) : -ENOMEM;
    if (code == 0 && learner->path.length)
        code = load(str_text(&learner->path), &learner->progress, &fault);
    if (code == -ENOMEM) {
        learner_close(learner);
        return error_set(ret_notice, -ENOMEM, "out of memory");
    }
    if (fault.code)
        give_notice(str_text(&learner->path), &fault, ret_notice);
    else if (!learner->path.length)
        *ret_notice = learner->nowhere;
    *ret_learner = learner;
    return 0;
}

void learner_close(struct learner *learner)
{
    if (!learner)
        return;
    progress_free(&learner->progress);
    str_free(&learner->path);
    free(learner);
}

/* Takes in what the file has now, and puts it aside if it is not understood. */
static int take_in(const char *path, struct progress *progress, struct error *error)
{
    struct progress disk = {0};
    struct error fault = {0};

    int code = load(path, &disk, &fault);
    if (code == 0 || code == -EPROTO) {
        int merged = progress_merge(progress, &disk);
        if (merged)
            code = error_set(error, merged, "out of memory");
        else if (code)
            code = kept_aside(path, error);
    } else {
        error_set(error, code, "%s", fault.text);
    }
    progress_free(&disk);
    return code;
}

static int write_out(const char *path, struct progress *progress, struct error *error)
{
    struct str text = {0};

    int code = progress_print(progress, &text);
    code = code ? error_set(error, code, "out of memory")
                : file_replace(path, text.data, text.length, error);
    str_free(&text);
    return code ? code : progress_settle(progress);
}

/* Makes the folder of `path`, then holds path.lock. */
static int take_lock(const char *path, struct error *error)
{
    struct str name = {0};
    const char *slash = strrchr(path, '/');
    int code = 0;

    if (slash && slash != path) {
        str_add(&name, path, (size_t)(slash - path));
        code = name.failed ? -ENOMEM : file_make_folder(str_text(&name), error);
        str_clear(&name);
    }
    str_printf(&name, "%s.lock", path);
    if (name.failed)
        code = error_set(error, -ENOMEM, "out of memory");
    if (code == 0)
        code = file_lock(str_text(&name), LOCK_MS, error);
    str_free(&name);
    return code;
}

int learner_save(struct learner *learner, struct error *error)
{
    const char *path = str_text(&learner->path);

    if (!*path)
        return error_set(error, learner->nowhere.code, "%s", learner->nowhere.text);
    int lock = take_lock(path, error);
    if (lock < 0)
        return lock;
    int code = take_in(path, &learner->progress, error);
    if (code == 0)
        code = write_out(path, &learner->progress, error);
    file_unlock(lock);
    return code;
}

struct chapter_state *learner_chapter(struct learner *learner, const char *slug)
{
    struct chapter_entry *entry = progress_chapter(&learner->progress, slug);

    return entry ? &entry->now : NULL;
}

struct answer *learner_answer(struct learner *learner, const char *slug, const char *item)
{
    struct answer_entry *entry = progress_answer(&learner->progress, slug, item);

    return entry ? &entry->now : NULL;
}

struct exercise_state *learner_exercise(struct learner *learner, const char *id)
{
    struct exercise_entry *entry = progress_exercise(&learner->progress, id);

    return entry ? &entry->now : NULL;
}

size_t learner_exercise_count(const struct learner *learner)
{
    return learner->progress.exercise_count;
}

const struct exercise_state *learner_exercise_at(const struct learner *learner, size_t i)
{
    return &learner->progress.exercises[i].now;
}

size_t learner_chapter_count(const struct learner *learner)
{
    return learner->progress.chapter_count;
}

const struct chapter_state *learner_chapter_at(const struct learner *learner, size_t i)
{
    return &learner->progress.chapters[i].now;
}

size_t learner_answer_count(const struct learner *learner)
{
    return learner->progress.answer_count;
}

const struct answer *learner_answer_at(const struct learner *learner, size_t i)
{
    return &learner->progress.answers[i].now;
}

void learner_record(struct answer *answer, bool right, int64_t now)
{
    answer->tries++;
    answer->right += right;
    answer->last_right = right;
    schedule_review(&answer->card, right, now);
}

size_t learner_due(const struct learner *learner, int64_t now)
{
    size_t due = 0;

    for (size_t i = 0; i < learner->progress.answer_count; i++) {
        const struct answer *answer = &learner->progress.answers[i].now;
        due += answer->tries && answer->card.due <= now;
    }
    return due;
}
