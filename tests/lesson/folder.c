/* See folder.h. */
#include "tests/lesson/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "tests/support/test.h"

static char folder[] = "/tmp/asynctut-lesson-XXXXXX";

void folder_set_up(void)
{
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
}

void folder_clean_up(void)
{
    char command[100];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
}

const char *folder_path(void)
{
    return folder;
}

void folder_write(const char *name, const char *text)
{
    char path[300];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq(file_replace(path, text, strlen(text), NULL), 0);
}

const char *folder_relative(const char *text)
{
    static char relative[1000];
    size_t n = 0;

    while (*text && n < sizeof relative - 1) {
        if (strncmp(text, folder, strlen(folder)) == 0)
            text += strlen(folder) + (text[strlen(folder)] == '/');
        else
            relative[n++] = *text++;
    }
    relative[n] = '\0';
    return relative;
}
