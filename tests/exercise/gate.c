/* The gate of exercises: gate CONTENT SEEDS [ID | K/N]: all, one, or the Kth of every N of them.
 * Each starter compiles and fails, each solution passes as it is and under seeds 1 .. SEEDS, each
 * other right program under the first of them, each wrong one fails the check that its first
 * comment names. A program of its own, because a hundred seeds take a minute. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/exercise/checking.h"

static const struct kit kit = {
    .supervisor = ASYNCTUT_BUILD "/engine/exercise/asynctut-supervisor",
    .include = ASYNCTUT_TOP,
    .probe = ASYNCTUT_BUILD "/engine/probe/libprobe.a",
    .attach = ASYNCTUT_BUILD "/engine/probe/libprobe_attach.a",
    .event = ASYNCTUT_BUILD "/engine/event/libevent.a",
    .task = ASYNCTUT_BUILD "/engine/task/libtask.a",
};

enum { OTHER_SEEDS = 20, CODE_WIDTH = 78 };

static int faults;

static void fault(const struct exercise *exercise, const char *file, const char *what,
                  const char *more)
{
    printf("%s/%s: %s%s%s\n", exercise->folder, file, what, *more ? ": " : "", more);
    faults++;
}

static void tell_failure(const struct exercise *exercise, const char *file,
                         const struct verdict *verdict)
{
    char text[1200];
    const struct finding *first = verdict_first(verdict);

    snprintf(text, sizeof text, "%d of %d runs; seed %d; %s (%s): %s", verdict->failed,
             verdict->runs, verdict->seed, first ? first->id : "?", first ? first->say : "?",
             first ? first->got : "?");
    fault(exercise, file, "fails", text);
    if (verdict->report.length)
        printf("%.3000s\n", str_text(&verdict->report));
    if (verdict->outcome && verdict->outcome->err.length)
        printf("%.*s\n", (int)verdict->outcome->err.length, verdict->outcome->err.bytes);
}

/* False: there is no verdict, or it does not compile; that has been said. */
static bool check(const struct exercise *exercise, const char *file, int seeds,
                  struct verdict *ret_verdict)
{
    struct error error = {0};
    struct str path = {0};
    struct checking checking = {.exercise = exercise, .kit = &kit, .first_seed = 1, .seeds = seeds};

    str_printf(&path, "%s/%s", exercise->folder, file);
    checking.source = str_text(&path);
    int code = check_source(&checking, ret_verdict, &error);
    if (code)
        fault(exercise, file, "no verdict", error.text);
    else if (ret_verdict->kind == VERDICT_NOT_COMPILED)
        fault(exercise, file, "does not compile", str_text(&ret_verdict->diagnostics));
    str_free(&path);
    return code == 0 && ret_verdict->kind != VERDICT_NOT_COMPILED;
}

static void check_starter(const struct exercise *exercise)
{
    struct verdict verdict;

    if (check(exercise, "starter.c", 0, &verdict)) {
        if (verdict.kind == VERDICT_PASSED)
            fault(exercise, "starter.c", "passes", "");
        printf("%s: the starter's verdict took %lld ms besides compiling and running\n",
               exercise->id, (verdict.total_ns - verdict.compile_ns - verdict.runs_ns) / 1000000);
    }
    verdict_free(&verdict);
}

static void check_right(const struct exercise *exercise, const char *file, int seeds)
{
    struct verdict verdict;

    if (check(exercise, file, seeds, &verdict)) {
        if (verdict.kind != VERDICT_PASSED)
            tell_failure(exercise, file, &verdict);
        if (verdict.diagnostics.length)
            fault(exercise, file, "compiles with warnings", str_text(&verdict.diagnostics));
        printf("%s/%s passed %d of %d runs; compiled in %lld ms, ran %lld ms; besides, %lld ms a "
               "run\n",
               exercise->id, file, verdict.runs - verdict.failed, verdict.runs,
               verdict.compile_ns / 1000000, verdict.run_ns / 1000000,
               (verdict.total_ns - verdict.compile_ns - verdict.runs_ns) / 1000000 / verdict.runs);
    }
    verdict_free(&verdict);
}

static const struct finding *finding_of(const struct verdict *verdict, const char *id)
{
    for (size_t i = 0; i < verdict->finding_count; i++)
        if (!strcmp(verdict->findings[i].id, id))
            return &verdict->findings[i];
    return NULL;
}

static void check_wrong(const struct exercise *exercise, const char *file)
{
    struct verdict verdict;
    struct str path = {0};
    char id[80];

    str_printf(&path, "%s/%s", exercise->folder, file);
    exercise_caught_by(str_text(&path), id, sizeof id);
    if (!*id) {
        fault(exercise, file, "does not say what catches it", "");
    } else if (check(exercise, file, 0, &verdict)) {
        const struct finding *named = finding_of(&verdict, id);
        if (verdict.kind == VERDICT_PASSED)
            fault(exercise, file, "passes", "");
        else if (!named || named->passed)
            tell_failure(exercise, file, &verdict), fault(exercise, file, "is not caught by", id);
        verdict_free(&verdict);
    }
    str_free(&path);
}

/* Code, which begins with four blanks, is not wrapped. */
static void check_code(const struct exercise *exercise, const char *file, const char *text)
{
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, "\n");
        char line[120];
        snprintf(line, sizeof line, "%.*s", (int)length, at);
        if (!strncmp(at, "    ", 4) && length > CODE_WIDTH)
            fault(exercise, file, "a line of code is too wide", line);
        at += length + (at[length] == '\n');
    }
}

static void check_texts(const struct exercise *exercise)
{
    check_code(exercise, "problem.md", exercise->problem);
    for (size_t i = 0; i < exercise->hint_count; i++)
        check_code(exercise, "hints.md", exercise->hints[i]);
}

static void check_exercise(const struct exercise *exercise, int seeds)
{
    check_texts(exercise);
    check_starter(exercise);
    check_right(exercise, "solution.c", seeds);
    for (size_t i = 0; i < exercise->other_count; i++)
        check_right(exercise, exercise->others[i], seeds < OTHER_SEEDS ? seeds : OTHER_SEEDS);
    for (size_t i = 0; i < exercise->wrong_count; i++)
        check_wrong(exercise, exercise->wrongs[i]);
    if (exercise->wrong_count < 3)
        fault(exercise, "wrong_*.c", "there are fewer than three", "");
    if (exercise->other_count < 1)
        fault(exercise, "other_*.c", "there is none", "");
}

static bool is_wanted(const char *which, size_t i, const char *id)
{
    unsigned share, shares;

    if (sscanf(which, "%u/%u", &share, &shares) == 2 && shares > 0)
        return i % shares == share % shares;
    return !strcmp(which, id);
}

int main(int count, char **words)
{
    int checked = 0;
    struct exercises exercises = {0};
    struct course course = {0};
    struct error error = {0};

    if (count < 3 || course_load(words[1], &course, &error) ||
        exercises_load(&course, &exercises, &error)) {
        printf("%s\n", count < 3 ? "gate CONTENT SEEDS [ID | K/N]" : error.text);
        return 1;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < exercises.count; i++)
        if (count < 4 || is_wanted(words[3], i, exercises.items[i].id)) {
            check_exercise(&exercises.items[i], atoi(words[2]));
            checked++;
        }
    printf("%d exercises, %d faults\n", checked, faults);
    exercises_free(&exercises);
    course_free(&course);
    return faults != 0 || checked == 0;
}
