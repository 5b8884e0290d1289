/* See saved.h. */
#include "cli/saved.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/speak.h"
#include "engine/trace/chrome.h"
#include "engine/trace/file.h"

static bool is_own_format(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot && !strcmp(dot, ".trace");
}

/* Only a regular file: nobody wants /dev/full removed. */
static void remove_partial(const char *path)
{
    struct stat status;

    if (lstat(path, &status) == 0 && S_ISREG(status.st_mode))
        unlink(path);
}

static int cannot_write(const char *path, int error)
{
    speak_error("Name another file with -o.", "cannot write %s: %s", path, strerror(error));
    return STATUS_FAILED;
}

int saved_check(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct stat status;
    char folder[PATH_MAX];

    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return cannot_write(path, EISDIR);
        return access(path, W_OK) ? cannot_write(path, errno) : STATUS_OK;
    }
    if (errno != ENOENT || !*path)
        return cannot_write(path, errno);
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    return access(folder, W_OK | X_OK) ? cannot_write(path, errno) : STATUS_OK;
}

int saved_write(const char *path, const struct trace *trace, struct symbols *symbols,
                const char *program)
{
    struct error error = {0};
    FILE *file = fopen(path, "we");

    if (!file)
        return cannot_write(path, errno);
    if (is_own_format(path))
        trace_file_write(trace, symbols, program, file, &error);
    else
        chrome_write(trace, symbols, program, file, &error);
    if (fclose(file) != 0)
        error_set(&error, -errno, "%s", strerror(errno));
    if (!error.code)
        return STATUS_OK;
    remove_partial(path);
    speak_error("Make room, or name another file with -o.", "cannot write %s: %s", path,
                error.text);
    return STATUS_FAILED;
}

int saved_open(const char *path, struct trace_file **ret_file, struct trace **ret_trace)
{
    struct error error = {0};

    if (trace_file_open(path, ret_file, ret_trace, &error) == 0)
        return STATUS_OK;
    speak_error("\"asynctut trace -o x.trace -- COMMAND\" writes such a file.", "%s", error.text);
    return STATUS_FAILED;
}

int saved_load_other(void *to, const char *path, struct diff_side *ret_side, struct error *error)
{
    struct saved_other *other = to, loaded;
    int r = trace_file_open(path, &loaded.file, &loaded.trace, error);

    if (r)
        return r;
    saved_other_free(other);
    *other = loaded;
    *ret_side = (struct diff_side){loaded.trace, trace_file_symbols(loaded.file)};
    return 0;
}

void saved_other_free(struct saved_other *other)
{
    trace_close(other->trace);
    trace_file_close(other->file);
    *other = (struct saved_other){0};
}
