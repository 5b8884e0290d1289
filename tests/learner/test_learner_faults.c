/* Nothing that happens to the file or the disk loses what was learned, and all of it is said. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/learner/learner.h"
#include "tests/learner/folder.h"
#include "tests/support/test.h"

static const int64_t now = 1760000000;

static const char newer[] = "{\"format\": \"asynctut-progress\", \"version\": 2, \"x\": 1}";

static struct learner *opened(struct error *ret_notice)
{
    struct learner *learner;

    cr_assert_eq(learner_open(test_path, &learner, ret_notice), 0);
    return learner;
}

static int change_and_save(struct learner *learner, struct error *error)
{
    struct chapter_state *chapter = learner_chapter(learner, "waiting");

    chapter->block++;
    chapter->changed = now + chapter->block;
    return learner_save(learner, error);
}

/* A file with this text is left alone by opening, said, and kept by saving. */
static void assert_kept(const char *text, const char *said)
{
    struct error notice, error = {0};
    char kept[300];

    test_write(test_path, text);
    strcpy(kept, test_beside(".kept-1"));
    struct learner *learner = opened(&notice);
    cr_assert_not_null(strstr(notice.text, said), "%s", notice.text);
    cr_assert_not_null(strstr(notice.text, kept), "%s", notice.text);
    cr_assert_str_eq(test_read(test_path), text, "opening changes nothing");
    cr_assert_eq(change_and_save(learner, &error), 0, "%s", error.text);
    cr_assert_str_eq(test_read(kept), text);
    learner_close(learner);
    learner = opened(&notice);
    cr_assert_str_eq(notice.text, "");
    cr_assert_eq(learner_chapter(learner, "waiting")->block, 1);
    learner_close(learner);
}

Test(learner_faults, a_truncated_file_is_kept, .init = test_folder_make, .fini = test_folder_remove)
{
    assert_kept("{\"format\": \"asynctut-progress\",\n \"version\": 1,\n \"chap",
                "progress.json:3: is not whole JSON");
}

Test(learner_faults, an_empty_file_is_kept, .init = test_folder_make, .fini = test_folder_remove)
{
    assert_kept("", "is not whole JSON");
}

Test(learner_faults, a_foreign_file_is_kept, .init = test_folder_make, .fini = test_folder_remove)
{
    assert_kept("{\"version\": 1, \"high\": [3, 4]}", "is not a progress file of asynctut");
}

Test(learner_faults, a_newer_file_is_kept, .init = test_folder_make, .fini = test_folder_remove)
{
    assert_kept(newer, "was written by a newer asynctut (version 2)");
}

Test(learner_faults, kept_files_never_replace_each_other, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct error notice, error = {0};

    test_write(test_beside(".kept-1"), "the first");
    test_write(test_path, newer);
    struct learner *learner = opened(&notice);
    cr_assert_not_null(strstr(notice.text, "progress.json.kept-2"), "%s", notice.text);
    cr_assert_eq(change_and_save(learner, &error), 0, "%s", error.text);
    learner_close(learner);
    cr_assert_str_eq(test_read(test_beside(".kept-1")), "the first");
    cr_assert_str_eq(test_read(test_beside(".kept-2")), newer);
}

Test(learner_faults, a_newer_file_that_appears_meanwhile_is_kept_too, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct error notice, error = {0};
    struct learner *learner = opened(&notice);

    test_write(test_path, newer);
    cr_assert_eq(change_and_save(learner, &error), 0, "%s", error.text);
    cr_assert_str_eq(test_read(test_beside(".kept-1")), newer);
    learner_close(learner);
}

Test(learner_faults, sound_entries_of_a_damaged_file_are_used, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct error notice;

    test_write(test_path,
               "{\"format\": \"asynctut-progress\", \"version\": 1, \"answers\": [], \"chapters\":"
               "[{\"chapter\": \"waiting\", \"section\": \"\", \"block\": 4, \"content\": 1,"
               " \"done\": true, \"quiz_right\": 0, \"quiz_of\": 0, \"changed\": 1},"
               " {\"chapter\": \"blocking\", \"section\": \"\", \"block\": -4, \"content\": 1,"
               " \"done\": true, \"quiz_right\": 0, \"quiz_of\": 0, \"changed\": 1}]}");
    struct learner *learner = opened(&notice);
    cr_assert_not_null(strstr(notice.text, "is damaged: 1 of its entries"), "%s", notice.text);
    cr_assert_eq(learner_chapter_count(learner), 1);
    cr_assert_eq(learner_chapter(learner, "waiting")->block, 4);
    learner_close(learner);
}

Test(learner_faults, escapes_in_a_file_are_not_believed, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct error notice;

    test_write(test_path,
               "{\"format\": \"asynctut-progress\", \"version\": 1, \"answers\": [], \"chapters\":"
               "[{\"chapter\": \"waiting\", \"section\": \"\\u001b[2J\", \"block\": 4,"
               " \"content\": 1, \"done\": true, \"quiz_right\": 0, \"quiz_of\": 0,"
               " \"changed\": 1}]}");
    struct learner *learner = opened(&notice);
    cr_assert_eq(learner_chapter_count(learner), 0);
    cr_assert_not_null(strstr(notice.text, "is damaged"), "%s", notice.text);
    learner_close(learner);
}

