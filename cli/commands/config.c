/* `asynctut config [KEY [VALUE]]`: shows the settings and where each comes from, or changes one. */
#include <string.h>

#include "cli/commands/command.h"

static const char *const from_words[] = {"built in", "config.json", "environment", "flag"};

static int show_all(const struct app *app)
{
    struct str out = {0};
    int status;

    for (int i = 0; i < SETTINGS; i++)
        str_printf(&out, "%-6s  %-9s  %-11s  %s\n", setting_infos[i].key, app->settings.values[i],
                   from_words[app->settings.from[i]], setting_infos[i].about);
    status = speak_out(&out);
    str_free(&out);
    return status;
}

static int show_one(const struct app *app, enum setting setting)
{
    struct str out = {0};
    int status;

    str_printf(&out, "%s\n", app->settings.values[setting]);
    status = speak_out(&out);
    str_free(&out);
    return status;
}

static int store(enum setting setting, const char *value)
{
    struct settings checked;
    struct error error = {0};

    settings_init(&checked);
    if (value && settings_set(&checked, setting, value, FROM_FILE, &error) < 0) {
        speak_error("\"asynctut config\" shows every setting.", "%s", error.text);
        return STATUS_USAGE;
    }
    if (settings_store(setting, value ? checked.values[setting] : NULL, &error) < 0) {
        speak_error("Mend or remove that file, or make its folder writable.", "%s", error.text);
        return STATUS_FAILED;
    }
    return STATUS_OK;
}

static int unknown_key(const char *key, const char *near)
{
    struct str to_do = {0};

    if (near)
        str_printf(&to_do, "Did you mean \"%s\"? ", near);
    str_puts(&to_do, "\"asynctut config\" shows every setting.");
    speak_error(str_text(&to_do), "there is no setting \"%s\"", key);
    str_free(&to_do);
    return STATUS_USAGE;
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{"unset", no_argument, NULL, 'u'}, {0}};
    const char *near = NULL;
    enum setting setting;
    bool unset = false;
    int option;

    while ((option = options_next(app, count, words, "u", own)) != -1) {
        if (option != 'u')
            return command_option(app, &command_config, option);
        unset = true;
    }
    count -= optind;
    words += optind;
    if (count > (unset ? 1 : 2) || (unset && count == 0))
        return command_misused(&command_config, "config takes a setting and a value");
    if (count == 0)
        return show_all(app);
    setting = setting_find(words[0], &near);
    if (setting == SETTINGS)
        return unknown_key(words[0], near);
    if (count == 1 && !unset)
        return show_one(app, setting);
    return store(setting, unset ? NULL : words[1]);
}

const struct command command_config = {
    .name = "config",
    .summary = "Show or change the settings",
    .usage = "config [KEY [VALUE]]",
    .examples = "  asynctut config               every setting, and where it comes from\n"
                "  asynctut config trace loop    show the loop too, from now on\n"
                "  asynctut config -u trace      back to what is built in\n",
    .options = "  -u, --unset     take the setting out of the file\n",
    .next = "asynctut run 03",
    .run = run,
};
