/* Which libuv a traced program used, how it came to it, and what of it was seen: one sentence for
 * each libuv of the process, since what is not seen would otherwise be taken for what is not there.
 */
#include <string.h>

#include "cli/commands/trace_job.h"
#include "cli/views/summary.h"
#include "engine/probe/tracee.h"
#include "engine/trace/libuvs.h"

#define ONLY_POLLS                                                               \
    "only its polls and blocking calls are seen, not its callbacks, handles or " \
    "requests."

static void put_path(struct str *out, const char *path)
{
    str_add_shown(out, path, strlen(path), false);
}

static void put_user(struct str *out, const struct libuv *libuv)
{
    const char *slash = strrchr(libuv->by, '/');

    if (libuv->by[0])
        put_path(out, slash ? slash + 1 : libuv->by);
    else
        str_puts(out, "the program");
}

static void put_name(struct str *out, const struct libuv *libuv)
{
    str_printf(out, "libuv%s%s", libuv->version[0] ? " " : "", libuv->version);
}

/* How a library that is libuv came into the process. */
static void put_origin(struct str *out, const struct libuv *libuv)
{
    switch (libuv->origin) {
    case LIBUV_LINKED:
        str_puts(out, "linked by ");
        put_user(out, libuv);
        break;
    case LIBUV_BY_PATH:
        str_puts(out, "found by the RPATH of ");
        put_user(out, libuv);
        break;
    default:
        str_puts(out, "opened by dlopen");
    }
}

static void put_seen(struct str *out, const struct libuv *libuv)
{
    if (libuv->called && libuv->pool)
        str_puts(out, ": its calls, callbacks and polls are seen, and what its pool threads do.");
    else if (libuv->called)
        str_puts(out, ": its calls, callbacks and polls are seen, but not what its pool threads "
                      "do, as this version is not known.");
    else if (libuv->polled && libuv->watched)
        str_puts(out, " and called by addresses from dlsym: only its polls and blocking calls are "
                      "seen, not its callbacks, handles or requests.");
    else if (libuv->polled || !libuv->watched)
        str_puts(out, ": " ONLY_POLLS);
    else
        str_puts(out, ": none of its loops ran.");
}

static void put_library(struct str *out, const struct libuv *libuv)
{
    put_name(out, libuv);
    str_puts(out, " (");
    put_path(out, libuv->path);
    str_puts(out, "), ");
    put_origin(out, libuv);
    put_seen(out, libuv);
    if (libuv->replaced)
        str_puts(out, " Where it calls itself by name it reaches the other libuv while it is "
                      "traced.");
}

static void put_linked_in(struct str *out, const struct libuv *libuv)
{
    put_name(out, libuv);
    if (libuv->origin == LIBUV_STATIC) {
        str_puts(out, " is linked into the program itself: " ONLY_POLLS);
        return;
    }
    str_puts(out, " is linked into ");
    put_path(out, libuv->path);
    str_puts(out, libuv->replaced ? ", whose calls reach the libuv of the system instead while "
                                    "it is traced."
                                  : ": " ONLY_POLLS);
}

size_t trace_libuv_say(const struct trace_job *job, struct str *out)
{
    struct libuv found[LIBUVS];
    size_t count = libuvs_find(job->trace, tracee_record(job->tracee), found);
    bool has_probe = count > 1 && tracee_has_probe(job->words[0]);

    for (size_t i = 0; i < count; i++) {
        struct str text = {0};

        if (has_probe && found[i].origin == LIBUV_STATIC)
            continue; /* the probe's own functions have libuv's names */
        if (found[i].origin == LIBUV_STATIC || found[i].origin == LIBUV_INSIDE)
            put_linked_in(&text, &found[i]);
        else
            put_library(&text, &found[i]);
        summary_paragraph(&job->look, str_text(&text), out);
        str_free(&text);
    }
    return count;
}
