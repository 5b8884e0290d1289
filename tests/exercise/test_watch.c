/* Saves of every kind are told, once each; the test waits for that, never for time to pass. */
#include <stdatomic.h>
#include <stdio.h>
#include <uv.h>

#include "engine/exercise/watch.h"
#include "tests/exercise/lab.h"
#include "tests/support/test.h"

static struct lab lab;
static struct watch *watch;
static uv_sem_t told;
static _Atomic int times;

static void on_change(void *to)
{
    (void)to;
    atomic_fetch_add(&times, 1);
    uv_sem_post(&told);
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
    uv_sem_wait(&told);
}

Test(watch, survives_saves_by_rename, .init = open_watch, .fini = close_watch, .timeout = 20)
{
    save_by_rename("two\n");
    uv_sem_wait(&told);
    save_by_rename("three\n");
    uv_sem_wait(&told);
}

Test(watch, survives_a_file_that_is_gone_for_a_while, .init = open_watch, .fini = close_watch,
     .timeout = 20)
{
    cr_assert(remove(lab.source) == 0);
    lab_write(lab.source, "two\n");
    uv_sem_wait(&told);
}

Test(watch, polls_where_nobody_gives_notice, .init = open_polling, .fini = close_watch,
     .timeout = 20)
{
    lab_write(lab.source, "another length\n");
    uv_sem_wait(&told);
    save_by_rename("and another\n");
    uv_sem_wait(&told);
}

Test(watch, a_touch_is_no_change_and_a_burst_is_one, .init = open_watch, .fini = close_watch,
     .timeout = 20)
{
    lab_write(lab.source, "one\n"); /* the same content */
    lab_write(lab.source, "two\n");
    lab_write(lab.source, "three\n");
    uv_sem_wait(&told);
    lab_write(lab.source, "the end\n");
    uv_sem_wait(&told);
    cr_assert(atomic_load(&times) <= 3, "told %d times", atomic_load(&times));
}
