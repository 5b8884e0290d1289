/* From save to verdict, as `asynctut exercise watch` has it: the save is seen, compiled, run as it
 * is and under the exercise's seeds, judged, and the verdict is text. The floor, measured in the
 * same round, is what cannot be had for less: the compiler's time and one run of the program as it
 * is. The disturbed runs are besides. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "cli/views/verdict.h"
#include "engine/base/file.h"
#include "engine/exercise/round.h"
#include "engine/exercise/watch.h"

enum { ROUNDS = 5, TARGET_MS = 150, LIMIT = 1 << 20 };

static const struct kit kit = {
    .supervisor = ASYNCTUT_BUILD "/engine/exercise/asynctut-supervisor",
    .include = ASYNCTUT_TOP,
    .probe = ASYNCTUT_BUILD "/engine/probe/libprobe.a",
    .attach = ASYNCTUT_BUILD "/engine/probe/libprobe_attach.a",
    .event = ASYNCTUT_BUILD "/engine/event/libevent.a",
    .task = ASYNCTUT_BUILD "/engine/task/libtask.a",
};

static const struct exercise *exercise;
static char source[300];
static uv_sem_t told;
static _Atomic unsigned count;
static _Atomic int64_t last;
static struct verdict verdict;

static void on_saved(void *to)
{
    (void)to;
    last = (int64_t)uv_hrtime();
    count++;
    uv_sem_post(&told);
}

static int64_t now(void *to)
{
    (void)to;
    return (int64_t)uv_hrtime();
}

static unsigned saves(void *to, int64_t *ret_last)
{
    (void)to;
    *ret_last = last;
    return count;
}

static bool asked(void *to)
{
    (void)to;
    return false;
}

static void rest(void *to, int64_t most_ns)
{
    (void)to;
    poll(NULL, 0, (int)(most_ns / 1000000 + 1));
}

static int check(void *to, bool (*over)(void *over_to), void *over_to)
{
    struct checking checking = {.exercise = exercise,
                                .kit = &kit,
                                .source = source,
                                .first_seed = 1,
                                .seeds = exercise->seeds,
                                .tick = over,
                                .to = over_to};
    struct error error = {0};
    int code = check_source(&checking, &verdict, &error);

    (void)to;
    if (code)
        fprintf(stderr, "%s\n", error.text);
    return code;
}

static void drop(void *to)
{
    (void)to;
    verdict_free(&verdict);
}

/* The solution with another comment each time, as an editor saves it. */
static void save(int number)
{
    struct str text = {0}, path = {0};
    char *data = NULL, other[310];
    size_t length = 0;
    FILE *file;

    str_printf(&path, "%s/solution.c", exercise->folder);
    if (file_read(str_text(&path), LIMIT, &data, &length, NULL))
        abort();
    str_add(&text, data, length);
    str_printf(&text, "/* save %d */\n", number);
    snprintf(other, sizeof other, "%s~", source);
    file = fopen(other, "w");
    if (!file || fwrite(str_text(&text), 1, text.length, file) != text.length || fclose(file) ||
        rename(other, source))
        abort();
    free(data);
    str_free(&text);
    str_free(&path);
}

struct times {
    double all, compiler, first, disturbed, besides;
};

static void measure(int number, struct times *ret_times)
{
    static const struct round round = {now, saves, asked, rest, check, drop, NULL};
    static const struct look look = {.width = 80, .height = 24, .color = true, .terminal = true};
    struct str shown = {0};
    int64_t begin = now(NULL);

    save(number);
    uv_sem_wait(&told);
    if (round_run(&round) || verdict.kind != VERDICT_PASSED)
        abort();
    verdict_view(exercise, &verdict, source, &look, false, &shown);
    double all = (double)(now(NULL) - begin) / 1e6;
    double compiler = (double)verdict.compile_ns / 1e6, first = (double)verdict.run_ns / 1e6;
    double disturbed = (double)verdict.runs_ns / 1e6 - first;
    *ret_times = (struct times){all, compiler, first, disturbed, all - compiler - first};
    verdict_free(&verdict);
    str_free(&shown);
}

static int compare(const void *a, const void *b)
{
    const struct times *first = a, *second = b;

    return (first->besides > second->besides) - (first->besides < second->besides);
}

/* The round whose besides is the median. */
static double bench(void)
{
    struct times times[ROUNDS];
    struct watch *watch;
    struct error error = {0};

    save(0);
    if (watch_start(source, on_saved, NULL, &watch, &error))
        abort();
    for (int i = 0; i < ROUNDS; i++)
        measure(i + 1, &times[i]);
    watch_stop(watch);
    qsort(times, ROUNDS, sizeof *times, compare);
    const struct times *median = &times[ROUNDS / 2];
    printf("%-20s %8.0f %9.0f %9.0f %6d %9.0f %8.0f\n", exercise->id, median->all, median->compiler,
           median->first, exercise->seeds, median->disturbed, median->besides);
    return median->besides;
}

int main(int words, char **word)
{
    struct exercises exercises = {0};
    struct course course = {0};
    struct error error = {0};
    char folder[] = "/tmp/asynctut-bench-XXXXXX";
    double worst = 0;

    if (words < 2 || course_load(word[1], &course, &error) ||
        exercises_load(&course, &exercises, &error) || !mkdtemp(folder))
        return 1;
    snprintf(source, sizeof source, "%s/program.c", folder);
    uv_sem_init(&told, 0);
    printf("ms; median of %d saves; the floor is compiler and first run\n", ROUNDS);
    printf("%-20s %8s %9s %9s %6s %9s %8s\n", "save to verdict", "all", "compiler", "first run",
           "seeds", "their runs", "besides");
    for (size_t i = 0; i < exercises.count; i++) {
        exercise = &exercises.items[i];
        double besides = bench();
        worst = besides > worst ? besides : worst;
    }
    printf("besides compiler and first run, at most  %.0f ms   target %d%s\n", worst, TARGET_MS,
           worst > TARGET_MS ? "   MISSED" : "");
    scratch_remove(folder);
    exercises_free(&exercises);
    course_free(&course);
    return worst > 10 * TARGET_MS;
}
