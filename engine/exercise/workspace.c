/* Files are made with O_EXCL: between a look and a write somebody may have made the file, and
 * "never over the learner's own changes" has no exceptions. */
#include "engine/exercise/workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/file.h"

enum { FILE_LIMIT = 1 << 20, MOST_KEPT = 9999 };

int workspace_root(struct str *ret_root, struct error *error)
{
    int code = file_user_folder(FOLDER_DATA, ret_root, error);

    if (code == 0)
        str_puts(ret_root, "/workspace");
    return code;
}

int workspace_open(const char *root, const struct exercise *exercise,
                   struct workspace *ret_workspace, struct error *error)
{
    *ret_workspace = (struct workspace){0};
    str_printf(&ret_workspace->folder, "%s/%s", root, exercise->id);
    str_printf(&ret_workspace->source, "%s/%s.c", str_text(&ret_workspace->folder), exercise->id);
    if (!ret_workspace->folder.failed && !ret_workspace->source.failed)
        return 0;
    workspace_free(ret_workspace);
    return error_set(error, -ENOMEM, "out of memory");
}

void workspace_free(struct workspace *workspace)
{
    str_free(&workspace->folder);
    str_free(&workspace->source);
}

/* --- writing ---------------------------------------------------------------------------------- */

static int write_all(int fd, const char *data, size_t length)
{
    while (length) {
        ssize_t n = write(fd, data, length);
        if (n < 0 && errno != EINTR)
            return -errno;
        data += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

int workspace_make_file(const char *path, const char *data, size_t length, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    int code = fd < 0 ? -errno : write_all(fd, data, length);

    if (fd >= 0 && close(fd) != 0 && code == 0)
        code = -errno;
    if (fd >= 0 && code)
        unlink(path);
    return code && code != -EEXIST
               ? error_set(error, code, "cannot write %s: %s", path, strerror(-code))
               : code;
}

static int copy_file(const char *folder, const char *name, const char *to, struct error *error)
{
    struct str from = {0};
    char *data = NULL;
    size_t length = 0;

    str_printf(&from, "%s/%s", folder, name);
    int code = file_read(str_text(&from), FILE_LIMIT, &data, &length, error);
    if (code == 0)
        code = workspace_make_file(to, data, length, error);
    free(data);
    str_free(&from);
    return code;
}

/* --- the ready build -------------------------------------------------------------------------- */

/* A word for sh and make: in single quotes where it needs them. */
static void add_word(struct str *out, const char *word)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%";

    if (*word && strspn(word, plain) == strlen(word)) {
        str_puts(out, word);
        return;
    }
    str_putc(out, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            str_puts(out, "'\\''");
        else if (*word == '$')
            str_puts(out, "$$");
        else
            str_putc(out, *word);
    }
    str_putc(out, '\'');
}

static void write_makefile(const struct command_line *line, const char *id, struct str *out)
{
    str_printf(out,
               "# What `asynctut exercise check` compiles, for trying things by hand.\n"
               "%s: %s.c\n\t",
               id, id);
    for (int i = 0; i < line->count; i++) {
        if (i)
            str_putc(out, ' ');
        add_word(out, line->words[i]);
    }
    str_printf(out,
               "\n\ncheck:\n\tasynctut exercise check %s\n\nclean:\n\trm -f %s\n\n"
               ".PHONY: check clean\n",
               id, id);
}

static void add_json(struct str *out, const char *text)
{
    str_putc(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            str_putc(out, '\\');
        if ((unsigned char)*text < 0x20)
            str_printf(out, "\\u%04x", *text);
        else
            str_putc(out, *text);
    }
    str_putc(out, '"');
}

static void write_commands(const struct command_line *line, const char *folder, const char *id,
                           struct str *out)
{
    str_puts(out, "[\n  {\n    \"directory\": ");
    add_json(out, folder);
    str_printf(out, ",\n    \"file\": \"%s.c\",\n    \"arguments\": [", id);
    for (int i = 0; i < line->count; i++) {
        str_puts(out, i ? ", " : "");
        add_json(out, line->words[i]);
    }
    str_puts(out, "]\n  }\n]\n");
}

static int make_named(const char *folder, const char *name, const struct str *text,
                      struct error *error)
{
    struct str path = {0};

    str_printf(&path, "%s/%s", folder, name);
    int code = text->failed || path.failed
                   ? error_set(error, -ENOMEM, "out of memory")
                   : workspace_make_file(str_text(&path), str_text(text), text->length, error);
    str_free(&path);
    return code == -EEXIST ? 0 : code;
}

static int make_build(const struct workspace *workspace, const struct exercise *exercise,
                      const struct kit *kit, struct error *error)
{
    const char *folder = str_text(&workspace->folder);
    struct str source = {0}, makefile = {0}, commands = {0};
    struct command_line line;

    str_printf(&source, "%s.c", exercise->id);
    build_command(kit, "cc", str_text(&source), exercise->id, exercise->tasks, &line);
    write_makefile(&line, exercise->id, &makefile);
    write_commands(&line, folder, exercise->id, &commands);
    int code = make_named(folder, "Makefile", &makefile, error);
    if (code == 0)
        code = make_named(folder, "compile_commands.json", &commands, error);
    command_line_free(&line);
    str_free(&source);
    str_free(&makefile);
    str_free(&commands);
    return code;
}

/* --- start and reset -------------------------------------------------------------------------- */

int workspace_start(const struct workspace *workspace, const struct exercise *exercise,
                    const struct kit *kit, bool *ret_new, struct error *error)
{
    struct str problem = {0};
    int code = file_make_folder(str_text(&workspace->folder), error);

    *ret_new = false;
    if (code == 0) {
        code = copy_file(exercise->folder, "starter.c", str_text(&workspace->source), error);
        *ret_new = code == 0;
    }
    if (code == 0 || code == -EEXIST) {
        str_printf(&problem, "%s/problem.md", str_text(&workspace->folder));
        code = copy_file(exercise->folder, "problem.md", str_text(&problem), error);
    }
    if (code == 0 || code == -EEXIST)
        code = make_build(workspace, exercise, kit, error);
    str_free(&problem);
    return code;
}

/* Renames under a name that is free, by a link that fails if it is not. */
static int keep(const char *source, struct str *ret_kept, struct error *error)
{
    int code = -EEXIST;

    for (int i = 1; code == -EEXIST && i <= MOST_KEPT; i++) {
        str_clear(ret_kept);
        str_printf(ret_kept, "%s.kept-%d", source, i);
        code = link(source, str_text(ret_kept)) == 0 ? 0 : -errno;
    }
    if (code == 0 && unlink(source) != 0)
        code = -errno;
    return code ? error_set(error, code, "cannot keep %s: %s", source, strerror(-code)) : 0;
}

int workspace_reset(const struct workspace *workspace, const struct exercise *exercise,
                    const struct kit *kit, struct str *ret_kept, struct error *error)
{
    const char *source = str_text(&workspace->source);
    struct str starter = {0};
    bool is_new;
    int code = 0;

    str_printf(&starter, "%s/starter.c", exercise->folder);
    if (file_exists(source) && workspace_hash(source) != workspace_hash(str_text(&starter)))
        code = keep(source, ret_kept, error);
    if (code == 0)
        code = workspace_start(workspace, exercise, kit, &is_new, error);
    str_free(&starter);
    return code;
}

uint32_t workspace_hash(const char *path)
{
    char *data = NULL;
    size_t length = 0;
    uint32_t hash = 2166136261u; /* FNV-1a */

    if (file_read(path, FILE_LIMIT, &data, &length, NULL))
        return 0;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)data[i]) * 16777619u;
    free(data);
    return hash ? hash : 1;
}
