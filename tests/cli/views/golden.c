/* A difference is shown as the two texts; they are short enough to be read side by side. */
#include "tests/cli/views/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "tests/support/test.h"

void golden(const char *name, const char *text)
{
    char path[512], *expected = NULL;
    const char *mode = getenv("GOLDEN");
    struct error error = {0};
    size_t length = 0;

    snprintf(path, sizeof path, "%s/%s.txt", GOLDEN_FOLDER, name);
    if (mode && !strcmp(mode, "update")) {
        FILE *file = fopen(path, "w");

        cr_assert_not_null(file);
        fputs(text, file);
        fclose(file);
        return;
    }
    cr_assert_eq(file_read(path, 1 << 20, &expected, &length, &error), 0, "%s", error.text);
    cr_assert_str_eq(text, expected, "%s is not\n%s\nbut\n%s", name, expected, text);
    free(expected);
}
