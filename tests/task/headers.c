/* Reads headers that are written as ours are: a comment explains the declarations below it, down to
 * the next comment or empty line; a declaration may have one of its own behind it, which then
 * counts more. Types between braces are skipped. */
#include "tests/task/headers.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/test.h"

struct reader {
    const char *at; /* what is left of the file */
    char line[256];
    char above[4096], beside[1024]; /* the comments that count here */
    struct public_function *functions;
    size_t n;
    const char *header;
};

static bool next_line(struct reader *reader)
{
    size_t length = strcspn(reader->at, "\n");

    if (*reader->at == '\0')
        return false;
    cr_assert_lt(length, sizeof reader->line);
    memcpy(reader->line, reader->at, length);
    reader->line[length] = '\0';
    reader->at += length + (reader->at[length] == '\n');
    return true;
}

/* The comment that begins at `at`, to its end, maybe lines later. */
static void read_comment(struct reader *reader, const char *at, char *to, size_t size)
{
    size_t used = 0;

    for (;;) {
        cr_assert_lt(used + strlen(at) + 2, size);
        used += (size_t)snprintf(to + used, size - used, " %s", at);
        if (strstr(at, "*/") || !next_line(reader))
            return;
        at = strncmp(reader->line, " * ", 3) == 0 ? reader->line + 3 : reader->line;
    }
}

static enum parking parking_in(const char *text)
{
    bool not = strstr(text, "oes not park") || strstr(text, "o not park");
    bool does = strstr(text, "arks") || strstr(text, "Park.") || strstr(text, "ancellation point");

    return not &&does ? SAYS_BOTH : not ? DOES_NOT_PARK : does ? PARKS : SAYS_NOTHING;
}

/* The identifier before the first parenthesis. */
static void add_function(struct reader *reader, const char *declaration)
{
    struct public_function *function = &reader->functions[reader->n++];
    const char *end = strchr(declaration, '('), *start = end;

    cr_assert_leq(reader->n, FUNCTIONS_MAX);
    cr_assert_not_null(end, "%s: %s", reader->header, declaration);
    while (start > declaration && (isalnum((unsigned char)start[-1]) || start[-1] == '_'))
        start--;
    snprintf(function->name, sizeof function->name, "%.*s", (int)(end - start), start);
    snprintf(function->header, sizeof function->header, "%s", reader->header);
    function->explained = reader->above[0] || reader->beside[0];
    function->parking = parking_in(reader->beside);
    if (function->parking == SAYS_NOTHING)
        function->parking = parking_in(reader->above);
}

/* From this line to the semicolon, or over the braces. */
static void read_declaration(struct reader *reader)
{
    char declaration[1024] = "";
    const char *end;

    reader->beside[0] = '\0';
    for (;;) {
        strncat(declaration, reader->line, sizeof declaration - strlen(declaration) - 1);
        if ((end = strchr(reader->line, '{')) && !strchr(end, '}')) {
            while (next_line(reader) && reader->line[0] != '}')
                continue;
            return;
        }
        if (strchr(reader->line, ';') || !next_line(reader))
            break;
    }
    if ((end = strstr(reader->line, "/*")))
        read_comment(reader, end, reader->beside, sizeof reader->beside);
    if (strchr(declaration, '('))
        add_function(reader, declaration);
}

static void read_header(struct reader *reader)
{
    while (next_line(reader)) {
        const char *line = reader->line;
        if (line[0] == '\0')
            reader->above[0] = '\0';
        else if (strncmp(line, "/*", 2) == 0)
            read_comment(reader, line, reader->above, sizeof reader->above);
        else if (isalpha((unsigned char)line[0]) && strncmp(line, "extern \"C\"", 10) != 0)
            read_declaration(reader);
    }
}

static void read_file(struct reader *reader, const char *folder, const char *name)
{
    static char text[65536];
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    reader->at = text;
    reader->header = name;
    reader->above[0] = '\0';
    read_header(reader);
}

static bool is_public(const char *name)
{
    size_t length = strlen(name);

    return strncmp(name, "task", 4) == 0 && length > 2 && strcmp(name + length - 2, ".h") == 0 &&
           strcmp(name, "task_priv.h") != 0;
}

size_t read_headers(const char *folder, struct public_function *functions)
{
    static struct reader reader;
    DIR *directory = opendir(folder);
    struct dirent *entry;

    cr_assert_not_null(directory, "%s", folder);
    reader = (struct reader){.functions = functions};
    while ((entry = readdir(directory)))
        if (is_public(entry->d_name))
            read_file(&reader, folder, entry->d_name);
    closedir(directory);
    return reader.n;
}
