/* A file that we do not understand is somebody's progress all the same. It gets a second name by
 * link(2), which never replaces anything, so that two processes cannot keep two files under one
 * name; the first name is then given to the new file by rename(2). Where the file system has no
 * links it is renamed, also without replacing. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/learner/learner_priv.h"

enum { MOST_KEPT = 1000 };

static int name_of(const char *path, int number, struct str *ret_name)
{
    str_clear(ret_name);
    str_printf(ret_name, "%s.kept-%d", path, number);
    return ret_name->failed ? -ENOMEM : 0;
}

int kept_name(const char *path, struct str *ret_name)
{
    for (int number = 1; number <= MOST_KEPT; number++) {
        int code = name_of(path, number, ret_name);
        if (code || !file_exists(str_text(ret_name)))
            return code;
    }
    return -EEXIST;
}

static bool same_file(const char *path, const char *name)
{
    struct stat a, b;

    return lstat(path, &a) == 0 && lstat(name, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* A save that failed after this step may have given the name already. */
static int give_name(const char *path, const char *name)
{
    if (link(path, name) == 0 || (errno == EEXIST && same_file(path, name)))
        return 0;
    if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK)
        return -errno;
    return renameat2(AT_FDCWD, path, AT_FDCWD, name, RENAME_NOREPLACE) == 0 ? 0 : -errno;
}

int kept_aside(const char *path, struct error *error)
{
    struct str name = {0};
    int code = -EEXIST;

    for (int number = 1; number <= MOST_KEPT && code == -EEXIST; number++) {
        code = name_of(path, number, &name);
        if (code == 0)
            code = give_name(path, str_text(&name));
    }
    str_free(&name);
    return code ? error_set(error, code, "cannot keep %s beside: %s", path, strerror(-code)) : 0;
}