/* A folder in place of the file cannot be read, and is nobody's to move away. */
Test(learner_faults, what_cannot_be_read_is_said_and_not_replaced, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct error notice, error = {0};
    struct stat info;

    cr_assert_eq(mkdir(test_path, 0700), 0);
    struct learner *learner = opened(&notice);
    cr_assert_eq(notice.code, -EISDIR, "%s", notice.text);
    cr_assert_eq(change_and_save(learner, &error), -EISDIR, "%s", error.text);
    learner_close(learner);
    cr_assert(stat(test_path, &info) == 0 && S_ISDIR(info.st_mode));
    cr_assert_eq(test_count_files(), 1);
}

Test(learner_faults, a_held_lock_is_said, .init = test_folder_make, .fini = test_folder_remove)
{
    struct error notice, error = {0};
    struct learner *learner = opened(&notice);

    int lock = file_lock(test_beside(".lock"), 0, NULL);
    cr_assert_geq(lock, 0);
    cr_assert_eq(change_and_save(learner, &error), -EBUSY, "%s", error.text);
    file_unlock(lock);
    error = (struct error){0};
    cr_assert_eq(learner_save(learner, &error), 0, "and a later save succeeds");
    learner_close(learner);
}

Test(learner_faults, without_a_home_learning_goes_on_and_saving_says_why, .init = test_folder_make,
     .fini = test_folder_remove)
{
    struct error notice, error = {0};
    struct learner *learner;

    setenv("XDG_STATE_HOME", "/proc/nowhere", 1);
    cr_assert_eq(learner_open(NULL, &learner, &notice), 0);
    cr_assert_lt(change_and_save(learner, &error), 0);
    cr_assert_not_null(strstr(error.text, "/proc/nowhere"), "%s", error.text);
    learner_close(learner);
}

/* Saves once with room, then without; the first save must still be there, and no rubbish. */
static void assert_survives(void (*break_disk)(void), void (*mend_disk)(void), int wanted)
{
    struct error notice, error = {0};
    struct learner *learner = opened(&notice);

    cr_assert_eq(change_and_save(learner, &error), 0, "%s", error.text);
    break_disk();
    int code = change_and_save(learner, &error);
    cr_assert_eq(code, wanted, "%d: %s", code, error.text);
    cr_assert_neq(error.text[0], '\0');
    cr_assert_eq(learner_chapter(learner, "waiting")->block, 2, "memory keeps it");
    struct learner *other = opened(&notice);
    cr_assert_eq(learner_chapter(other, "waiting")->block, 1, "the file is whole and old");
    learner_close(other);
    mend_disk();
    error = (struct error){0};
    cr_assert_eq(learner_save(learner, &error), 0, "%s", error.text);
    learner_close(learner);
    other = opened(&notice);
    cr_assert_eq(learner_chapter(other, "waiting")->block, 2);
    learner_close(other);
}

static void fill(void)
{
    FILE *file = fopen(test_beside("-fill"), "w");

    setvbuf(file, NULL, _IONBF, 0);
    for (char page[4096] = "x"; fwrite(page, sizeof page, 1, file) == 1;)
        ;
    fclose(file);
}

static void empty(void)
{
    unlink(test_beside("-fill"));
}

Test(learner_faults, a_full_disk_loses_nothing, .init = test_folder_make,
     .fini = test_folder_remove)
{
    if (test_mount_small())
        assert_survives(fill, empty, -ENOSPC);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void forbid_writing(void)
{
    signal(SIGXFSZ, SIG_IGN);
    limit_files(0);
}

static void allow_writing(void)
{
    limit_files(RLIM_INFINITY);
    signal(SIGXFSZ, SIG_DFL);
}

Test(learner_faults, a_write_that_fails_loses_nothing, .init = test_folder_make,
     .fini = test_folder_remove)
{
    assert_survives(forbid_writing, allow_writing, -EFBIG);
}

static void make_read_only(void)
{
    test_mount_again(true);
}

static void make_writable(void)
{
    test_mount_again(false);
}

Test(learner_faults, a_read_only_disk_loses_nothing, .init = test_folder_make,
     .fini = test_folder_remove)
{
    if (test_mount_small())
        assert_survives(make_read_only, make_writable, -EROFS);
}

Test(learner_faults, of_a_folder_two_below_a_read_only_one_the_true_cause_is_told,
     .init = test_folder_make, .fini = test_folder_remove)
{
    char folder[300];
    struct error error = {0};

    if (!test_mount_small())
        return;
    strcpy(folder, test_path);
    strcpy(strrchr(folder, '/'), "/one/two/three");
    make_read_only();
    cr_assert_eq(file_make_folder(folder, &error), -EROFS, "%s", error.text);
    cr_assert_not_null(strstr(error.text, "Read-only"), "%s", error.text);
    make_writable();
    cr_assert_eq(file_make_folder(folder, &error), 0);
}

static void close_folder(void)
{
    char folder[300];

    strcpy(folder, test_path);
    *strrchr(folder, '/') = '\0';
    chmod(folder, 0500);
    unlink(test_beside(".lock"));
}

static void open_folder(void)
{
    char folder[300];

    strcpy(folder, test_path);
    *strrchr(folder, '/') = '\0';
    chmod(folder, 0700);
}

Test(learner_faults, a_closed_folder_loses_nothing, .init = test_folder_make,
     .fini = test_folder_remove)
{
    if (geteuid() != 0) /* whom nothing is forbidden */
        assert_survives(close_folder, open_folder, -EACCES);
}
