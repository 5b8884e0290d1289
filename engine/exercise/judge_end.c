/* How a run ended, which is judged without a trace: what the sanitizers found, and what the
 * supervisor saw. */
#include <stdio.h>
#include <string.h>

#include "engine/exercise/judge_priv.h"
#include "engine/exercise/supervise.h"

/* What the sanitizers' words mean, for who meets them first. */
static const char *in_plain_words(const char *wrong)
{
    static const char *const words[][2] = {
        {"heap-use-after-free", "memory was used after it was freed"},
        {"stack-use-after-return", "a local variable was used after its function had returned"},
        {"stack-use-after-scope", "a local variable was used after its block had ended"},
        {"heap-buffer-overflow", "memory was used beyond the end of what was allocated"},
        {"stack-buffer-overflow", "memory was used beyond the end of a local array"},
        {"global-buffer-overflow", "memory was used beyond the end of a static array"},
        {"stack-overflow", "there was no stack left: a function that calls itself without end?"},
        {"double-free", "memory was freed twice"},
        {"attempting free", "something was freed that malloc() did not give"},
        {"SEGV", "memory was used that is not there: a pointer that is NULL, or never set?"},
        {"detected memory leaks", "memory was never freed"},
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(wrong, words[i][0]))
            return words[i][1];
    return NULL;
}

/* What the report says was wrong, without the addresses, which mean nothing to the next run. */
void judge_clean(const char *report, struct finding *finding)
{
    static const char error[] = "ERROR: ", runtime[] = "runtime error: ";
    const char *line = strstr(report, error), *other = strstr(report, runtime);
    struct str shown = {0};

    finding->passed = *report == '\0';
    if (finding->passed)
        return;
    if (other && (!line || other < line))
        line = other + sizeof runtime - 1;
    else
        line = line ? line + sizeof error - 1 : report;
    size_t length = strcspn(line, "\n");
    const char *address = memmem(line, length, " on address 0x", 14), *plain;
    address = address ? address : memmem(line, length, " 0x", 3);
    str_add_shown(&shown, line, address ? (size_t)(address - line) : length, false);
    plain = in_plain_words(str_text(&shown));
    snprintf(finding->got, sizeof finding->got, "%s%s%s%s", plain ? plain : "", plain ? " (" : "",
             str_text(&shown), plain ? ")" : "");
    str_free(&shown);
}

void judge_end(const struct exercise *exercise, const struct outcome *outcome,
               struct finding *finding)
{
    struct str told = {0};

    finding->passed = outcome->end == RUN_EXITED && !outcome->left_behind;
    outcome_tell(outcome, &exercise->limits, &told);
    snprintf(finding->got, sizeof finding->got, "it %s", str_text(&told));
    str_free(&told);
}

void judge_memory(const struct check *check, const struct outcome *outcome, struct finding *finding)
{
    double used = (double)outcome->most_bytes / (1 << 20);

    finding->passed = used >= check->least && used <= check->most;
    snprintf(finding->got, sizeof finding->got, "it used %.0f MiB", used);
}
