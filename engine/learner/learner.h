/* What is remembered of a learner: where they are, which answers they gave, when to ask again.
 *
 * One versioned JSON file, progress.json, in the state folder. It is read whole, changed in memory
 * and saved whole, atomically, under a lock. State is keyed by stable ids (chapter slug, item id),
 * so an updated course keeps it. A file that is truncated, foreign or of a newer version is kept
 * beside under another name (progress.json.kept-1 …), said in the notice, and never overwritten. */
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
    const char *section; /* title of the section where the learner is; "" at the beginning */
    int block;           /* index of the next block to show; 0: not begun */
    uint32_t content;    /* hash of the lesson that the place refers to */
    bool done;
    int quiz_right, quiz_of; /* of the last whole quiz; of 0: none yet */
    int64_t changed;         /* seconds since 1970 */
};

struct learner;

/* Loads from `path`, or from the state folder if NULL. A missing file is an empty learner. On
 * UV_EROFS, UV_EACCES and the like it loads what it can, and saving will say why it cannot. A
 * notice that the person should read (a kept file) goes to ret_notice, "" if none. */
int learner_open(const char *path, struct learner **ret_learner, struct error *ret_notice);
void learner_close(struct learner *learner); /* does not save */

/* Saves, merging with what another asynctut saved meanwhile (the newer entry wins). */
int learner_save(struct learner *learner, struct error *error);

/* Entries are created on first use; NULL only if memory runs out. Valid until the next such call.
 */
struct chapter_state *learner_chapter(struct learner *learner, const char *slug);
struct answer *learner_answer(struct learner *learner, const char *slug, const char *item);

/* For listing; in order of the file. */
size_t learner_chapter_count(const struct learner *learner);
const struct chapter_state *learner_chapter_at(const struct learner *learner, size_t i);
size_t learner_answer_count(const struct learner *learner);
const struct answer *learner_answer_at(const struct learner *learner, size_t i);

/* Takes in an answer: counts it and moves its card. now: seconds since 1970. */
void learner_record(struct answer *answer, bool right, int64_t now);

/* How many items are due at `now`. */
size_t learner_due(const struct learner *learner, int64_t now);

#endif
