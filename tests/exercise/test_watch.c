/* Saves of every kind are told; the test waits for that, never for time to pass. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "engine/exercise/round.h"
#include "engine/exercise/watch.h"
#include "engine/exercise/workspace.h"
#include "tests/exercise/lab.h"
#include "tests/support/test.h"

static struct lab lab;
static struct watch *watch;
static uv_sem_t told;
static _Atomic unsigned times;
static _Atomic uint32_t hash; /* of the content when a change was told last */

static void on_change(void *to)
{
    (void)to;
    atomic_store(&hash, workspace_hash(lab.source));
    atomic_fetch_add(&times, 1);
    uv_sem_post(&told);
}

/* Until a change was told after the file had its content of now. */
static void wait_until_told(void)
{
    uint32_t now = workspace_hash(lab.source);

    do
        uv_sem_wait(&told);
    while (atomic_load(&hash) != now);
}

static void open_watch(void)
{
    struct error error = {0};

    lab_open(&lab);
    lab_write(lab.source, "one\n");
    atomic_store(&times, 0);
    uv_sem_init(&told, 0);
    cr_assert(watch_start(lab.source, on_change, NULL, &watch, &error) == 0, "%s", error.text);
}

static void open_polling(void)
{
    watch_only_polls = true;
    open_watch();
}

static void close_watch(void)
{
    watch_stop(watch);
    uv_sem_destroy(&told);
    lab_close(&lab);
}

static void save_by_rename(const char *text)
{
    char other[128];

    snprintf(other, sizeof other, "%s~", lab.source);
    lab_write(other, text);
    cr_assert(rename(other, lab.source) == 0);
}

Test(watch, tells_a_save_in_place, .init = open_watch, .fini = close_watch, .timeout = 20)
{
    lab_write(lab.source, "two\n");
    wait_until_told();
}

Test(watch, survives_saves_by_rename, .init = open_watch, .fini = close_watch, .timeout = 20)
{
    save_by_rename("two\n");
    wait_until_told();
    save_by_rename("three\n");
    wait_until_told();
}

Test(watch, survives_a_file_that_is_gone_for_a_while, .init = open_watch, .fini = close_watch,
     .timeout = 20)
{
    cr_assert(remove(lab.source) == 0);
    lab_write(lab.source, "two\n");
    wait_until_told();
}

Test(watch, polls_where_nobody_gives_notice, .init = open_polling, .fini = close_watch,
     .timeout = 20)
{
    lab_write(lab.source, "another length\n");
    wait_until_told();
    save_by_rename("and another\n");
    wait_until_told();
}

Test(watch, a_touch_is_no_change, .init = open_watch, .fini = close_watch, .timeout = 20)
{
    save_by_rename("one\n"); /* the same content */
    cr_assert(utimensat(AT_FDCWD, lab.source, NULL, 0) == 0);
    save_by_rename("two\n");
    wait_until_told();
    cr_assert_eq(atomic_load(&times), 1);
}

Test(watch, of_a_burst_the_last_is_told, .init = open_watch, .fini = close_watch, .timeout = 20)
{
    char text[32];

    for (int i = 0; i < 200; i++) {
        snprintf(text, sizeof text, "number %d\n", i);
        if (i % 3 == 0)
            save_by_rename(text);
        else if (i % 3 == 1)
            lab_write(lab.source, text);
        else
            cr_assert(remove(lab.source) == 0);
    }
    lab_write(lab.source, "the end\n");
    wait_until_told();
}

/* What some editors do: empty the file, write it in pieces. */
Test(watch, a_save_in_steps_is_told_when_it_is_whole, .init = open_watch, .fini = close_watch,
     .timeout = 20)
{
    int fd = open(lab.source, O_WRONLY | O_TRUNC);

    for (int i = 0; i < 100; i++)
        cr_assert(write(fd, "a line of the file\n", 19) == 19);
    cr_assert(close(fd) == 0);
    wait_until_told();
}

Test(watch, a_file_that_stays_empty_is_told, .init = open_watch, .fini = close_watch, .timeout = 20)
{
    lab_write(lab.source, "");
    wait_until_told();
    lab_write(lab.source, "and is written after all\n");
    wait_until_told();
}

/* As when another branch is checked out, which has no such folder, and then this one again. */
Test(watch, survives_a_folder_that_is_gone_for_a_while, .init = open_watch, .fini = close_watch,
     .timeout = 20)
{
    scratch_remove(lab.folder);
    cr_assert(mkdir(lab.folder, 0700) == 0);
    lab_write(lab.source, "two\n");
    wait_until_told();
    lab_write(lab.source, "three\n");
    wait_until_told();
}

/* --- rounds of real checks -------------------------------------------------------------------- */

static const char endless[] = "#include <unistd.h>\nint main(void) { if (fork() == 0) setsid();"
                              " for (;;) pause(); }";
static const char quick[] = "#include <stdio.h>\nint main(void) { puts(\"done\"); return 0; }";

static struct verdict verdict;
static int begun;
static bool saved_again;

static int64_t now(void *to)
{
    (void)to;
    return (int64_t)uv_hrtime();
}

/* The last save is long over: nothing is held. */
static unsigned saves(void *to, int64_t *ret_last)
{
    (void)to;
    *ret_last = INT64_MIN / 2;
    return atomic_load(&times);
}

/* No key; but once the endless program runs with its child, the learner saves. */
static bool asked(void *to)
{
    (void)to;
    if (!saved_again && lab_processes(&lab) == 2) {
        saved_again = true;
        save_by_rename(quick);
    }
    return false;
}

static void no_rest(void *to, int64_t most_ns)
{
    (void)to;
    (void)most_ns;
}

static int check(void *to, bool (*over)(void *over_to), void *over_to)
{
    struct checking checking = {.exercise = &lab.exercise,
                                .kit = &lab_kit,
                                .source = lab.source,
                                .tick = over,
                                .to = over_to};
    struct error error = {0};

    (void)to;
    cr_assert(begun++ < 2 && lab_processes(&lab) == 0 && lab_files(&lab) == 0,
              "check %d: %d processes, %d files", begun, lab_processes(&lab), lab_files(&lab));
    return check_source(&checking, &verdict, &error);
}

static void drop(void *to)
{
    (void)to;
    verdict_free(&verdict);
}

Test(watch, an_abandoned_check_leaves_nothing_and_the_next_is_told, .init = open_watch,
     .fini = close_watch, .timeout = 60)
{
    static const char checks[] =
        "{ \"title\": \"t\", \"limits\": { \"time_ms\": 50000 }, \"checks\": [ { \"id\": \"lines\","
        "  \"type\": \"output\", \"lines\": [\"done\"], \"say\": \"it prints done\" } ] }";
    const struct round round = {now, saves, asked, no_rest, check, drop, NULL};
    struct error error = {0};

    cr_assert(exercise_parse("check.json", checks, strlen(checks), &lab.exercise, &error) == 0);
    lab_write(lab.source, endless);
    wait_until_told();
    cr_assert_eq(round_run(&round), 0);
    cr_assert(begun == 2 && verdict.kind == VERDICT_PASSED, "check %d", begun);
    cr_assert(lab_processes(&lab) == 0 && lab_files(&lab) == 0);
    verdict_free(&verdict);
}
