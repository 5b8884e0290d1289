/* One table describes every setting; flags, environment, file, `asynctut config` and its help all
 * read it, so that a setting is added at one place. */
#include "cli/settings.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "engine/base/array.h"
#include "engine/lesson/course.h"

const struct setting_info setting_infos[SETTINGS] = {
    [SETTING_ASCII] = {"ascii", "ASYNCTUT_ASCII", "no", "yes no",
                       "draw with ASCII characters only"},
    [SETTING_COLOR] = {"color", "ASYNCTUT_COLOR", "auto", "auto never", "colours on a terminal"},
    [SETTING_PLAIN] = {"plain", "ASYNCTUT_PLAIN", "no", "yes no",
                       "words for every state, nothing redrawn (for screen readers)"},
    [SETTING_THEME] = {"theme", "ASYNCTUT_THEME", "ansi", "ansi okabe-ito",
                       "okabe-ito: colours that the colour-blind can tell apart"},
    [SETTING_TRACE] = {"trace", "ASYNCTUT_TRACE", "tasks", "off tasks loop all",
                       "how much of a demo's trace is shown"},
    [SETTING_WIDTH] = {"width", "ASYNCTUT_WIDTH", "auto", NULL,
                       "columns to write in, 20 to 300; auto: the terminal's"},
};

enum { WIDTH_MIN = 20, WIDTH_MAX = 300 };

static const char *const level_names[] = {"off", "tasks", "loop", "all"};

enum setting setting_find(const char *key, const char **ret_near)
{
    const char *keys[SETTINGS];

    for (int i = 0; i < SETTINGS; i++) {
        keys[i] = setting_infos[i].key;
        if (strcmp(keys[i], key) == 0)
            return (enum setting)i;
    }
    *ret_near = nearest_word(key, keys, SETTINGS);
    return SETTINGS;
}

void settings_init(struct settings *settings)
{
    memset(settings, 0, sizeof *settings);
    for (int i = 0; i < SETTINGS; i++)
        strcpy(settings->values[i], setting_infos[i].initial);
}

/* True if `words`, separated by blanks, has the word. */
static bool is_word_of(const char *words, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = words; *at; at += strcspn(at, " "), at += *at == ' ')
        if (strcspn(at, " ") == length && strncmp(at, word, length) == 0)
            return true;
    return false;
}

static const char *usual_word(const char *words, const char *value)
{
    static const char *const yes[] = {"1", "on", "true"}, *const no[] = {"0", "off", "false"};

    if (!words || is_word_of(words, value))
        return value;
    for (size_t i = 0; i < array_length(yes); i++) {
        if (strcmp(value, yes[i]) == 0 && is_word_of(words, "yes"))
            return "yes";
        if (strcmp(value, no[i]) == 0 && is_word_of(words, "no"))
            return "no";
    }
    return value;
}

static bool is_width(const char *value)
{
    char *end;
    long number = strtol(value, &end, 10);

    if (strcmp(value, "auto") == 0)
        return true;
    return *value && !*end && number >= WIDTH_MIN && number <= WIDTH_MAX;
}

int settings_set(struct settings *settings, enum setting setting, const char *value,
                 enum setting_from from, struct error *error)
{
    const struct setting_info *info = &setting_infos[setting];
    const char *word = usual_word(info->words, value);

    if (info->words && !is_word_of(info->words, word))
        return error_set(error, UV_EINVAL, "%s cannot be \"%s\"; it is one of: %s", info->key,
                         value, info->words);
    if (!info->words && !is_width(word))
        return error_set(error, UV_EINVAL, "%s cannot be \"%s\"; it is \"auto\" or %d to %d",
                         info->key, value, WIDTH_MIN, WIDTH_MAX);
    snprintf(settings->values[setting], sizeof settings->values[setting], "%s", word);
    settings->from[setting] = from;
    return 0;
}

enum event_level settings_level(const struct settings *settings)
{
    for (size_t i = 0; i < array_length(level_names); i++)
        if (strcmp(settings->values[SETTING_TRACE], level_names[i]) == 0)
            return (enum event_level)i;
    return LEVEL_TASKS;
}

void settings_set_level(struct settings *settings, enum event_level level)
{
    strcpy(settings->values[SETTING_TRACE], level_name(level));
    settings->from[SETTING_TRACE] = FROM_FLAG;
}

const char *level_name(enum event_level level)
{
    return level_names[level];
}

static bool is_yes(const struct settings *settings, enum setting setting)
{
    return strcmp(settings->values[setting], "yes") == 0;
}

void settings_look(const struct settings *settings, struct look_options *ret_options)
{
    *ret_options = (struct look_options){
        .ascii = is_yes(settings, SETTING_ASCII),
        .plain = is_yes(settings, SETTING_PLAIN),
        .no_color = strcmp(settings->values[SETTING_COLOR], "never") == 0,
        .theme = settings->values[SETTING_THEME],
        .width = atoi(settings->values[SETTING_WIDTH]),
    };
    if (strcmp(ret_options->theme, "ansi") == 0)
        ret_options->theme = NULL;
}
