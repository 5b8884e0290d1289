/* What the person can set, and where each value came from: flags win over the environment
 * (ASYNCTUT_TRACE …), the environment over the file ($XDG_CONFIG_HOME/asynctut/config.json), the
 * file over what is built in. */
#ifndef ASYNCTUT_SETTINGS_H
#define ASYNCTUT_SETTINGS_H

#include "engine/base/error.h"
#include "engine/event/event.h"
#include "engine/term/look.h"

enum setting {
    SETTING_ASCII,
    SETTING_COLOR,
    SETTING_PLAIN,
    SETTING_THEME,
    SETTING_TRACE,
    SETTING_WIDTH,
    SETTINGS
};

enum setting_from { FROM_BUILT_IN, FROM_FILE, FROM_ENVIRONMENT, FROM_FLAG };

struct settings {
    char values[SETTINGS][16];
    enum setting_from from[SETTINGS];
};

struct setting_info {
    const char *key, *variable, *initial;
    const char *words; /* what it may be: "off tasks loop all"; NULL: a number or "auto" */
    const char *about; /* one line */
};
extern const struct setting_info setting_infos[SETTINGS]; /* in order of their keys */

/* By its key; SETTINGS if there is none, then *ret_near is the key probably meant, or NULL. */
enum setting setting_find(const char *key, const char **ret_near);

void settings_init(struct settings *settings); /* what is built in */

/* Takes in the file, then the environment. An error names the file and line, or the variable. */
int settings_load(struct settings *settings, struct error *error);

/* UV_EINVAL, with the words that are allowed, if the value is none of them. "1", "on", "true" mean
 * "yes" where that is a word, likewise "0", "off", "false". */
int settings_set(struct settings *settings, enum setting setting, const char *value,
                 enum setting_from from, struct error *error);

/* Writes one value to the file, which is kept otherwise as it is; NULL takes the key out. */
int settings_store(enum setting setting, const char *value, struct error *error);

enum event_level settings_level(const struct settings *settings);
void settings_set_level(struct settings *settings, enum event_level level);
const char *level_name(enum event_level level);
void settings_look(const struct settings *settings, struct look_options *ret_options);

#endif
