/* Whole files, read with a bound and replaced atomically. A file is opened without waiting (a FIFO
 * in place of a file must not hang us) and its size is only a hint: what is read decides. */
#include "engine/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/array.h"

enum { ZEROES_BEHIND = 16 };

static int failed(struct error *error, int code, const char *what, const char *path)
{
    return error_set(error, code, "%s %s: %s", what, path, strerror(-code));
}

static int read_all(int fd, size_t limit, size_t hint, char **ret_data, size_t *ret_length)
{
    char *data = NULL;
    size_t length = 0, capacity = 0;
    int code = 0;

    for (size_t wanted = (hint < limit ? hint : limit) + 1; code == 0; wanted = length + 1) {
        if (length > limit)
            code = -EFBIG;
        else if (!array_reserve_bytes((void **)&data, &capacity, wanted + ZEROES_BEHIND, 1))
            code = -ENOMEM;
        if (code)
            break;
        ssize_t n = read(fd, data + length, capacity - length - ZEROES_BEHIND);
        if (n == 0)
            break;
        if (n > 0)
            length += (size_t)n;
        else if (errno != EINTR)
            code = -errno;
    }
    if (code) {
        free(data);
        return code;
    }
    memset(data + length, 0, ZEROES_BEHIND);
    *ret_data = data;
    *ret_length = length;
    return 0;
}

int file_read(const char *path, size_t limit, char **ret_data, size_t *ret_length,
              struct error *error)
{
    struct stat info;

    if (limit > SIZE_MAX / 4)
        limit = SIZE_MAX / 4;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return failed(error, -errno, "cannot read", path);
    int code = fstat(fd, &info) < 0 ? -errno : 0;
    if (code == 0 && S_ISDIR(info.st_mode))
        code = -EISDIR;
    else if (code == 0 && !S_ISREG(info.st_mode))
        code = -EINVAL;
    if (code == 0)
        code = read_all(fd, limit, (size_t)info.st_size, ret_data, ret_length);
    close(fd);
    return code ? failed(error, code, "cannot read", path) : 0;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

int file_make_folder(const char *path, struct error *error)
{
    char part[PATH_MAX];
    size_t length = strlen(path);
    struct stat info;
    int above = 0;

    if (length == 0 || length >= sizeof part)
        return failed(error, length ? -ENAMETOOLONG : -ENOENT, "cannot make the folder", path);
    memcpy(part, path, length + 1);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        /* Only the last step decides: a parent may exist and forbid looking. */
        if (mkdir(part, 0700) < 0 && errno != EEXIST && !above)
            above = -errno;
        *slash = '/';
    }
    if (mkdir(path, 0700) == 0)
        return 0;
    int code = errno == ENOENT && above ? above : -errno; /* why the one above is not there */
    if (stat(path, &info) == 0)
        code = S_ISDIR(info.st_mode) ? 0 : -ENOTDIR;
    return code ? failed(error, code, "cannot make the folder", path) : 0;
}

static int write_all(int fd, const char *data, size_t length)
{
    while (length) {
        ssize_t n = write(fd, data, length);
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            data += n;
            length -= (size_t)n;
        }
    }
    return 0;
}

/* The rename is on disk only when its folder is. A file system that cannot sync a folder says
 * EINVAL, and has then done what it can. */
static int sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int code = fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
    close(fd);
    return code;
}

static int write_beside(const char *path, const char *data, size_t length, char *ret_temporary)
{
    struct stat old;

    int n = snprintf(ret_temporary, PATH_MAX, "%s.XXXXXX", path);
    if (n < 0 || n >= PATH_MAX)
        return -ENAMETOOLONG;
    int fd = mkostemp(ret_temporary, O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int code = write_all(fd, data, length);
    if (code == 0 && stat(path, &old) == 0 && fchmod(fd, old.st_mode & 0777) < 0)
        code = -errno;
    if (code == 0 && fsync(fd) < 0)
        code = -errno;
    if (close(fd) < 0 && code == 0)
        code = -errno;
    if (code)
        unlink(ret_temporary);
    return code;
}

int file_replace(const char *path, const char *data, size_t length, struct error *error)
{
    char real[PATH_MAX], folder_of[PATH_MAX], temporary[PATH_MAX];

    /* A link (a home folder kept in git) stays a link: what it points to is replaced. */
    if (realpath(path, real))
        path = real;
    if (strlen(path) >= sizeof folder_of)
        return failed(error, -ENAMETOOLONG, "cannot save", path);
    memcpy(folder_of, path, strlen(path) + 1);
    const char *folder = dirname(folder_of);
    int code = file_make_folder(folder, error);
    if (code)
        return code;
    code = write_beside(path, data, length, temporary);
    if (code)
        return failed(error, code, "cannot save", path);
    if (rename(temporary, path) < 0) {
        code = -errno;
        unlink(temporary);
        return failed(error, code, "cannot save", path);
    }
    code = sync_folder(folder);
    return code ? failed(error, code, "cannot save", path) : 0;
}

static const char *home(void)
{
    const char *given = getenv("HOME");

    if (given && given[0] == '/')
        return given;
    const struct passwd *user = getpwuid(getuid());
    return user && user->pw_dir && user->pw_dir[0] == '/' ? user->pw_dir : NULL;
}

int file_user_folder(enum folder folder, struct str *ret_path, struct error *error)
{
    static const struct {
        const char *variable, *otherwise;
    } places[] = {
        [FOLDER_CONFIG] = {"XDG_CONFIG_HOME", "/.config"},
        [FOLDER_STATE] = {"XDG_STATE_HOME", "/.local/state"},
        [FOLDER_DATA] = {"XDG_DATA_HOME", "/.local/share"},
    };
    const char *given = getenv(places[folder].variable);

    str_clear(ret_path);
    if (given && given[0] == '/') {
        str_puts(ret_path, given);
        while (ret_path->length && ret_path->data[ret_path->length - 1] == '/')
            ret_path->data[--ret_path->length] = '\0';
    } else if (home()) {
        str_puts(ret_path, home());
        str_puts(ret_path, places[folder].otherwise);
    } else {
        return error_set(error, -ENOENT, "no home folder: set HOME or %s", places[folder].variable);
    }
    str_puts(ret_path, "/asynctut");
    return ret_path->failed ? error_set(error, -ENOMEM, "out of memory") : 0;
}
