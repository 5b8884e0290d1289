/* engine/base/file over a folder of its own: reading with bounds, replacing whole, locks. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "tests/support/test.h"

static char folder[] = "/tmp/asynctut-file-XXXXXX";

static void set_up(void)
{
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

static void clean_up(void)
{
    char command[100];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
}

/* Valid until the call after the next. */
static const char *in_folder(const char *name)
{
    static char paths[2][200];
    static int turn;

    turn = !turn;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", folder, name);
    return paths[turn];
}

static void assert_contents(const char *path, const char *wanted)
{
    char *data;
    size_t length;

    cr_assert_eq(file_read(path, 1000000, &data, &length, NULL), 0);
    cr_assert_eq(length, strlen(wanted));
    cr_assert_eq(memcmp(data, wanted, length), 0);
    free(data);
}

Test(file, is_read_whole_with_zeroes_behind, .init = set_up, .fini = clean_up)
{
    char *data, big[10000];
    size_t length;

    memset(big, 'x', sizeof big);
    cr_assert_eq(file_replace(in_folder("a"), big, sizeof big, NULL), 0);
    cr_assert_eq(file_read(in_folder("a"), sizeof big, &data, &length, NULL), 0);
    cr_assert_eq(length, sizeof big);
    for (size_t i = 0; i < 16; i++)
        cr_assert_eq(data[length + i], 0);
    free(data);
}

Test(file, above_the_limit_is_refused_by_name, .init = set_up, .fini = clean_up)
{
    struct error error = {0};
    char *data = NULL;
    size_t length;

    cr_assert_eq(file_replace(in_folder("a"), "12345", 5, NULL), 0);
    cr_assert_eq(file_read(in_folder("a"), 4, &data, &length, &error), -EFBIG);
    cr_assert_null(data);
    cr_assert_not_null(strstr(error.text, "/a: File too large"));
    cr_assert_eq(file_read(in_folder("a"), 0, &data, &length, NULL), -EFBIG);
    cr_assert_eq(file_replace(in_folder("a"), "", 0, NULL), 0);
    cr_assert_eq(file_read(in_folder("a"), 0, &data, &length, NULL), 0);
    cr_assert_eq(length, 0);
    free(data);
}

Test(file, missing_folders_and_pipes_are_errors_and_never_waited_for, .init = set_up,
     .fini = clean_up)
{
    char *data;
    size_t length;

    cr_assert_eq(file_read(in_folder("none"), 10, &data, &length, NULL), -ENOENT);
    cr_assert_eq(file_read(folder, 10, &data, &length, NULL), -EISDIR);
    cr_assert_eq(mkfifo(in_folder("fifo"), 0600), 0);
    cr_assert_eq(file_read(in_folder("fifo"), 10, &data, &length, NULL), -EINVAL);
}

Test(file, a_file_that_says_it_is_empty_is_still_read)
{
    char *data;
    size_t length;

    cr_assert_eq(file_read("/proc/self/status", 1000000, &data, &length, NULL), 0);
    cr_assert_gt(length, 100);
    free(data);
}

