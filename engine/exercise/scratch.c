/* The folder in which a program is built and runs, and which ends with it: a program that writes
 * relative to where it stands, or to $HOME or $TMPDIR, leaves nothing behind. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/exercise/build.h"
#include "engine/exercise/folder.h"

enum { DEEPEST = 64, MOST_ROUNDS = 1000 };

int scratch_make(struct str *ret_path, struct error *error)
{
    const char *folder = getenv("TMPDIR");

    str_printf(ret_path, "%s/asynctut-XXXXXX", folder && *folder == '/' ? folder : "/tmp");
    if (ret_path->failed)
        return error_set(error, -ENOMEM, "out of memory");
    if (!mkdtemp(ret_path->data))
        return error_set(error, -errno, "cannot make a folder %s: %s", str_text(ret_path),
                         strerror(errno));
    return 0;
}

/* A folder too deep to go down to comes up to the top, where it is emptied next. */
static void bring_up(int folder, const char *name, int top)
{
    static unsigned number;
    char other[32];

    snprintf(other, sizeof other, ".deep-%u", number++);
    int fd = folder_open(folder, name); /* a folder that moves is written to */
    if (fd >= 0)
        close(fd);
    renameat(folder, name, top, other);
}

/* Everything in a folder, without following links. What the program made unreadable is made
 * readable first. */
static void empty(int parent, const char *name, int top, int depth)
{
    int fd = folder_open(parent, name);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;

    if (!entries) {
        if (fd >= 0)
            close(fd);
        return;
    }
    while ((entry = readdir(entries))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        if (unlinkat(fd, entry->d_name, 0) == 0)
            continue;
        if (depth < DEEPEST)
            empty(fd, entry->d_name, top < 0 ? fd : top, depth + 1);
        else
            bring_up(fd, entry->d_name, top);
        unlinkat(fd, entry->d_name, AT_REMOVEDIR);
    }
    closedir(entries);
}

void scratch_remove(const char *path)
{
    if (!*path)
        return;
    unlink(path); /* should the program have put something else there */
    for (int round = 0; round < MOST_ROUNDS && (round == 0 || file_exists(path)); round++) {
        empty(AT_FDCWD, path, -1, 0);
        rmdir(path);
    }
}
