/* From a C file to a program: the machine's compiler, the sanitizers, and the probe linked in. */
#ifndef ASYNCTUT_BUILD_H
#define ASYNCTUT_BUILD_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/str.h"

/* Where everything lies that a learner's program is made of; paths are borrowed. */
struct kit {
    const char *supervisor;                    /* the program of that name */
    const char *include;                       /* the folder that has engine/task/task.h */
    const char *probe, *attach, *event, *task; /* archives */
};

/* The words of the compile command, NULL-terminated, for compile_commands.json and to run. `source`
 * is a name in the folder where it is compiled. */
struct command_line {
    char *words[64];
    int count;
    struct str memory[8];
};
void build_command(const struct kit *kit, const char *compiler, const char *source,
                   const char *program, bool tasks, struct command_line *ret_line);
void command_line_free(struct command_line *line);

/* The compiler: $CC, cc, gcc or clang, on the PATH. Empty if there is none. */
void build_find_compiler(struct str *ret_path);

/* One line that says which package a machine lacks, for its distribution; "" if `diagnostics` (of
 * the compiler; NULL: there is no compiler) are about the program itself. */
void build_missing(const char *diagnostics, struct str *out);

/* A fresh folder that nobody else reads, and its end with all that is in it. */
int scratch_make(struct str *ret_path, struct error *error);
void scratch_remove(const char *path);

struct built {
    bool good;
    struct str diagnostics; /* as the compiler wrote them, paths shortened, shown-safe; also of a
                               good build: its warnings */
    long long took_ns;
};

/* Compiles `source` (a path) into SCRATCH/program, under the supervisor's limits. An error is about
 * this machine; a program that does not compile is no error. tick: see supervise.h. */
int build_program(const struct kit *kit, const char *source, const char *scratch, bool tasks,
                  bool (*tick)(void *to), void *to, struct built *ret_built, struct error *error);
void built_free(struct built *built);

#endif
