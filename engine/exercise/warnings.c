/* One call of diagnose(), and the first finding that is asked about: findings stand by check, the
 * worst first. */
#include "engine/exercise/warnings.h"

#include <string.h>

#include "engine/trace/diagnose.h"

bool warning_is_known(const char *name)
{
    enum check check;

    return check_by_name(name, &check);
}

static bool is_asked(const char *const *names, enum check check)
{
    for (size_t i = 0; names && names[i]; i++)
        if (!strcmp(names[i], check_name(check)))
            return true;
    return !names;
}

bool warnings_find(const struct trace *trace, const char *const *names, struct str *out,
                   size_t *ret_event)
{
    struct findings findings = {0};
    bool found = false;

    if (diagnose(trace, NULL, &findings))
        return false;
    for (size_t i = 0; i < findings.count && !found; i++) {
        found = is_asked(names, findings.items[i].check);
        if (found) {
            finding_say(trace, &findings.items[i], out);
            *ret_event = findings.items[i].event;
        }
    }
    findings_free(&findings);
    return found;
}
