/* Real faults need a real file system: a full disk is a tmpfs of a few pages. */
#include "tests/learner/folder.h"

#include <dirent.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/test.h"

char test_path[256];
static char folder[200];
static bool mounted;

void test_folder_make(void)
{
    strcpy(folder, "/tmp/asynctut-learner-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(test_path, sizeof test_path, "%s/progress.json", folder);
}

static void each_file(void (*act)(const char *path, void *to), void *to)
{
    char path[600];
    DIR *files = opendir(folder);

    for (struct dirent *entry; files && (entry = readdir(files));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            act(path, to);
    }
    if (files)
        closedir(files);
}

static void remove_one(const char *path, void *to)
{
    (void)to;
    if (unlink(path) != 0)
        rmdir(path);
}

void test_folder_remove(void)
{
    if (mounted)
        umount2(folder, MNT_DETACH);
    mounted = false;
    chmod(folder, 0700);
    each_file(remove_one, NULL);
    cr_assert_eq(rmdir(folder), 0, "%s is left behind", folder);
}

const char *test_beside(const char *suffix)
{
    static char path[300];

    snprintf(path, sizeof path, "%s%s", test_path, suffix);
    return path;
}

void test_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file);
    fputs(text, file);
    cr_assert_eq(fclose(file), 0);
}

const char *test_read(const char *path)
{
    static char text[64 * 1024];
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;

    if (file)
        fclose(file);
    text[length] = '\0';
    return text;
}

static void count_one(const char *path, void *to)
{
    size_t length = strlen(path);

    if (length < 5 || strcmp(path + length - 5, ".lock") != 0)
        ++*(int *)to;
}

int test_count_files(void)
{
    int count = 0;

    each_file(count_one, &count);
    return count;
}

bool test_mount_small(void)
{
    if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0)
        return false;
    mounted = mount("tmpfs", folder, "tmpfs", 0, "size=64k") == 0;
    return mounted;
}

void test_mount_again(bool read_only)
{
    unsigned long flags = MS_REMOUNT | (read_only ? MS_RDONLY : 0);

    cr_assert_eq(mount("tmpfs", folder, "tmpfs", flags, "size=64k"), 0);
}
