/* Many runs of one command, each disturbed in another way, until one fails; and the command that
 * runs that one again. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/commands/trace_job.h"
#include "cli/commands/trace_signals.h"

static bool has_failed(const struct trace_job *job)
{
    return job->check_failed || !WIFEXITED(job->wait_status) || WEXITSTATUS(job->wait_status) != 0;
}

/* A word as a shell reads it. */
static void put_word(struct str *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_@%+=:,./-";

    if (*word && !word[strspn(word, plain)]) {
        str_puts(out, word);
        return;
    }
    str_putc(out, '\'');
    for (size_t length; *word; word += length) {
        length = strcspn(word, "'");
        str_add_shown(out, word, length, false);
        if (word[length] && ++length)
            str_puts(out, "'\\''");
    }
    str_putc(out, '\'');
}

/* The command that runs the same again, as a person would type it. */
static void say_how_to_repeat(const struct trace_job *job)
{
    struct str out = {0};

    str_printf(&out, " Repeat it:  asynctut trace --perturb %s%s", job->seed,
               job->instant ? " --instant" : "");
    trace_checks_say(&job->checks, &out);
    str_puts(&out, " --");
    for (char **word = job->words; *word; word++) {
        str_putc(&out, ' ');
        put_word(&out, *word);
    }
    str_putc(&out, '\n');
    fwrite(str_text(&out), 1, out.length, job->log);
    str_free(&out);
}

/* Which run it was, and what of it failed. */
static void say_failure(const struct trace_job *job, long run, long runs)
{
    trace_job_say_end(job);
    fprintf(job->log, " Run %ld of %ld failed", run, runs);
    if (WIFEXITED(job->wait_status) && WEXITSTATUS(job->wait_status))
        fprintf(job->log, ": its status is %d", WEXITSTATUS(job->wait_status));
    else if (job->check_failed)
        fputs(": a check found something", job->log);
    fputs(".\n", job->log);
    say_how_to_repeat(job);
}

int trace_seeds_run(struct trace_job *job, long seeds, const char *kinds)
{
    bool summary = job->summary;
    char seed[128];

    job->seed = seed;
    job->summary = false;
    for (long i = 1; i <= seeds; i++) {
        int status;

        snprintf(seed, sizeof seed, "%ld%s", i, kinds);
        status = trace_job_run(job);
        if (status)
            return status;
        if (!has_failed(job) && trace_signals_asked_to_end())
            return STATUS_INTERRUPTED;
        if (!has_failed(job))
            continue;
        say_failure(job, i, seeds);
        if (WIFEXITED(job->wait_status) && WEXITSTATUS(job->wait_status))
            return WEXITSTATUS(job->wait_status);
        return job->check_failed ? STATUS_CHECK : STATUS_FAILED;
    }
    if (summary)
        fprintf(job->log, " %ld runs, none failed.\n", seeds);
    return STATUS_OK;
}
