/* What a prediction adds to an item. The words of measures are checked here, so that a misspelt one
 * is found when the file loads and not when a learner waits for an answer; that the words mean what
 * engine/quiz does with them is that module's test. */
#include <math.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/lesson/course.h"
#include "engine/lesson/item_priv.h"

const char *const measure_whats[] = {"ratio", "order",   "count", "overlap",
                                     "phase", "threads", "first", NULL};
const char *const measure_quantities[] = {"total",       "longest-wait", "sum-of-waits",
                                          "sum-of-runs", "longest-run",  NULL};
const char *const measure_kinds[] = {"born",   "start", "resume", "suspend", "wake", "call", "send",
                                     "submit", "work",  "block",  "say",     "end",  NULL};
const char *const measure_states[] = {"ready", "running", "waiting", "blocked", "pool", NULL};

static size_t count_of(const char *const *words)
{
    size_t n = 0;

    while (words[n])
        n++;
    return n;
}

static bool among(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

/* One of the words, or a fault that names the nearest. */
static void must_be_among(struct json *json, const struct cJSON *from, const char *key,
                          const char *word, const char *const *words)
{
    if (!json_ok(json) || among(word, words))
        return;
    const char *near = nearest_word(word, words, count_of(words));
    json_fault(json, json_member(from, key), "unknown %s \"%.60s\"%s%s%s", key, word,
               near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* "longest-wait", or "NAME:state". */
static void check_quantity(struct json *json, const struct cJSON *from, const char *key,
                           const char *quantity)
{
    const char *colon = strrchr(quantity, ':');

    if (colon && colon > quantity)
        must_be_among(json, from, key, colon + 1, measure_states);
    else
        must_be_among(json, from, key, quantity, measure_quantities);
}

/* Which keys each measure must have, beside "what"; "names" is always welcome. */
static void check_measure(struct json *json, const struct cJSON *from,
                          const struct measure *measure)
{
    static const struct {
        const char *what, *needs[3];
    } rules[] = {
        {"ratio", {"of", "to"}}, {"order", {"kind"}}, {"count", {"kind"}}, {"overlap", {"state"}},
        {"phase", {"of"}},       {"threads", {NULL}}, {"first", {"kind"}},
    };
    static const char *const optional[] = {"of", "to", "kind", "state", NULL};

    for (size_t i = 0; i < array_length(rules); i++) {
        if (strcmp(rules[i].what, measure->what) != 0)
            continue;
        for (const char *const *key = optional; *key; key++) {
            bool needed = among(*key, rules[i].needs);
            if (needed != (json_member(from, *key) != NULL))
                json_fault(json, from, needed ? "\"%s\" needs \"%s\"" : "\"%s\" has no \"%s\"",
                           measure->what, *key);
        }
    }
    if (json_ok(json) && strcmp(measure->what, "ratio") == 0) {
        check_quantity(json, from, "of", measure->of);
        check_quantity(json, from, "to", measure->to);
    }
}

static void read_measure(struct json *json, const struct cJSON *item, struct measure *ret_measure)
{
    static const char *const keys[] = {"what", "of", "to", "kind", "state", "names", NULL};
    const struct cJSON *from = json_member(item, "measure");

    if (!from) {
        json_fault(json, item, "\"measure\" is missing");
        return;
    }
    json_keys(json, from, keys);
    if (!json_ok(json))
        return;
    *ret_measure = (struct measure){
        .what = json_text(json, from, "what"),
        .of = json_text_if_any(json, from, "of"),
        .to = json_text_if_any(json, from, "to"),
        .kind = json_text_if_any(json, from, "kind"),
        .state = json_text_if_any(json, from, "state"),
        .names = json_member(from, "names") ? json_texts(json, from, "names", 1, 64) : NULL,
    };
    must_be_among(json, from, "what", ret_measure->what, measure_whats);
    if (json_ok(json))
        check_measure(json, from, ret_measure);
    if (ret_measure->kind)
        must_be_among(json, from, "kind", ret_measure->kind, measure_kinds);
    if (ret_measure->state)
        must_be_among(json, from, "state", ret_measure->state, measure_states);
}

enum matching { BY_NUMBER, BY_ORDER, BY_WORD };

static enum matching matching_of(const struct measure *measure)
{
    if (strcmp(measure->what, "order") == 0)
        return BY_ORDER;
    if (strcmp(measure->what, "phase") == 0 || strcmp(measure->what, "first") == 0)
        return BY_WORD;
    return BY_NUMBER;
}

/* Each way of matching wants its own keys and none of the others'. */
static void read_match(struct json *json, const struct cJSON *from, enum matching matching,
                       struct choice *choice)
{
    bool number = json_member(from, "from") || json_member(from, "to");
    bool order = json_member(from, "is"), word = json_member(from, "equals");

    if (number != (matching == BY_NUMBER))
        json_fault(json, from,
                   number ? "this measure is not a number" : "needs \"from\" or \"to\"");
    if (order != (matching == BY_ORDER))
        json_fault(json, from, order ? "this measure is not an order" : "needs \"is\": [names]");
    if (word != (matching == BY_WORD))
        json_fault(json, from, word ? "this measure is not a word" : "needs \"equals\"");
    choice->from = json_number_or(json, from, "from", -INFINITY);
    choice->to = json_number_or(json, from, "to", INFINITY);
    choice->is = order ? json_texts(json, from, "is", 2, 64) : NULL;
    choice->equals = json_text_if_any(json, from, "equals");
    if (json_ok(json) && choice->from >= choice->to)
        json_fault(json, from, "\"from\" must be below \"to\"");
}

static bool same_order(const char *const *a, const char *const *b)
{
    while (*a && *b && strcmp(*a, *b) == 0) {
        a++;
        b++;
    }
    return !*a && !*b;
}

static bool both_match(const struct choice *a, const struct choice *b, enum matching matching)
{
    switch (matching) {
    case BY_NUMBER:
        return a->from < b->to && b->from < a->to;
    case BY_ORDER:
        return same_order(a->is, b->is);
    case BY_WORD:
        return strcmp(a->equals, b->equals) == 0;
    }
    return false;
}

static void read_matches(struct json *json, const struct cJSON *item_json, struct item *item)
{
    enum matching matching = matching_of(&item->measure);
    const struct cJSON *from = json_member(item_json, "choices")->child;

    for (size_t i = 0; i < item->choice_count; i++, from = from->next) {
        read_match(json, from, matching, &item->choices[i]);
        for (size_t j = 0; j < i && json_ok(json); j++)
            if (both_match(&item->choices[i], &item->choices[j], matching))
                json_fault(json, from, "choices %zu and %zu are right for the same run", j + 1,
                           i + 1);
        if (!json_ok(json))
            return;
    }
}

void item_read_prediction(struct json *json, const struct cJSON *from, struct item *item)
{
    item->demo = json_id(json, from, "demo", ":");
    item->bend = json_text_if_any(json, from, "bend");
    read_measure(json, from, &item->measure);
    if (json_ok(json))
        read_matches(json, from, item);
    if (json_ok(json) && json_member(from, "promise"))
        item->promise = json_whole(json, from, "promise", 1, (int)item->choice_count) - 1;
}
