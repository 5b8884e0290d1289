/* Characters that may stand in no file of a course, exercises included: what terminals draw
 * differently, and what they obey. */
#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/array.h"
#include "engine/base/file.h"
#include "engine/base/str.h"
#include "engine/base/utf8.h"
#include "engine/lesson/check_priv.h"

enum {
    DEEPEST = 4,
    FILE_LIMIT = 4 * 1024 * 1024,
    MOST_FINDINGS = 10 /* in one file */
};

static bool is_forbidden(uint32_t code)
{
    bool flag = code >= 0x1f1e6 && code <= 0x1f1ff;

    return flag || (code != '\n' && code != '\t' && !utf8_is_shown(code));
}

/* The character of a JSON escape "\uXXXX" at `at`; 0 if there is none. */
static uint32_t escaped(const char *at, const char *end)
{
    char digits[5] = "";

    if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
        return 0;
    memcpy(digits, at + 2, 4);
    return digits[strspn(digits, "0123456789abcdefABCDEF")] ? 0
                                                            : (uint32_t)strtoul(digits, NULL, 16);
}

static void check_bytes(struct check *check, const char *path, const char *text, size_t length,
                        bool json)
{
    const char *end = text + length;
    int line = 1, found = 0;

    for (const char *at = text; at < end && found < MOST_FINDINGS;) {
        uint32_t code = 0;
        size_t size = utf8_decode(at, (size_t)(end - at), &code);
        if (size == 0)
            return; /* loading the file says so */
        uint32_t escape = json ? escaped(at, end) : 0;
        if (is_forbidden(code) ||
            (escape && !(escape >= 0xd800 && escape <= 0xdfff) && is_forbidden(escape))) {
            check_error(check, path, line, "the character U+%04X may not be used",
                        (unsigned)(is_forbidden(code) ? code : escape));
            found++;
        }
        line += code == '\n';
        at += size;
    }
}

/* A file that cannot be read is reported by whoever loads it. */
static void check_file(struct check *check, const char *path)
{
    const char *dot = strrchr(path, '.');
    char *text;
    size_t length;

    if (file_read(path, FILE_LIMIT, &text, &length, NULL) < 0)
        return;
    check_bytes(check, path, text, length, dot && strcmp(dot, ".json") == 0);
    free(text);
}

static bool is_looked_at(const char *name)
{
    static const char *const endings[] = {".md", ".json", ".c", ".h"};
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot && i < array_length(endings); i++)
        if (strcmp(dot, endings[i]) == 0)
            return true;
    return false;
}

/* What begins with a dot is not the course's: "." and "..", an editor's or a version system's. */
static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void check_below(struct check *check, const char *folder, int depth)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, is_visible, alphasort);

    for (int i = 0; i < n; i++) {
        struct str path = {0};
        struct stat info;
        str_printf(&path, "%s/%s", folder, entries[i]->d_name);
        check->failed |= path.failed;
        bool there = lstat(str_text(&path), &info) == 0;
        if (there && S_ISDIR(info.st_mode) && depth < DEEPEST)
            check_below(check, str_text(&path), depth + 1);
        else if (there && S_ISREG(info.st_mode) && is_looked_at(entries[i]->d_name))
            check_file(check, str_text(&path));
        str_free(&path);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

void check_characters(struct check *check, const char *folder)
{
    check_below(check, folder, 0);
}
