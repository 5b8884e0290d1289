/* What is remembered of a learner: where they are, which answers they gave, when to ask again.
 *
 * One versioned JSON file, progress.json, in the state folder. It is read whole, changed in memory
 * and saved whole, atomically, under a lock. State is keyed by stable ids (chapter slug, item id),
 * so an updated course keeps it. A file that is truncated, foreign, partly damaged or of a newer
 * version is left as it is until something is saved, and then kept beside under another name
 * (progress.json.kept-1 …); the notice says so, and it is never overwritten. */
#ifndef ASYNCTUT_LEARNER_H
#define ASYNCTUT_LEARNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "engine/learner/schedule.h"

struct answer {
    const char *chapter, *item; /* slug and id */
    int tries, right;           /* how often answered, how often rightly */
    bool last_right;
    struct card card; /* when to ask again */
};

struct chapter_state {
    const char *chapter; /* slug */
    const char *section; /* title of the section where the learner is; "" at the beginning. May
                            be set to a text that lives until the next save, which copies it */
    int block;           /* index of the next block to show; 0: not begun */
    uint32_t content;    /* hash of the lesson that the place refers to */
    bool done;
    int quiz_right, quiz_of; /* of the last whole quiz; of 0: none yet */
    int64_t changed;         /* seconds since 1970 */
};

struct exercise_state {
    const char *exercise; /* id */
    int tries;       /* honest ones: it compiled, and was neither the starter nor tried before */
    int hints;       /* rungs that were shown */
    bool passed;     /* once, whatever came after */
    uint32_t source; /* hash of what was checked last; 0: nothing yet */
    int64_t changed; /* seconds since 1970 */
};

struct learner;

/* Loads from `path`, or from the state folder if NULL; writes nothing. A missing file is an empty
 * learner, and so is one that cannot be read: then saving will say why it cannot. A notice that the
 * person should read (a file that will be kept, an unreadable one) goes to ret_notice, whose text
 * is
 * "" and code 0 if there is none. 0 or UV_ENOMEM. */
int learner_open(const char *path, struct learner **ret_learner, struct error *ret_notice);
void learner_close(struct learner *learner); /* does not save; NULL is fine */

/* Saves, merging with what another asynctut saved meanwhile: an entry that only one of them changed
 * is taken from that one; of two changed ones the newer wins. On an error (a full disk, a read-only
 * folder, the lock held for a second) the file and the learner in memory are as before, and a
 * later save may succeed. */
int learner_save(struct learner *learner, struct error *error);

/* Entries are created on first use; NULL only if memory runs out. Valid until the next such call
 * or save. Slugs and item ids are at most 100 bytes of text without control characters. */
struct chapter_state *learner_chapter(struct learner *learner, const char *slug);
struct answer *learner_answer(struct learner *learner, const char *slug, const char *item);
struct exercise_state *learner_exercise(struct learner *learner, const char *id);

/* For listing; in order of the file. */
size_t learner_chapter_count(const struct learner *learner);
const struct chapter_state *learner_chapter_at(const struct learner *learner, size_t i);
size_t learner_answer_count(const struct learner *learner);
const struct answer *learner_answer_at(const struct learner *learner, size_t i);
size_t learner_exercise_count(const struct learner *learner);
const struct exercise_state *learner_exercise_at(const struct learner *learner, size_t i);

/* Takes in an answer: counts it and moves its card. now: seconds since 1970. */
void learner_record(struct answer *answer, bool right, int64_t now);

/* How many items are due at `now`. */
size_t learner_due(const struct learner *learner, int64_t now);

#endif
