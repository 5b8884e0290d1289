/* Reading a JSON file of the course: cJSON's tree, with the line of every value, and one fault.
 *
 * Readers below take what they need from an object and note the first fault with its line; after a
 * fault they return harmless values ("", 0, an empty list), so that a parser reads straight on and
 * checks once. Texts are copied into the arena and are shown-safe. */
#ifndef ASYNCTUT_JSON_H
#define ASYNCTUT_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "engine/base/arena.h"
#include "engine/base/error.h"

struct json {
    const char *file; /* for errors; borrowed */
    struct arena *arena;
    struct cJSON *root;
    struct error fault;
};

/* Parses strictly (no comments, no raw control characters, no NUL, depth at most 32). On success
 * the root is an object; json_close() frees the tree but not the arena. */
int json_open(struct json *json, const char *file, const char *text, size_t length,
              struct arena *arena);
/* Ends the reading: frees the tree, gives the first fault (or UV_ENOMEM of the arena) to `error`
 * and returns its code, 0 if there was none. */
int json_close(struct json *json, struct error *error);

int json_line(const struct cJSON *value);
void json_fault(struct json *json, const struct cJSON *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool json_ok(const struct json *json);

/* Faults unless `value` is an object with only these keys (NULL-terminated), each at most once. */
void json_keys(struct json *json, const struct cJSON *value, const char *const *keys);
/* The member, or NULL. */
const struct cJSON *json_member(const struct cJSON *object, const char *key);
/* The member, which must be an array of at most `most` values; NULL (and a fault) if it is not. */
const struct cJSON *json_array(struct json *json, const struct cJSON *object, const char *key,
                               size_t most);

/* A text that must be there and not be empty. */
const char *json_text(struct json *json, const struct cJSON *object, const char *key);
/* A text that may be missing: then NULL. */
const char *json_text_if_any(struct json *json, const struct cJSON *object, const char *key);
/* The same two for an id: small letters, digits and hyphens, at most 64. `also` are further
 * characters that it may contain. */
const char *json_id(struct json *json, const struct cJSON *object, const char *key,
                    const char *also);
const char *json_id_if_any(struct json *json, const struct cJSON *object, const char *key,
                           const char *also);
bool json_is_id(const char *text, const char *also);

double json_number(struct json *json, const struct cJSON *object, const char *key);
double json_number_or(struct json *json, const struct cJSON *object, const char *key,
                      double otherwise);
/* A whole number from `least` to `most`. */
int json_whole(struct json *json, const struct cJSON *object, const char *key, int least, int most);
bool json_flag(struct json *json, const struct cJSON *object, const char *key);

/* A list of texts, NULL-terminated, `least` to `most` of them, none empty, no two equal. */
const char *const *json_texts(struct json *json, const struct cJSON *object, const char *key,
                              size_t least, size_t most);

/* The line of every value of a text, in the order in which the values begin (a member has the line
 * of its key). Checks the whole grammar. Caller frees *ret_lines. */
int json_scan(const char *file, const char *text, size_t length, int **ret_lines,
              struct error *error);

#endif
