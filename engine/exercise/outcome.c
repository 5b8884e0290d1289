/* What came of a run: taken from the supervisor's mapping, and said in words. */
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "engine/exercise/supervise.h"

/* A program can reach its supervisor's mapping by /proc, where nothing forbids it. What is believed
 * is a copy, with lengths that hold. */
static void copy_text(const struct outcome_text *from, struct outcome_text *to)
{
    uint32_t length = from->length < OUTCOME_TEXT_MAX ? from->length : OUTCOME_TEXT_MAX;

    to->length = length;
    to->cut = from->cut;
    memcpy(to->bytes, from->bytes, length);
}

struct outcome *outcome_copy(const struct outcome *shared)
{
    struct outcome *copy = calloc(1, sizeof *copy);

    if (!copy)
        return NULL;
    memcpy(copy, shared, offsetof(struct outcome, out));
    copy_text(&shared->out, &copy->out);
    copy_text(&shared->err, &copy->err);
    return copy;
}

void outcome_free(struct outcome *outcome)
{
    free(outcome);
}

/* --- telling ---------------------------------------------------------------------------------- */

static void tell_time(const struct outcome *outcome, struct str *out)
{
    double wall = (double)outcome->wall_ns / 1e9, cpu = (double)outcome->cpu_ns / 1e9;

    if (cpu > 0.1 * wall || outcome->running) /* a busy machine may have left it little */
        str_printf(out, "was ended after %.1f s, %.1f of which it computed", wall, cpu);
    else
        str_printf(out, "was ended after %.1f s: it still waited", wall);
}

void outcome_tell(const struct outcome *outcome, const struct limits *limits, struct str *out)
{
    switch ((enum run_end)outcome->end) {
    case RUN_NOT_STARTED:
        str_printf(out, "could not be started: %s", strerror(outcome->detail));
        break;
    case RUN_EXITED:
        str_printf(out, "ended with status %d", outcome->detail);
        break;
    case RUN_SIGNALLED:
        str_printf(out, "was ended by signal %d (%s)", outcome->detail, strsignal(outcome->detail));
        break;
    case RUN_TOO_LONG:
    case RUN_TOO_MUCH_CPU:
        tell_time(outcome, out);
        break;
    case RUN_TOO_MUCH_MEMORY:
        str_printf(out, "was ended: it used more than %d MiB of memory", limits->memory_mb);
        break;
    case RUN_TOO_MANY_PROCESSES:
        str_printf(out, "was ended: it had more than %d processes", limits->processes);
        break;
    case RUN_TOO_MUCH_OUTPUT:
        str_printf(out, "was ended: it wrote more than %d KiB", limits->output_kb);
        break;
    case RUN_TOO_LARGE_FILE:
        str_printf(out, "was ended: it wrote a file of more than %d MiB", limits->file_mb);
        break;
    case RUN_TOO_MUCH_DISK:
        str_printf(out,
                   "was ended: it had files of more than %d MiB in all, or more than %d of them",
                   DISK_FILES * limits->file_mb, DISK_ENTRIES);
        break;
    case RUN_CANCELLED:
        str_puts(out, "was stopped");
        break;
    case RUN_LOST:
        str_puts(out, "was lost: its supervisor was killed");
        break;
    }
    if (outcome->left_behind)
        str_printf(out, "; %u process%s that it left behind %s ended", outcome->left_behind,
                   outcome->left_behind == 1 ? "" : "es",
                   outcome->left_behind == 1 ? "was" : "were");
}
