/* One call of diagnose(), and the first finding that is asked about: findings stand by check, the
 * worst first. */
#include "engine/exercise/warnings.h"

#include <string.h>

#include "engine/trace/diagnose.h"
#include "engine/trace/query.h"

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

/* The diagnosis's own check of write queues, with a threshold that every write is above. */
void warnings_queue(const struct trace *trace, uint64_t *ret_bytes, size_t *ret_event,
                    struct str *ret_name)
{
    struct thresholds thresholds = thresholds_default;
    struct findings findings = {0};

    *ret_bytes = 0;
    *ret_event = SIZE_MAX;
    thresholds.least[CHECK_WRITE_QUEUE] = 1;
    if (diagnose(trace, &thresholds, &findings))
        return;
    for (size_t i = 0; i < findings.count && !*ret_bytes; i++)
        if (findings.items[i].check == CHECK_WRITE_QUEUE) {
            *ret_bytes = findings.items[i].value;
            *ret_event = findings.items[i].event;
            query_name(trace, findings.items[i].entity, ret_name);
        }
    findings_free(&findings);
}
