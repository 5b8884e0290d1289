/* The settings' file, a flat JSON object. It is read strictly, because a misspelt key that is
 * silently ignored looks like a bug of the program; it is written by changing one key of what is
 * there. */
#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "cli/settings.h"
#include "engine/base/file.h"

enum { FILE_LIMIT = 64 * 1024 };

static int file_path(struct str *ret_path, struct error *error)
{
    int result = file_user_folder(FOLDER_CONFIG, ret_path, error);

    if (result < 0)
        return result;
    str_puts(ret_path, "/config.json");
    return ret_path->failed ? error_set(error, UV_ENOMEM, "out of memory") : 0;
}

static int line_of(const char *text, const char *at)
{
    int line = 1;

    for (; text < at && *text; text++)
        line += *text == '\n';
    return line;
}

/* Parses the file; *ret_json is NULL if there is none. */
static int parse_file(const char *path, cJSON **ret_json, struct error *error)
{
    const char *end = NULL;
    char *text;
    size_t length;
    cJSON *json;
    int result = 0;

    *ret_json = NULL;
    if (!file_exists(path))
        return 0;
    result = file_read(path, FILE_LIMIT, &text, &length, error);
    if (result < 0)
        return result;
    json = cJSON_ParseWithLengthOpts(text, length + 1, &end, true);
    if (!cJSON_IsObject(json)) {
        result = error_at(error, UV_EINVAL, path, line_of(text, end ? end : text),
                          json ? "not a JSON object" : "not valid JSON");
        cJSON_Delete(json);
    } else {
        *ret_json = json;
    }
    free(text);
    return result;
}

/* A value as the word that settings_set() takes; false for what is none. */
static bool value_word(const cJSON *value, char *word, size_t size)
{
    if (cJSON_IsBool(value))
        snprintf(word, size, "%s", cJSON_IsTrue(value) ? "yes" : "no");
    else if (cJSON_IsNumber(value))
        snprintf(word, size, "%g", value->valuedouble);
    else if (cJSON_IsString(value))
        snprintf(word, size, "%s", value->valuestring);
    else
        return false;
    return true;
}

static int take_file_value(struct settings *settings, const char *path, const cJSON *value,
                           struct error *error)
{
    const char *near = NULL;
    enum setting setting = setting_find(value->string, &near);
    struct error why = {0};
    char word[64];

    if (setting == SETTINGS)
        return error_at(error, UV_EINVAL, path, 0, "there is no setting \"%s\"%s%s%s",
                        value->string, near ? "; \"" : "", near ? near : "",
                        near ? "\" is one" : "");
    if (!value_word(value, word, sizeof word))
        return error_at(error, UV_EINVAL, path, 0, "%s is not a word", value->string);
    if (settings_set(settings, setting, word, FROM_FILE, &why) < 0)
        return error_at(error, UV_EINVAL, path, 0, "%s", why.text);
    return 0;
}

static int load_file(struct settings *settings, struct error *error)
{
    struct str path = {0};
    cJSON *json = NULL;
    const cJSON *value;
    int result = file_path(&path, error);

    if (result == 0)
        result = parse_file(str_text(&path), &json, error);
    cJSON_ArrayForEach(value, json)
    {
        if (result == 0)
            result = take_file_value(settings, str_text(&path), value, error);
    }
    cJSON_Delete(json);
    str_free(&path);
    return result;
}

int settings_load(struct settings *settings, struct error *error)
{
    int result = load_file(settings, error);

    for (int i = 0; i < SETTINGS && result == 0; i++) {
        const char *value = getenv(setting_infos[i].variable);
        struct error why = {0};

        if (value && *value && settings_set(settings, i, value, FROM_ENVIRONMENT, &why) < 0)
            result = error_set(error, UV_EINVAL, "%s: %s", setting_infos[i].variable, why.text);
    }
    return result;
}

static int write_file(const char *path, const cJSON *json, struct error *error)
{
    char *text = cJSON_Print(json);
    struct str out = {0};
    int result;

    if (!text)
        return error_set(error, UV_ENOMEM, "out of memory");
    str_printf(&out, "%s\n", text);
    result = out.failed ? error_set(error, UV_ENOMEM, "out of memory")
                        : file_replace(path, out.data, out.length, error);
    str_free(&out);
    cJSON_free(text);
    return result;
}

int settings_store(enum setting setting, const char *value, struct error *error)
{
    const char *key = setting_infos[setting].key;
    struct str path = {0};
    cJSON *json = NULL;
    int result = file_path(&path, error);

    if (result == 0)
        result = parse_file(str_text(&path), &json, error);
    if (result == 0 && !json)
        json = cJSON_CreateObject();
    if (result == 0) {
        cJSON_DeleteItemFromObjectCaseSensitive(json, key);
        if (value)
            cJSON_AddStringToObject(json, key, value);
        result = write_file(str_text(&path), json, error);
    }
    cJSON_Delete(json);
    str_free(&path);
    return result;
}
