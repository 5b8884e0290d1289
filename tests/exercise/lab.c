/* What is left of a run is looked for where it would be: files below $TMPDIR, processes by the file
 * that they execute. */
#include "tests/exercise/lab.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/test.h"

const struct kit lab_kit = {
    .supervisor = ASYNCTUT_BUILD "/engine/exercise/asynctut-supervisor",
    .include = ASYNCTUT_TOP,
    .probe = ASYNCTUT_BUILD "/engine/probe/libprobe.a",
    .attach = ASYNCTUT_BUILD "/engine/probe/libprobe_attach.a",
    .event = ASYNCTUT_BUILD "/engine/event/libevent.a",
    .task = ASYNCTUT_BUILD "/engine/task/libtask.a",
};

void lab_open(struct lab *lab)
{
    snprintf(lab->folder, sizeof lab->folder, "/tmp/asynctut-lab-XXXXXX");
    cr_assert(mkdtemp(lab->folder));
    snprintf(lab->scratch, sizeof lab->scratch, "%s/scratch", lab->folder);
    snprintf(lab->source, sizeof lab->source, "%s/program.c", lab->folder);
    cr_assert(mkdir(lab->scratch, 0700) == 0);
    setenv("TMPDIR", lab->scratch, 1);
}

void lab_close(struct lab *lab)
{
    exercise_free(&lab->exercise);
    scratch_remove(lab->folder);
}

void lab_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

void lab_check(struct lab *lab, const char *program, const char *checks,
               struct verdict *ret_verdict)
{
    struct error error = {0};
    struct checking checking = {.exercise = &lab->exercise,
                                .kit = &lab_kit,
                                .source = lab->source,
                                .unconfined = lab->unconfined};

    lab_write(lab->source, program);
    exercise_free(&lab->exercise);
    cr_assert(exercise_parse("check.json", checks, strlen(checks), &lab->exercise, &error) == 0,
              "%s", error.text);
    int code = check_source(&checking, ret_verdict, &error);
    cr_assert(code == 0, "%s", error.text);
    cr_assert(ret_verdict->kind != VERDICT_NOT_COMPILED, "%s", str_text(&ret_verdict->diagnostics));
}

int lab_files(const struct lab *lab)
{
    DIR *entries = opendir(lab->scratch);
    struct dirent *entry;
    int count = 0;

    while (entries && (entry = readdir(entries)))
        count += entry->d_name[0] != '.';
    if (entries)
        closedir(entries);
    return count;
}

int lab_processes(const struct lab *lab)
{
    DIR *entries = opendir("/proc");
    struct dirent *entry;
    int count = 0;

    while (entries && (entry = readdir(entries))) {
        char path[300], file[PATH_MAX] = "";
        snprintf(path, sizeof path, "/proc/%s/exe", entry->d_name);
        if (readlink(path, file, sizeof file - 1) > 0)
            count += !strncmp(file, lab->scratch, strlen(lab->scratch));
    }
    if (entries)
        closedir(entries);
    return count;
}
