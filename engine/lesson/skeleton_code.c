/* The programs of a new chapter: one demo that runs as it stands, its table, its test, and a line
 * in each list that names files of the tree. Lists are edited as text, since they are people's
 * files: among the lines of its family a new one stands where it sorts. What is there already is
 * left, so that nothing is named twice. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/base/file.h"
#include "engine/lesson/skeleton_priv.h"

enum { FILE_LIMIT = 1024 * 1024 };

/* In the texts below @NN@ stands for the number in two digits, @N@ for the number, @slug@ for the
 * slug and @name@ for the slug as a C name. */
struct piece {
    const char *path, *text;
};

static const struct piece files[] = {
    {"chapters/@NN@-@slug@/acts.h",
     "/* The acts of this chapter's demos: each is a whole small program that\n"
     " * returns 0. */\n"
     "#ifndef ASYNCTUT_ACTS_@NN@_H\n"
     "#define ASYNCTUT_ACTS_@NN@_H\n\n"
     "int @name@_timer(void);\n\n"
     "#endif\n"},
    {"chapters/@NN@-@slug@/demos.c",
     "/* The demos of chapter @NN@ and their acts. */\n"
     "#include \"chapters/demos.h\"\n"
     "#include \"chapters/@NN@-@slug@/acts.h\"\n\n"
     "#define FOLDER \"chapters/@NN@-@slug@/\"\n\n"
     "static const struct act first[] = {\n"
     "    {\"timer\", \"A timer\", @name@_timer},\n"
     "    {NULL, NULL, NULL},\n"
     "};\n\n"
     "const struct demo demos_@NN@[] = {\n"
     "    {\"first\", \"A first demo\", FOLDER \"first.c\", first},\n"
     "    {NULL, NULL, NULL, NULL},\n"
     "};\n"},
    {"chapters/@NN@-@slug@/first.c",
     "/* " SKELETON_MARK " what this demo shows, and what surprises.\n"
     " * It runs as it stands: a timer that is called once. */\n"
     "#include <uv.h>\n\n"
     "#include \"chapters/@NN@-@slug@/acts.h\"\n"
     "#include \"engine/event/stage.h\"\n\n"
     "enum { DUE_MS = 50 };\n\n"
     "/* region timer */\n"
     "static void on_timer(uv_timer_t *timer)\n"
     "{\n"
     "    stage_say(\"the timer was called\");\n"
     "    uv_close((uv_handle_t *)timer, NULL);\n"
     "}\n\n"
     "int @name@_timer(void)\n"
     "{\n"
     "    uv_loop_t loop;\n"
     "    uv_timer_t timer;\n"
     "    int r = uv_loop_init(&loop);\n"
     "    if (r < 0)\n"
     "        return r;\n"
     "    uv_timer_init(&loop, &timer);\n"
     "    uv_timer_start(&timer, on_timer, DUE_MS, 0);\n"
     "    stage_name(&timer, \"timer\");\n"
     "    uv_run(&loop, UV_RUN_DEFAULT);\n"
     "    return uv_loop_close(&loop);\n"
     "}\n"
     "/* end */\n"},
    {"tests/content/test_@NN@_@name@.c",
     "/* What chapter @NN@ says of its demos, in terms of their traces. */\n"
     "#include \"tests/content/run.h\"\n"
     "#include \"tests/support/test.h\"\n\n"
     "Test(@name@, a_timer_is_called_once_and_not_before_it_is_due)\n"
     "{\n"
     "    struct trial run = run_act(@N@, \"first\", \"timer\");\n\n"
     "    cr_assert_eq(run.status, 0);\n"
     "    cr_assert_eq(run_said(&run, \"the timer was called\"), 1);\n"
     "    cr_assert_geq(run_total(&run), 49); /* the loop's clock has whole ms */\n"
     "    run_free(&run);\n"
     "}\n"},
};

/* A line (or lines) for a list. family: how the list's lines begin, or, with `inside`, what they
 * hold before a name; from there on they are in order, and `key` is the new one's. NULL: at the end
 * of the file. last: the line before which the one belongs that sorts last; NULL: behind the
 * others. */
struct entry {
    const char *path, *family, *key, *text;
    bool inside;
    const char *last;
};

static const struct entry entries[] = {
    {"chapters/demos.h", "extern const struct demo demos_", "extern const struct demo demos_@NN@",
     "extern const struct demo demos_@NN@[];\n"},
    {"chapters/chapters.c", "demos_", "demos_@NN@", "    {@N@, \"@slug@\", demos_@NN@},\n", true},
    {"chapters/meson.build", "    '", "    '@NN@-@slug@/demos.c",
     "    '@NN@-@slug@/demos.c',\n    '@NN@-@slug@/first.c',\n"},
    {"tests/content/meson.build", "        'test_", "        'test_@NN@_@name@",
     "        'test_@NN@_@name@.c',\n"},
    {"tests/content/test_predictions.c", NULL, "of_chapter_@NN@_are_kept",
     "\nTest(predictions, of_chapter_@NN@_are_kept, .init = keep_processors_busy,\n"
     "     .fini = leave_processors_alone, .timeout = 2400)\n"
     "{\n    keep_all(@N@);\n}\n"},
    {"CODE_MAP.md", "## `chapters/", "## `chapters/@NN@-@slug@/`",
     "## `chapters/@NN@-@slug@/`\n"
     "- `first`: a timer that is called once\n"
     "- `acts`: the functions of this chapter's acts\n"
     "- `demos`: its table\n\n",
     false, "## `examples/`"},
    {"CODE_MAP.md", "- `test_0", "- `test_@NN@_@name@`",
     "- `test_@NN@_@name@`: what the chapter says of its demos\n"},
};