Test(file, replacing_makes_the_folder_and_leaves_nothing_beside, .init = set_up, .fini = clean_up)
{
    struct stat info;
    char command[300];

    cr_assert_eq(file_replace(in_folder("x/y/z.json"), "one", 3, NULL), 0);
    cr_assert_eq(file_replace(in_folder("x/y/z.json"), "two", 3, NULL), 0);
    assert_contents(in_folder("x/y/z.json"), "two");
    cr_assert_eq(stat(in_folder("x/y/z.json"), &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0600);
    cr_assert_eq(stat(in_folder("x/y"), &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0700);
    snprintf(command, sizeof command, "test \"$(ls -A '%s')\" = z.json", in_folder("x/y"));
    cr_assert_eq(system(command), 0);
}

Test(file, replacing_through_a_link_keeps_the_link_and_the_mode, .init = set_up, .fini = clean_up)
{
    struct stat info;

    cr_assert_eq(file_replace(in_folder("real"), "one", 3, NULL), 0);
    cr_assert_eq(chmod(in_folder("real"), 0644), 0);
    cr_assert_eq(symlink("real", in_folder("link")), 0);
    cr_assert_eq(file_replace(in_folder("link"), "two", 3, NULL), 0);
    cr_assert_eq(lstat(in_folder("link"), &info), 0);
    cr_assert(S_ISLNK(info.st_mode));
    assert_contents(in_folder("real"), "two");
    cr_assert_eq(stat(in_folder("real"), &info), 0);
    cr_assert_eq(info.st_mode & 0777, 0644, "the mode must stay");
}

/* A write that fails in the middle, as on a full disk: RLIMIT_FSIZE, in a child. */
Test(file, a_failed_write_leaves_the_old_file_and_no_other, .init = set_up, .fini = clean_up)
{
    static char big[100000];
    char command[300];
    int status;

    cr_assert_eq(file_replace(in_folder("a"), "old", 3, NULL), 0);
    pid_t child = fork();
    if (child == 0) {
        struct error error = {0};
        const struct rlimit limit = {50000, 50000};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        int code = file_replace(in_folder("a"), big, sizeof big, &error);
        _exit(code == -EFBIG && strstr(error.text, "cannot save") ? 0 : 1);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    assert_contents(in_folder("a"), "old");
    snprintf(command, sizeof command, "test \"$(ls -A '%s')\" = a", folder);
    cr_assert_eq(system(command), 0);
}

Test(file, a_folder_in_the_way_is_said, .init = set_up, .fini = clean_up)
{
    struct error error = {0};

    cr_assert_eq(file_replace(in_folder("a"), "x", 1, NULL), 0);
    cr_assert_eq(file_make_folder(in_folder("a"), NULL), -ENOTDIR);
    cr_assert_eq(file_make_folder(in_folder("a/b"), &error), -ENOTDIR);
    cr_assert_not_null(strstr(error.text, "cannot make the folder"));
    cr_assert_eq(file_make_folder(in_folder("p/q/r/"), NULL), 0);
    cr_assert_eq(file_make_folder(in_folder("p/q/r"), NULL), 0);
    cr_assert(file_exists(in_folder("p/q/r")));
    cr_assert_not(file_exists(in_folder("p/q/s")));
}

Test(file, a_lock_excludes_until_it_is_let_go, .init = set_up, .fini = clean_up)
{
    struct error error = {0};

    int lock = file_lock(in_folder("lock"), 0, NULL);
    cr_assert_geq(lock, 0);
    cr_assert_eq(file_lock(in_folder("lock"), 0, &error), -EBUSY);
    cr_assert_not_null(strstr(error.text, "another asynctut holds it"));
    cr_assert_eq(file_lock(in_folder("lock"), 12, NULL), -EBUSY);
    file_unlock(lock);
    lock = file_lock(in_folder("lock"), 0, NULL);
    cr_assert_geq(lock, 0);
    file_unlock(lock);
}

Test(file, a_waiter_gets_the_lock_that_its_holder_drops, .init = set_up, .fini = clean_up)
{
    char byte;
    int status, ready[2];

    cr_assert_eq(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        int held = file_lock(in_folder("lock"), 0, NULL);
        if (write(ready[1], "x", 1) != 1)
            _exit(1);
        /* The descriptor dies with this process a moment after the parent began to wait, or before:
         * both must end with the parent holding the lock. */
        _exit(held < 0);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    int lock = file_lock(in_folder("lock"), 10000, NULL);
    cr_assert_geq(lock, 0);
    file_unlock(lock);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
    close(ready[0]);
    close(ready[1]);
}

static void assert_folder(enum folder which, const char *wanted)
{
    struct str path = {0};

    cr_assert_eq(file_user_folder(which, &path, NULL), 0);
    cr_assert_str_eq(str_text(&path), wanted);
    str_free(&path);
}

Test(file, user_folders_follow_the_specification)
{
    setenv("HOME", "/home/ada", 1);
    unsetenv("XDG_STATE_HOME");
    setenv("XDG_CONFIG_HOME", "relative/is/ignored", 1);
    setenv("XDG_DATA_HOME", "/data//", 1);
    assert_folder(FOLDER_STATE, "/home/ada/.local/state/asynctut");
    assert_folder(FOLDER_CONFIG, "/home/ada/.config/asynctut");
    assert_folder(FOLDER_DATA, "/data/asynctut");
    setenv("XDG_DATA_HOME", "", 1);
    assert_folder(FOLDER_DATA, "/home/ada/.local/share/asynctut");
}
