/* check.json: what is wanted of a program, as data. Every word that it uses is looked up here once,
 * so that judging compares numbers only, and a misspelt word is an error with its line. */
#include <math.h>
#include <string.h>

#include "engine/base/arena.h"
#include "engine/event/event.h"
#include "engine/exercise/exercise_priv.h"
#include "engine/exercise/warnings.h"
#include "engine/lesson/json.h"
#include "engine/trace/query.h"

static const char *const type_names[CHECK_TYPES] = {
    "output", "exit",    "overlap", "count",    "order", "duration",  "longest",
    "closed", "threads", "memory",  "warnings", "queue", "processor",
};

const char *check_type_name(enum check_type type)
{
    return (unsigned)type < CHECK_TYPES ? type_names[type] : "?";
}

void limits_init(struct limits *limits)
{
    *limits = (struct limits){.time_ms = 3000,
                              .cpu_ms = 3000,
                              .memory_mb = 512,
                              .processes = 16,
                              .output_kb = 64,
                              .file_mb = 8};
}

/* --- words ------------------------------------------------------------------------------------ */

static const char *type_word(unsigned value)
{
    return check_type_name((enum check_type)value);
}

static const char *lines_word(unsigned value)
{
    static const char *const names[] = {"exact", "any", "among"};
    return names[value];
}

static const char *stretch_word(unsigned value)
{
    static const char *const names[] = {"callback", "step", "busy"};
    return names[value];
}

/* --- checks ----------------------------------------------------------------------------------- */

static void read_bounds(struct json *json, const struct cJSON *from, struct check *check)
{
    check->least = json_number_or(json, from, "least", -INFINITY);
    check->most = json_number_or(json, from, "most", INFINITY);
    if (json_ok(json) && isinf(check->least) && isinf(check->most))
        json_fault(json, from, "it has neither \"least\" nor \"most\"");
    if (json_ok(json) && check->least > check->most)
        json_fault(json, from, "\"least\" is above \"most\"");
}

/* Unlike json_texts(), lines may be equal. */
static const char *const *read_lines(struct json *json, const struct cJSON *from)
{
    const struct cJSON *lines = json_array(json, from, "lines", EXERCISE_LINES), *line;
    const char **texts = arena_zeroed(json->arena, EXERCISE_LINES + 1, sizeof *texts);
    size_t count = 0;

    if (!lines || !texts)
        return texts;
    cJSON_ArrayForEach(line, lines)
    {
        if (!cJSON_IsString(line))
            json_fault(json, line, "a line must be a text");
        else
            texts[count++] = arena_copy(json->arena, line->valuestring, strlen(line->valuestring));
    }
    if (json_ok(json) && count == 0)
        json_fault(json, lines, "there is no line");
    return texts;
}

static void read_output(struct json *json, const struct cJSON *from, struct check *check)
{
    int order = check_json_word(json, from, "order", lines_word, 3);

    check->lines = read_lines(json, from);
    check->order = order < 0 ? LINES_EXACT : (enum check_lines)order;
    check->tolerance = json_number_or(json, from, "tolerance", 0);
}

static void read_overlap(struct json *json, const struct cJSON *from, struct check *check)
{
    check_json_members(json, from, check, "of", NULL);
    if (json_ok(json) && check->steps[0].operation >= 0)
        json_fault(json, json_member(from, "of"), "an operation is never pending; it is counted");
}

static void read_longest(struct json *json, const struct cJSON *from, struct check *check)
{
    int stretch = check_json_word(json, from, "what", stretch_word, 3);

    check->stretch = stretch < 0 ? STRETCH_CALLBACK : (enum check_stretch)stretch;
}

static void read_warnings(struct json *json, const struct cJSON *from, struct check *check)
{
    const struct cJSON *none = json_member(from, "none");

    if (!none)
        return;
    check->lines = json_texts(json, from, "none", 1, EXERCISE_LINES);
    for (size_t i = 0; json_ok(json) && check->lines[i]; i++)
        if (!warning_is_known(check->lines[i]))
            json_fault(json, none, "\"%s\" is no warning", check->lines[i]);
}

static void read_by_type(struct json *json, const struct cJSON *from, struct check *check)
{
    if (check->type == CHECK_OUTPUT)
        read_output(json, from, check);
    else if (check->type == CHECK_EXIT)
        check->status = json_whole(json, from, "status", 0, 255);
    else if (check->type == CHECK_OVERLAP)
        read_overlap(json, from, check);
    else if (check->type == CHECK_COUNT)
        check_json_members(json, from, check, "of", NULL);
    else if (check->type == CHECK_ORDER)
        check_json_steps(json, from, check);
    else if (check->type == CHECK_DURATION)
        check_json_members(json, from, check, "from", "to");
    else if (check->type == CHECK_LONGEST)
        read_longest(json, from, check);
    else if (check->type == CHECK_WARNINGS)
        read_warnings(json, from, check);
}

