/* Between sentences.c, which speaks of the loop, its callbacks and handles, sentences_task.c, which
 * speaks of what tasks wait for and of blocking calls, and sentences_do.c, of what tasks do. */
#ifndef ASYNCTUT_SENTENCES_PRIV_H
#define ASYNCTUT_SENTENCES_PRIV_H

#include "cli/views/words.h"

/* Small words that all use: an entity by name, an error by code, and how long ago it began. */
void sentence_object(const struct trace *trace, const char *before, uint32_t id,
                     const char *otherwise, struct str *out);
void sentence_code(int64_t code, struct str *out);
void sentence_error(int64_t code, struct str *out);
uint64_t sentence_since(const struct words_known *known, const struct event *event);

/* Sentences of tasks, of what they do, and of blocking calls. */
void sentence_wait(const struct trace *trace, const struct event *event, struct str *out);
void sentence_end(const struct event *event, const struct words_known *known, struct str *out);
void sentence_step(const struct trace *trace, const struct words_known *known, struct str *out);
void sentence_do(const struct trace *trace, const struct event *event, struct str *out);
void sentence_block(const struct trace *trace, size_t i, const struct words_known *known,
                    struct str *out);

#endif