/* --- texts ------------------------------------------------------------------------------------ */

static void add_value(struct str *out, const char *token, size_t length, int number,
                      const char *slug)
{
    if (length == 2 && strncmp(token, "NN", 2) == 0)
        str_printf(out, "%02d", number);
    else if (length == 1)
        str_printf(out, "%d", number);
    else if (strncmp(token, "slug", length) == 0)
        str_puts(out, slug);
    else
        for (; *slug; slug++)
            str_putc(out, *slug == '-' ? '_' : *slug);
}

static void fill_in(struct str *out, const char *text, int number, const char *slug)
{
    while (*text) {
        size_t plain = strcspn(text, "@");

        str_add(out, text, plain);
        text += plain;
        if (*text != '@')
            continue;
        size_t length = strcspn(text + 1, "@");
        add_value(out, text + 1, length, number, slug);
        text += length + 2;
    }
}

static const char *line_end(const char *at)
{
    at += strcspn(at, "\n");
    return *at ? at + 1 : at;
}

/* Where in the text the new entry belongs: before the first line of its family that sorts behind
 * it, or else behind the last. NULL: the family has no line. */
static const char *place_of(const char *text, const struct entry *entry, const char *key)
{
    const char *place = NULL;

    for (const char *line = text; *line; line = line_end(line)) {
        const char *at = strstr(line, entry->family);

        if (!at || at >= line_end(line) || (at != line && !entry->inside) ||
            !isalnum((unsigned char)at[strlen(entry->family)]))
            continue;
        if (strcmp(at, key) > 0)
            return line;
        place = line_end(line);
    }
    return place && entry->last ? strstr(place, entry->last) : place;
}

static int insert(struct str *text, const struct entry *entry, const char *key, const char *added)
{
    struct str edited = {0};
    const char *whole = str_text(text);
    const char *place = entry->family ? place_of(whole, entry, key) : whole + text->length;

    if (strstr(whole, key))
        return 0;
    if (!place)
        return -EINVAL;
    str_add(&edited, whole, (size_t)(place - whole));
    str_puts(&edited, added);
    str_puts(&edited, place);
    str_free(text);
    *text = edited;
    return edited.failed ? -ENOMEM : 0;
}

/* --- files ------------------------------------------------------------------------------------ */

static void path_in(struct str *path, const char *top, const char *text, int number,
                    const char *slug)
{
    str_clear(path);
    str_printf(path, "%s%s", top, *top ? "/" : "");
    fill_in(path, text, number, slug);
}

static int edit(const char *top, const struct entry *entry, int number, const char *slug,
                struct str *report, struct error *error)
{
    struct str path = {0}, key = {0}, added = {0}, text = {0};
    char *read = NULL;
    size_t length;

    path_in(&path, top, entry->path, number, slug);
    fill_in(&key, entry->key, number, slug);
    fill_in(&added, entry->text, number, slug);
    int code = file_read(str_text(&path), FILE_LIMIT, &read, &length, error);
    if (code == 0) {
        str_add(&text, read, length);
        code = insert(&text, entry, str_text(&key), str_text(&added));
        if (code)
            error_at(error, code, str_text(&path), 0,
                     "the lines among which the chapter's belongs were not found");
    }
    if (code == 0)
        code = file_replace(str_text(&path), str_text(&text), text.length, error);
    if (code == 0)
        str_printf(report, "%s: chapter %02d added\n", str_text(&path), number);
    free(read);
    str_free(&path);
    str_free(&key);
    str_free(&added);
    str_free(&text);
    return code;
}

/* Writes a file, or if it may not be there only looks. */
static int write_piece(const char *top, const struct piece *piece, int number, const char *slug,
                       struct str *report, struct error *error)
{
    struct str path = {0}, text = {0};
    int code = 0;

    path_in(&path, top, piece->path, number, slug);
    fill_in(&text, piece->text, number, slug);
    if (file_exists(str_text(&path)))
        code = error_set(error, -EEXIST, "%s is already there", str_text(&path));
    else if (report)
        code = file_replace(str_text(&path), str_text(&text), text.length, error);
    if (code == 0 && report)
        str_printf(report, "%s: written\n", str_text(&path));
    str_free(&path);
    str_free(&text);
    return code;
}

int skeleton_code_is_free(const char *top, int number, const char *slug, struct error *error)
{
    int code = 0;

    for (size_t i = 0; i < array_length(files) && code == 0; i++)
        code = write_piece(top, &files[i], number, slug, NULL, error);
    return code;
}

int skeleton_code(const char *top, int number, const char *slug, struct str *ret_report,
                  struct error *error)
{
    int code = 0;

    for (size_t i = 0; i < array_length(files) && code == 0; i++)
        code = write_piece(top, &files[i], number, slug, ret_report, error);
    for (size_t i = 0; i < array_length(entries) && code == 0; i++)
        code = edit(top, &entries[i], number, slug, ret_report, error);
    return code;
}
