/* Both files are short lists with the same shape of reader; they share one arena. */
#include "engine/lesson/reference.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/array.h"
#include "engine/base/file.h"
#include "engine/lesson/course.h"
#include "engine/lesson/json.h"

enum { FILE_LIMIT = 1024 * 1024, MOST_ENTRIES = 1000 };

static int read_chapter(struct json *json, const struct cJSON *from)
{
    return json_member(from, "chapter") ? json_whole(json, from, "chapter", 0, COURSE_CHAPTERS - 1)
                                        : -1;
}

static void read_misconceptions(struct json *json, struct reference *reference)
{
    static const char *const keys[] = {"misconceptions", NULL};
    static const char *const entry_keys[] = {"id", "sentence", "truth", "chapter", "demo", NULL};
    const struct cJSON *value, *array;

    json_keys(json, json->root, keys);
    array = json_array(json, json->root, "misconceptions", MOST_ENTRIES);
    reference->misconceptions =
        arena_zeroed(json->arena, MOST_ENTRIES, sizeof(struct misconception));
    cJSON_ArrayForEach(value, array)
    {
        json_keys(json, value, entry_keys);
        if (!json_ok(json))
            return;
        struct misconception entry = {
            .id = json_id(json, value, "id", ""),
            .sentence = json_text(json, value, "sentence"),
            .truth = json_text(json, value, "truth"),
            .chapter = read_chapter(json, value),
            .demo = json_id_if_any(json, value, "demo", ":"),
            .line = json_line(value),
        };
        const struct misconception *same = reference_misconception(reference, entry.id);
        if (same)
            json_fault(json, value, "the id \"%s\" is already used in line %d", entry.id,
                       same->line);
        reference->misconceptions[reference->misconception_count++] = entry;
    }
}

static void check_words(struct json *json, const struct cJSON *at,
                        const struct reference *reference, const struct term *entry)
{
    const struct term *same = reference_term(reference, entry->term, NULL);

    for (const char *const *word = entry->also; *word && !same; word++)
        same = reference_term(reference, *word, NULL);
    if (same)
        json_fault(json, at, "a word of \"%.40s\" is already explained in line %d", entry->term,
                   same->line);
}

static void read_terms(struct json *json, struct reference *reference)
{
    static const char *const keys[] = {"terms", NULL}, *const none[] = {NULL};
    static const char *const entry_keys[] = {"term", "also",     "text", "chapter",
                                             "see",  "ordinary", NULL};
    const struct cJSON *value, *array;

    json_keys(json, json->root, keys);
    array = json_array(json, json->root, "terms", MOST_ENTRIES);
    reference->terms = arena_zeroed(json->arena, MOST_ENTRIES, sizeof(struct term));
    cJSON_ArrayForEach(value, array)
    {
        json_keys(json, value, entry_keys);
        if (!json_ok(json))
            return;
        struct term entry = {
            .term = json_text(json, value, "term"),
            .text = json_text(json, value, "text"),
            .also = json_member(value, "also") ? json_texts(json, value, "also", 0, 16) : none,
            .see = json_member(value, "see") ? json_texts(json, value, "see", 0, 16) : none,
            .chapter = read_chapter(json, value),
            .ordinary = json_flag(json, value, "ordinary"),
            .line = json_line(value),
        };
        check_words(json, value, reference, &entry);
        reference->terms[reference->term_count++] = entry;
    }
}

static int parse(struct reference *reference, const char *file, const char *text, size_t length,
                 void (*read)(struct json *json, struct reference *reference), struct error *error)
{
    struct json json;

    if (!reference->memory)
        reference->memory = calloc(1, sizeof(struct arena));
    if (!reference->memory)
        return error_at(error, -ENOMEM, file, 0, "out of memory");
    if (json_open(&json, file, text, length, reference->memory) == 0)
        read(&json, reference);
    return json_close(&json, error);
}

int reference_parse_misconceptions(struct reference *reference, const char *file, const char *text,
                                   size_t length, struct error *error)
{
    return parse(reference, file, text, length, read_misconceptions, error);
}

int reference_parse_terms(struct reference *reference, const char *file, const char *text,
                          size_t length, struct error *error)
{
    return parse(reference, file, text, length, read_terms, error);
}

static int load(const char *folder, const char *name, struct reference *reference,
                void (*read)(struct json *json, struct reference *reference), struct error *error)
{
    struct str path = {0};
    struct error fault = {0};
    char *text = NULL;
    size_t length;

    str_printf(&path, "%s/%s", folder, name);
    int code = path.failed ? error_set(&fault, -ENOMEM, "out of memory")
                           : file_read(str_text(&path), FILE_LIMIT, &text, &length, &fault);
    if (code == -ENOENT)
        code = 0;
    else if (code)
        error_set(error, code, "%s", fault.text);
    else
        code = parse(reference, str_text(&path), text, length, read, error);
    free(text);
    str_free(&path);
    return code;
}

int reference_load(const char *folder, struct reference *ret_reference, struct error *error)
{
    struct reference reference = {0};

    int code = load(folder, "misconceptions.json", &reference, read_misconceptions, error);
    if (code == 0)
        code = load(folder, "glossary.json", &reference, read_terms, error);
    if (code)
        reference_free(&reference);
    else
        *ret_reference = reference;
    return code;
}

void reference_free(struct reference *reference)
{
    if (reference->memory) {
        arena_free(reference->memory);
        free(reference->memory);
    }
    *reference = (struct reference){0};
}

const struct misconception *reference_misconception(const struct reference *reference,
                                                    const char *id)
{
    for (size_t i = 0; i < reference->misconception_count; i++)
        if (strcmp(reference->misconceptions[i].id, id) == 0)
            return &reference->misconceptions[i];
    return NULL;
}

/* Of the terms themselves; their other words are found exactly or not at all. */
static const char *nearest_term(const struct reference *reference, const char *word)
{
    const char **words = calloc(reference->term_count + 1, sizeof *words);

    if (!words)
        return NULL;
    for (size_t i = 0; i < reference->term_count; i++)
        words[i] = reference->terms[i].term;
    const char *near = nearest_word(word, words, reference->term_count);
    free(words);
    return near;
}

const struct term *reference_term(const struct reference *reference, const char *word,
                                  const char **ret_near)
{
    for (size_t i = 0; i < reference->term_count; i++) {
        const struct term *term = &reference->terms[i];
        if (strcasecmp(term->term, word) == 0)
            return term;
        for (const char *const *also = term->also; *also; also++)
            if (strcasecmp(*also, word) == 0)
                return term;
    }
    if (ret_near)
        *ret_near = nearest_term(reference, word);
    return NULL;
}
