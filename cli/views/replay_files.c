/* Files of source, read once and cut into lines; the last few are kept. */
#include <stdlib.h>
#include <string.h>

#include "cli/views/replay_priv.h"

static void ignore_piece(enum style style, const char *bytes, size_t length, void *to)
{
    (void)style, (void)bytes, (void)length, (void)to;
}

static int count_lines(const char *text)
{
    int count = 0;

    for (; *text; count++) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return count;
}

/* Cuts the text into lines, and notes what each begins in. */
static bool cut(struct replay_file *file)
{
    struct highlight highlight = {0};
    const char *line = file->text;
    int count = count_lines(line);

    file->lines = calloc((size_t)count + 1, sizeof *file->lines);
    file->open = calloc((size_t)count, sizeof *file->open);
    if (!file->lines || !file->open)
        return false;
    for (file->line_count = 0; file->line_count < count; file->line_count++) {
        size_t length = strcspn(line, "\n");
        file->lines[file->line_count] = line;
        file->open[file->line_count] = highlight;
        highlight_line(&highlight, line, length, ignore_piece, NULL);
        line += length + (line[length] == '\n');
    }
    return true;
}

static void free_file(struct replay_file *file)
{
    free(file->path);
    free(file->text);
    free(file->lines);
    free(file->open);
    *file = (struct replay_file){0};
}

static struct replay_file *open_file(struct replay *replay, const char *path)
{
    struct replay_sources *sources = &replay->sources;
    struct replay_file *file = &sources->files[sources->next];

    sources->next = (sources->next + 1) % REPLAY_FILES;
    if (sources->count < REPLAY_FILES)
        sources->count++;
    free_file(file);
    file->path = strdup(path);
    if (replay->options.load && replay->options.load(replay->options.to, path, &file->text) < 0)
        file->text = NULL;
    if (file->text && !cut(file)) {
        free(file->text);
        file->text = NULL;
    }
    return file;
}

const struct replay_file *replay_source(struct replay *replay, const char *path)
{
    struct replay_sources *sources = &replay->sources;

    for (int i = 0; i < sources->count; i++)
        if (sources->files[i].path && strcmp(sources->files[i].path, path) == 0)
            return sources->files[i].text ? &sources->files[i] : NULL;
    struct replay_file *file = open_file(replay, path);
    return file->text ? file : NULL;
}

void replay_sources_free(struct replay_sources *sources)
{
    for (int i = 0; i < sources->count; i++)
        free_file(&sources->files[i]);
}
