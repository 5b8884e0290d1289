/* See trace_checks.h. A time is given in ms and kept in ns. */
#include "cli/commands/trace_checks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/speak.h"
#include "engine/lesson/course.h"

void trace_checks_init(struct trace_checks *checks)
{
    memset(checks, 0, sizeof *checks);
    checks->thresholds = thresholds_default;
}

static int unknown(const char *name)
{
    const char *names[CHECKS], *near;
    char to_do[512] = "They are:";

    for (int i = 0; i < CHECKS; i++)
        names[i] = check_name((enum check)i);
    near = nearest_word(name, names, CHECKS);
    for (int i = 0; i < CHECKS && !near; i++) {
        strncat(to_do, " ", sizeof to_do - strlen(to_do) - 1);
        strncat(to_do, names[i], sizeof to_do - strlen(to_do) - 1);
    }
    if (near)
        snprintf(to_do, sizeof to_do, "Did you mean \"%s\"?", near);
    speak_error(to_do, "there is no check \"%s\"", name);
    return STATUS_USAGE;
}

static int fail_on_one(struct trace_checks *checks, const char *name)
{
    enum check check;

    if (!strcmp(name, "all")) {
        memset(checks->fails, true, sizeof checks->fails);
        return STATUS_OK;
    }
    if (!check_by_name(name, &check))
        return unknown(name);
    checks->fails[check] = true;
    return STATUS_OK;
}

int trace_checks_fail_on(struct trace_checks *checks, const char *words)
{
    char *copy = strdup(words), *rest = NULL;
    int status = copy ? STATUS_OK : STATUS_FAILED;

    if (!words[strspn(words, ",")])
        status = unknown(words); /* a script whose variable is empty means something else */
    for (char *name = copy ? strtok_r(copy, ",", &rest) : NULL; name && !status;
         name = strtok_r(NULL, ",", &rest))
        status = fail_on_one(checks, name);
    free(copy);
    return status;
}

static bool is_time(enum check check)
{
    return check == CHECK_BLOCKED_LOOP || check == CHECK_SLOW_TURN || check == CHECK_STALE_CLOCK ||
           check == CHECK_OVERSLEEP || check == CHECK_POOL_SATURATED || check == CHECK_SYNC_FS;
}

int trace_checks_limit(struct trace_checks *checks, const char *word)
{
    const char *equals = strchr(word, '=');
    char name[64], *end;
    enum check check;
    double value;

    snprintf(name, sizeof name, "%.*s", equals ? (int)(equals - word) : (int)strlen(word), word);
    if (!check_by_name(name, &check))
        return unknown(name);
    errno = 0;
    value = equals ? strtod(equals + 1, &end) : -1;
    if (!equals || end == equals + 1 || *end || errno || !(value > 0) || value > 1e12) {
        speak_error("For example --limit blocked-loop=20 (ms; bytes and counts are plain numbers).",
                    "\"%s\" is no limit", word);
        return STATUS_USAGE;
    }
    checks->thresholds.least[check] = (uint64_t)(is_time(check) ? value * 1e6 : value);
    return STATUS_OK;
}

bool trace_checks_asked(const struct trace_checks *checks)
{
    for (int i = 0; i < CHECKS; i++)
        if (checks->fails[i])
            return true;
    return false;
}

bool trace_checks_failed(const struct trace_checks *checks, const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (checks->fails[findings->items[i].check])
            return true;
    return false;
}

void trace_checks_say(const struct trace_checks *checks, struct str *out)
{
    const uint64_t *least = checks->thresholds.least;
    const char *before = " --fail-on ";

    for (int i = 0; i < CHECKS; i++)
        if (checks->fails[i]) {
            str_printf(out, "%s%s", before, check_name((enum check)i));
            before = ",";
        }
    for (int i = 0; i < CHECKS; i++)
        if (least[i] != thresholds_default.least[i])
            str_printf(out, " --limit %s=%.15g", check_name((enum check)i),
                       (double)least[i] / (is_time((enum check)i) ? 1e6 : 1));
}
