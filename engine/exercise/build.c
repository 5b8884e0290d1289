/* Building a program of which nothing is known: a compiler can be made to run for ever too, so it
 * runs under the supervisor. It works in the learner's own folder, so that what it says names the
 * file as the learner does. */
#include "engine/exercise/build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/exercise/supervise.h"

extern char **environ;

static const struct limits compile_limits = {.time_ms = 30000,
                                             .cpu_ms = 30000,
                                             .memory_mb = 2048,
                                             .processes = 32,
                                             .output_kb = 256,
                                             .file_mb = 256};

/* --- finding programs ------------------------------------------------------------------------- */

static bool find_on_path(const char *name, struct str *ret_path)
{
    const char *path = getenv("PATH");

    if (strchr(name, '/')) {
        str_puts(ret_path, name);
        return access(name, X_OK) == 0;
    }
    for (const char *at = path ? path : "/usr/local/bin:/usr/bin:/bin"; *at;) {
        size_t length = strcspn(at, ":");
        str_clear(ret_path);
        str_add(ret_path, at, length);
        str_printf(ret_path, "/%s", name);
        if (length && access(str_text(ret_path), X_OK) == 0)
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

static bool is_on_path(const char *name)
{
    struct str path = {0};
    bool found = find_on_path(name, &path);

    str_free(&path);
    return found;
}

/* --- the command ------------------------------------------------------------------------------ */

static void add(struct command_line *line, const char *word)
{
    line->words[line->count++] = (char *)word;
}

static const char *joined(struct command_line *line, int slot, const char *a, const char *b)
{
    str_printf(&line->memory[slot], "%s%s", a, b);
    return str_text(&line->memory[slot]);
}

void build_command(const struct kit *kit, const char *compiler, const char *source,
                   const char *program, bool tasks, struct command_line *ret_line)
{
    static const char *const before[] = {"-std=gnu11",
                                         "-Wall",
                                         "-Wextra",
                                         "-g",
                                         "-pthread",
                                         "-fsanitize=address,undefined",
                                         "-fno-sanitize-recover=undefined",
                                         "-fno-omit-frame-pointer",
                                         "-fno-optimize-sibling-calls",
                                         "-fdiagnostics-color=never"};
    struct command_line *line = ret_line;

    *line = (struct command_line){.count = 0};
    add(line, compiler);
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        add(line, before[i]);
    if (strstr(compiler, "clang"))
        add(line, "-gdwarf-aranges"); /* which gcc writes unasked; places are found by them */
    else if (is_on_path("ld.gold"))
        add(line, "-fuse-ld=gold"); /* a third of the whole time is saved by that */
    if (tasks)
        add(line, "-fstack-clash-protection"); /* large frames must not jump over a guard page */
    add(line, joined(line, 0, "-I", kit->include));
    add(line, "-o");
    add(line, program);
    add(line, source);
    add(line, "-Wl,--whole-archive");
    add(line, kit->probe);
    add(line, kit->attach);
    add(line, kit->event);
    if (tasks)
        add(line, kit->task);
    add(line, "-Wl,--no-whole-archive");
    add(line, "-luv");
    add(line, "-ldl");
    add(line, "-lm");
    add(line, NULL);
    line->count--;
}

void command_line_free(struct command_line *line)
{
    for (size_t i = 0; i < sizeof line->memory / sizeof line->memory[0]; i++)
        str_free(&line->memory[i]);
}

/* --- what a machine lacks --------------------------------------------------------------------- */

void build_find_compiler(struct str *ret_path)
{
    const char *names[] = {getenv("CC"), "cc", "gcc", "clang"};

    for (size_t i = 0; i < 4; i++) {
        str_clear(ret_path);
        if (names[i] && *names[i] && find_on_path(names[i], ret_path))
            return;
    }
    str_clear(ret_path);
}

struct package {
    const char *sign, *what, *debian, *fedora, *arch;
};

static void name_package(const struct package *package, struct str *out)
{
    str_printf(out, "This machine has no %s: ", package->what);
    if (is_on_path("apt-get"))
        str_printf(out, "sudo apt-get install %s", package->debian);
    else if (is_on_path("dnf"))
        str_printf(out, "sudo dnf install %s", package->fedora);
    else if (is_on_path("pacman"))
        str_printf(out, "sudo pacman -S %s", package->arch);
    else
        str_printf(out, "install the package %s", package->debian);
}

void build_missing(const char *diagnostics, struct str *out)
{
    static const struct package compiler = {"", "C compiler", "gcc libc6-dev", "gcc", "gcc"};
    static const struct package packages[] = {
        {"uv.h: No such file", "headers of libuv", "libuv1-dev", "libuv-devel", "libuv"},
        {"'uv.h' file not found", "headers of libuv", "libuv1-dev", "libuv-devel", "libuv"},
        {"cannot find -luv", "libuv to link with", "libuv1-dev", "libuv-devel", "libuv"},
        {"stdio.h: No such file", "headers of the C library", "libc6-dev", "glibc-devel", "glibc"},
        {"libasan", "AddressSanitizer library", "gcc", "libasan", "gcc-libs"},
        {"libubsan", "UBSanitizer library", "gcc", "libubsan", "gcc-libs"},
        {"libclang_rt", "sanitizer libraries", "libclang-rt-dev", "compiler-rt", "compiler-rt"},
    };

    if (!diagnostics)
        name_package(&compiler, out);
    for (size_t i = 0; diagnostics && i < sizeof packages / sizeof packages[0]; i++)
        if (strstr(diagnostics, packages[i].sign) &&
            (i < 4 || strstr(diagnostics, "cannot find") || strstr(diagnostics, "No such file"))) {
            name_package(&packages[i], out);
            return;
        }
}

/* --- building --------------------------------------------------------------------------------- */

static void add_without(struct str *out, const char *text, const char *const *prefixes, size_t n)
{
    while (*text) {
        size_t skip = 0;
        for (size_t i = 0; i < n && !skip; i++) {
            size_t length = strlen(prefixes[i]);
            if (length > 1 && !strncmp(text, prefixes[i], length) && text[length] == '/')
                skip = length + 1;
        }
        if (skip)
            text += skip;
        else
            str_putc(out, *text++);
    }
}

static void take_diagnostics(const struct kit *kit, const struct outcome *outcome,
                             const char *folder, const char *scratch, struct built *built)
{
    const char *prefixes[] = {scratch, folder, kit->include};
    struct str raw = {0}, shortened = {0};

    str_add(&raw, outcome->err.bytes, outcome->err.length);
    str_add(&raw, outcome->out.bytes, outcome->out.length);
    add_without(&shortened, str_text(&raw), prefixes, 3);
    str_add_shown(&built->diagnostics, str_text(&shortened), shortened.length, true);
    if (outcome->end != RUN_EXITED) {
        str_puts(&built->diagnostics, "the compiler ");
        outcome_tell(outcome, &compile_limits, &built->diagnostics);
        str_putc(&built->diagnostics, '\n');
    }
    str_free(&raw);
    str_free(&shortened);
}

/* The environment of this process, with temporary files in the scratch folder and messages in
 * English, by which a missing package is known. */
static char **compile_environment(const char *scratch, struct str *temporary)
{
    size_t count = 0, kept = 0;
    char **copy;

    while (environ[count])
        count++;
    copy = calloc(count + 3, sizeof *copy);
    for (size_t i = 0; i < count && copy; i++)
        if (strncmp(environ[i], "TMPDIR=", 7) && strncmp(environ[i], "LC_ALL=", 7))
            copy[kept++] = environ[i];
    str_printf(temporary, "TMPDIR=%s", scratch);
    if (copy) {
        copy[kept++] = temporary->data;
        copy[kept] = (char *)"LC_ALL=C.UTF-8";
    }
    return copy;
}

static int compile(const struct kit *kit, const char *compiler, const char *source,
                   const char *scratch, bool tasks, struct supervised *job, struct built *built,
                   struct error *error)
{
    const char *slash = strrchr(source, '/');
    struct str folder = {0}, program = {0}, temporary = {0};
    struct command_line line;
    struct outcome *outcome = NULL;
    char **environment = compile_environment(scratch, &temporary);

    str_add(&folder, source, slash ? (size_t)(slash - source) : 0);
    if (!slash)
        str_puts(&folder, ".");
    str_printf(&program, "%s/program", scratch);
    build_command(kit, compiler, slash ? slash + 1 : source, str_text(&program), tasks, &line);
    job->folder = str_text(&folder);
    job->words = line.words;
    job->environment = environment;
    int code =
        environment ? supervise(job, &outcome, error) : error_set(error, -ENOMEM, "out of memory");
    if (code == 0) {
        built->good = outcome->end == RUN_EXITED && outcome->detail == 0;
        built->took_ns = outcome->wall_ns;
        take_diagnostics(kit, outcome, str_text(&folder), scratch, built);
        if (outcome->end == RUN_CANCELLED)
            code = -ECANCELED;
    }
    outcome_free(outcome);
    command_line_free(&line);
    free(environment);
    str_free(&folder);
    str_free(&program);
    str_free(&temporary);
    return code;
}

int build_program(const struct kit *kit, const char *source, const char *scratch, bool tasks,
                  bool (*tick)(void *to), void *to, struct built *ret_built, struct error *error)
{
    struct supervised job = {.supervisor = kit->supervisor,
                             .limits = compile_limits,
                             .record = -1,
                             .tick = tick,
                             .to = to};
    struct str compiler = {0}, missing = {0};
    int code;

    *ret_built = (struct built){0};
    build_find_compiler(&compiler);
    if (!compiler.length) {
        build_missing(NULL, &missing);
        code = error_set(error, -ENOENT, "%s", str_text(&missing));
    } else {
        code = compile(kit, str_text(&compiler), source, scratch, tasks, &job, ret_built, error);
        if (code == 0 && !ret_built->good)
            build_missing(str_text(&ret_built->diagnostics), &missing);
        if (missing.length)
            code = error_set(error, -ENOENT, "%s", str_text(&missing));
    }
    str_free(&compiler);
    str_free(&missing);
    return code;
}

void built_free(struct built *built)
{
    str_free(&built->diagnostics);
}