static bool has_bounds(enum check_type type)
{
    return type == CHECK_OVERLAP || type == CHECK_COUNT || type == CHECK_DURATION ||
           type == CHECK_LONGEST || type == CHECK_THREADS || type == CHECK_MEMORY ||
           type == CHECK_QUEUE || type == CHECK_PROCESSOR;
}

static bool id_is_taken(const struct exercise *exercise, const char *id)
{
    for (size_t i = 0; i < exercise->check_count; i++)
        if (!strcmp(exercise->checks[i].id, id))
            return true;
    return false;
}

static void read_check(struct json *json, const struct cJSON *from, struct exercise *exercise)
{
    static const char *const keys[] = {"id",     "type", "say",   "lines", "order", "tolerance",
                                       "status", "of",   "steps", "from",  "to",    "least",
                                       "most",   "what", "none",  NULL};
    struct check check = {.least = -INFINITY, .most = INFINITY};

    json_keys(json, from, keys);
    if (!json_ok(json))
        return;
    check.id = json_id(json, from, "id", "");
    check.say = json_text(json, from, "say");
    check.line = json_line(from);
    if (json_ok(json) && (!strcmp(check.id, "clean") || !strcmp(check.id, "ends")))
        json_fault(json, from, "every exercise has the check \"%s\"", check.id);
    int type = check_json_word(json, from, "type", type_word, CHECK_TYPES);
    if (json_ok(json) && type < 0)
        json_fault(json, from, "\"type\" is missing");
    if (json_ok(json) && id_is_taken(exercise, check.id))
        json_fault(json, from, "the check \"%s\" is there twice", check.id);
    if (!json_ok(json))
        return;
    check.type = (enum check_type)type;
    read_by_type(json, from, &check);
    if (json_ok(json) && has_bounds(check.type))
        read_bounds(json, from, &check);
    exercise->checks[exercise->check_count++] = check;
}

static void read_limit(struct json *json, const struct cJSON *from, const char *key, int most,
                       int *limit)
{
    if (json_ok(json) && json_member(from, key))
        *limit = json_whole(json, from, key, 1, most);
}

static void read_limits(struct json *json, const struct cJSON *from, struct limits *limits)
{
    static const char *const keys[] = {"time_ms",   "cpu_ms",  "memory_mb", "processes",
                                       "output_kb", "file_mb", NULL};

    json_keys(json, from, keys);
    read_limit(json, from, "time_ms", 60000, &limits->time_ms);
    read_limit(json, from, "cpu_ms", 60000, &limits->cpu_ms);
    read_limit(json, from, "memory_mb", 4096, &limits->memory_mb);
    read_limit(json, from, "processes", 64, &limits->processes);
    read_limit(json, from, "output_kb", 1024, &limits->output_kb);
    read_limit(json, from, "file_mb", 64, &limits->file_mb);
}

static void read_root(struct json *json, struct exercise *exercise)
{
    static const char *const keys[] = {"title",  "tasks",  "seeds", "leaks",
                                       "limits", "checks", NULL};
    const struct cJSON *checks, *check;

    json_keys(json, json->root, keys);
    limits_init(&exercise->limits);
    exercise->title = json_text(json, json->root, "title");
    exercise->tasks = json_ok(json) && json_flag(json, json->root, "tasks");
    exercise->leaks = json_ok(json) && json_flag(json, json->root, "leaks");
    exercise->seeds = json_ok(json) && json_member(json->root, "seeds")
                          ? json_whole(json, json->root, "seeds", 0, 1000)
                          : 5;
    if (json_ok(json) && json_member(json->root, "limits"))
        read_limits(json, json_member(json->root, "limits"), &exercise->limits);
    checks = json_array(json, json->root, "checks", EXERCISE_CHECKS);
    exercise->checks = arena_zeroed(json->arena, EXERCISE_CHECKS, sizeof *exercise->checks);
    if (!checks || !exercise->checks)
        return;
    cJSON_ArrayForEach(check, checks) read_check(json, check, exercise);
    if (json_ok(json) && exercise->check_count == 0)
        json_fault(json, checks, "there is no check");
}

int check_json_read(const char *file, const char *text, size_t length, struct exercise *exercise,
                    struct error *error)
{
    struct json json;

    if (json_open(&json, file, text, length, exercise->memory) == 0)
        read_root(&json, exercise);
    return json_close(&json, error);
}
