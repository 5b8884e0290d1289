/* Inside engine/learner: a learner's state in memory, and its JSON. */
#ifndef ASYNCTUT_LEARNER_PRIV_H
#define ASYNCTUT_LEARNER_PRIV_H

#include "engine/base/arena.h"
#include "engine/base/str.h"
#include "engine/learner/learner.h"

/* Bounds of what is believed of a file. */
enum {
    PROGRESS_BYTES = 1024 * 1024,
    PROGRESS_CHAPTERS = 512,
    PROGRESS_ANSWERS = 4096,
    PROGRESS_EXERCISES = 1024
};

/* Each entry remembers how it was loaded or last saved, so that a merge knows who changed it. */
struct chapter_entry {
    struct chapter_state now, loaded;
};
struct answer_entry {
    struct answer now, loaded;
};
struct exercise_entry {
    struct exercise_state now, loaded;
};

/* Zero-initialise. Strings lie in the arena, but for sections that the caller has set since the
 * last save. */
struct progress {
    struct arena strings;
    struct chapter_entry *chapters;
    size_t chapter_count, chapter_capacity;
    struct answer_entry *answers;
    size_t answer_count, answer_capacity;
    struct exercise_entry *exercises;
    size_t exercise_count, exercise_capacity;
};

void progress_free(struct progress *progress);

/* The entry with that key, made if it is not there; NULL if memory runs out. */
struct chapter_entry *progress_chapter(struct progress *progress, const char *slug);
struct answer_entry *progress_answer(struct progress *progress, const char *slug, const char *item);
struct exercise_entry *progress_exercise(struct progress *progress, const char *id);

/* Takes from `disk`, which another process may have written, what is newer there. 0 or UV_ENOMEM.
 */
int progress_merge(struct progress *progress, const struct progress *disk);

/* Everything is as on disk now: sections are copied. 0 or UV_ENOMEM. */
int progress_settle(struct progress *progress);

/* Reads a file's bytes, which a NUL follows. What is sound is taken in. A negative UV_E* with the
 * reason in `error` if anything is not: then the file has to be kept. UV_ENOMEM is only memory. */
int progress_parse(const char *file, const char *text, size_t length, struct progress *progress,
                   struct error *error);
/* Appends the JSON. 0 or UV_ENOMEM. */
int progress_print(const struct progress *progress, struct str *out);

/* Puts the file at `path` out of the way under a free name, path.kept-1 and up, without a moment
 * in which there is none. */
int kept_aside(const char *path, struct error *error);
/* The first such name that is free. */
int kept_name(const char *path, struct str *ret_name);

#endif
