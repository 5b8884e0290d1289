/* A walk that ends early: whoever asks only wants to know whether it is too much. */
#include "engine/exercise/disk_use.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/exercise/folder.h"
#include "engine/exercise/outcome.h"

enum { DEEPEST = 32 };

static void add_folder(int parent, const char *name, int depth, struct disk_use *use);

static void add_entry(int folder, const char *name, int depth, struct disk_use *use)
{
    struct stat status;

    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW))
        return;
    use->entries++;
    use->bytes += (uint64_t)status.st_blocks * 512;
    if (S_ISDIR(status.st_mode) && depth < DEEPEST)
        add_folder(folder, name, depth + 1, use);
    else if (S_ISDIR(status.st_mode)) /* nobody needs that many */
        use->entries += DISK_ENTRIES;
}

static void add_folder(int parent, const char *name, int depth, struct disk_use *use)
{
    int fd = folder_open(parent, name);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;

    if (!entries && fd >= 0)
        close(fd);
    while (entries && use->entries <= DISK_ENTRIES && (entry = readdir(entries)))
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            add_entry(fd, entry->d_name, depth, use);
    if (entries)
        closedir(entries);
}

void disk_measure(const char *folder, struct disk_use *ret_use)
{
    *ret_use = (struct disk_use){0};
    add_folder(AT_FDCWD, folder, 0, ret_use);
}
