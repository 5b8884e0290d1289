/* The learner's own changes survive whatever is done to their folder. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/exercise/workspace.h"
#include "tests/exercise/lab.h"
#include "tests/support/test.h"

static struct lab lab;
static struct exercise exercise = {.id = "tidy"};
static struct workspace workspace;
static char folder[96];

static void in_folder(const char *name, const char *text)
{
    char path[200];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    lab_write(path, text);
}

static void begin(void)
{
    struct error error = {0};

    lab_open(&lab);
    snprintf(folder, sizeof folder, "%s/tidy", lab.folder);
    cr_assert(mkdir(folder, 0700) == 0);
    in_folder("starter.c", "int main(void) { return 1; }\n");
    in_folder("solution.c", "int main(void) { return 0; }\n");
    in_folder("problem.md", "# Tidy\n");
    exercise.folder = folder;
    cr_assert(workspace_open(lab.scratch, &exercise, &workspace, &error) == 0);
}

static void end(void)
{
    workspace_free(&workspace);
    lab_close(&lab);
}

static bool start(void)
{
    struct error error = {0};
    bool is_new;
    int code = workspace_start(&workspace, &exercise, &lab_kit, &is_new, &error);

    cr_assert(code == 0, "%s", error.text);
    return is_new;
}

static void assert_holds(const char *path, const char *text)
{
    char *data = NULL;
    size_t length;

    cr_assert(file_read(path, 100000, &data, &length, NULL) == 0, "%s", path);
    cr_assert(strstr(data, text), "%s: %s", path, data);
    free(data);
}

Test(workspace, a_start_makes_the_program_and_a_ready_build, .init = begin, .fini = end)
{
    char path[200];

    cr_assert(start());
    assert_holds(str_text(&workspace.source), "return 1");
    snprintf(path, sizeof path, "%s/Makefile", str_text(&workspace.folder));
    assert_holds(path, "-fsanitize=address,undefined");
    snprintf(path, sizeof path, "%s/compile_commands.json", str_text(&workspace.folder));
    assert_holds(path, "\"file\": \"tidy.c\"");
}

Test(workspace, a_second_start_leaves_what_the_learner_changed, .init = begin, .fini = end)
{
    char path[200];

    start();
    lab_write(str_text(&workspace.source), "mine\n");
    snprintf(path, sizeof path, "%s/Makefile", str_text(&workspace.folder));
    lab_write(path, "mine too\n");
    cr_assert(!start());
    assert_holds(str_text(&workspace.source), "mine");
    assert_holds(path, "mine too");
}

Test(workspace, each_reset_keeps_what_was_there, .init = begin, .fini = end)
{
    struct error error = {0};
    struct str kept = {0};

    start();
    for (int i = 1; i <= 2; i++) {
        lab_write(str_text(&workspace.source), i == 1 ? "first\n" : "second\n");
        str_clear(&kept);
        cr_assert(workspace_reset(&workspace, &exercise, &lab_kit, &kept, &error) == 0);
        assert_holds(str_text(&kept), i == 1 ? "first" : "second");
        assert_holds(str_text(&workspace.source), "return 1");
    }
    str_clear(&kept);
    cr_assert(workspace_reset(&workspace, &exercise, &lab_kit, &kept, &error) == 0);
    cr_assert(kept.length == 0, "the starter itself was kept: %s", str_text(&kept));
    str_free(&kept);
}

/* The course was updated meanwhile. */
Test(workspace, a_new_starter_is_not_put_over_what_is_there, .init = begin, .fini = end)
{
    char path[200];
    struct error error = {0};
    struct str kept = {0};

    start();
    lab_write(str_text(&workspace.source), "mine\n");
    snprintf(path, sizeof path, "%s/starter.c", folder);
    lab_write(path, "int main(void) { return 2; }\n");
    cr_assert(!start());
    assert_holds(str_text(&workspace.source), "mine");
    cr_assert(workspace_reset(&workspace, &exercise, &lab_kit, &kept, &error) == 0);
    assert_holds(str_text(&workspace.source), "return 2");
    assert_holds(str_text(&kept), "mine");
    str_free(&kept);
}

Test(workspace, what_is_put_back_is_never_put_over_something, .init = begin, .fini = end)
{
    struct error error = {0};

    start();
    lab_write(str_text(&workspace.source), "saved again\n");
    cr_assert_eq(workspace_make_file(str_text(&workspace.source), "old\n", 4, &error), -EEXIST);
    assert_holds(str_text(&workspace.source), "saved again");
    cr_assert(remove(str_text(&workspace.source)) == 0);
    cr_assert_eq(workspace_make_file(str_text(&workspace.source), "old\n", 4, &error), 0);
    assert_holds(str_text(&workspace.source), "old");
}

Test(workspace, a_difference_is_told_line_by_line, .init = begin, .fini = end)
{
    char path[200];
    struct error error = {0};
    struct str out = {0};

    start();
    lab_write(str_text(&workspace.source), "a\nb\033\nc\nd\ne\nf\ng\nh\nx\n");
    snprintf(path, sizeof path, "%s/solution.c", folder);
    lab_write(path, "a\nB\nc\nd\ne\nf\ng\nh\n");
    cr_assert(workspace_diff(str_text(&workspace.source), path, &out, &error) == 0);
    cr_assert_str_eq(str_text(&out), "  a\n- b\\x1b\n+ B\n  c\n  d\n  e\n  f\n  g\n  h\n- x\n");
    str_free(&out);
}
