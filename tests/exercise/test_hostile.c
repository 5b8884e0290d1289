/* Programs that mean harm, or behave as if they did. After each: a verdict that says what happened,
 * within the limit and a second; no process and no file that is left. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "cli/views/verdict.h"
#include "engine/exercise/supervise.h"
#include "tests/exercise/lab.h"
#include "tests/support/test.h"

enum { LIMIT_MS = 1000 };

#define HEAD                                                                    \
    "#include <sys/wait.h>\n#include <fcntl.h>\n#include <signal.h>\n#include " \
    "<stdio.h>\n#include <stdlib.h>\n"                                          \
    "#include <string.h>\n#include <unistd.h>\n"

#define CHECKS(milliseconds)                                                                     \
    "{ \"title\": \"t\", \"limits\": { \"time_ms\": " milliseconds ", \"cpu_ms\": " milliseconds \
    ", \"memory_mb\": 96,"                                                                       \
    "  \"processes\": 12, \"output_kb\": 64, \"file_mb\": 4 },"                                  \
    "  \"checks\": [ { \"id\": \"lines\", \"type\": \"output\", \"lines\": [\"done\"],"          \
    "                  \"say\": \"it prints done\" } ] }"
static const char checks[] = CHECKS("1000");

static struct lab lab;
static struct verdict verdict;
static char told[65536];

static int64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void open_lab(void)
{
    lab_open(&lab);
}

static void close_lab(void)
{
    verdict_free(&verdict);
    lab_close(&lab);
}

/* Who killed the supervisor is ended by the kernel, which may take a moment. */
static void assert_nothing_is_left(void)
{
    int64_t deadline = now_ms() + 1000;

    while (verdict.outcome->end == RUN_LOST && lab_processes(&lab) && now_ms() < deadline)
        poll(NULL, 0, 5);
    cr_assert(lab_processes(&lab) == 0, "%d processes are left", lab_processes(&lab));
    cr_assert(lab_files(&lab) == 0, "%d files are left", lab_files(&lab));
}

static void tell(void)
{
    static const struct exercise exercise = {.id = "program", .title = "t"};
    static const struct look look = {.width = 100, .height = 40};
    struct str out = {0};

    verdict_view(&exercise, &verdict, lab.source, &look, false, &out);
    snprintf(told, sizeof told, "%s", str_text(&out));
    str_free(&out);
}

/* Checks it; the run must be over a second after its limit. */
static void face_within(const char *program, const char *limits, int limit_ms)
{
    int64_t begin = now_ms(), took;

    lab_check(&lab, program, limits, &verdict);
    took = now_ms() - begin - verdict.compile_ns / 1000000;
    cr_assert(took < limit_ms + 1000, "it took %d ms", (int)took);
    assert_nothing_is_left();
    tell();
}

static void face(const char *program)
{
    face_within(program, checks, LIMIT_MS);
}

/* The same for a program that does not end: a shorter limit shows as much. */
static void outlast(const char *program)
{
    face_within(program, CHECKS("300"), 300);
}

static void assert_end(enum run_end end, const char *words)
{
    cr_assert(verdict.kind == VERDICT_FAILED);
    cr_assert(verdict.outcome->end == end, "ended with %u, detail %d", verdict.outcome->end,
              verdict.outcome->detail);
    cr_assert(strstr(told, words), "it is not told: %s", told);
}

Test(hostile, an_endless_loop, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    outlast("int main(void) { for (;;) continue; }");
    cr_assert(verdict.outcome->end == RUN_TOO_LONG || verdict.outcome->end == RUN_TOO_MUCH_CPU);
    cr_assert(strstr(told, "of which it computed"), "%s", told);
}

Test(hostile, endless_output, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(HEAD "int main(void) { for (;;) puts(\"done\"); }");
    assert_end(RUN_TOO_MUCH_OUTPUT, "it wrote more than 64 KiB");
}

Test(hostile, a_fork_bomb, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    for (int mode = 0; mode < 2; mode++) {
        lab.unconfined = mode;
        face(HEAD "int main(void) { for (;;) fork(); }");
        assert_end(RUN_TOO_MANY_PROCESSES, "it had more than 12 processes");
        verdict_free(&verdict);
    }
}

Test(hostile, allocating_without_end, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(HEAD "int main(void) { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }");
    assert_end(RUN_TOO_MUCH_MEMORY, "it used more than 96 MiB");
}

Test(hostile, a_huge_file, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(HEAD "static char b[1 << 20];\n"
              "int main(void) { int fd = open(\"big\", O_CREAT | O_WRONLY, 0600);"
              "    for (;;) if (write(fd, b, sizeof b) < 0) perror(\"w\"); }");
    assert_end(RUN_TOO_LARGE_FILE, "a file of more than 4 MiB");
}

Test(hostile, deaf_to_sigterm, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    outlast(HEAD "int main(void) { signal(SIGTERM, SIG_IGN); signal(SIGHUP, SIG_IGN);"
                 "    for (;;) pause(); }");
    assert_end(RUN_TOO_LONG, "it still waited");
}

Test(hostile, a_grandchild_that_holds_the_pipe, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(HEAD "int main(void) { if (fork() == 0) { setsid(); if (fork() == 0) for (;;) pause();"
              "    _exit(0); } puts(\"done\"); fflush(stdout); _exit(0); }");
    assert_end(RUN_EXITED, "left behind");
    cr_assert(verdict.outcome->left_behind >= 1);
    cr_assert(verdict.outcome->wall_ns < LIMIT_MS * 900000LL, "its end was waited for");
}

/* AddressSanitizer may take a second for its report alone, which is not what is tested. */
Test(hostile, a_stack_that_overflows, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    lab_check(&lab,
              HEAD
              "static int deep(volatile int n) { volatile char b[4096]; b[0] = (char)n;"
              "    return n < 0 ? b[0] : deep(n + 1) + b[0]; }\nint main(void) { return deep(1); }",
              CHECKS("20000"), &verdict);
    assert_nothing_is_left();
    tell();
    assert_end(RUN_EXITED, "stack-overflow");
    const char *frame = strstr(told, "in deep (program.c:");
    cr_assert(frame, "its frames are not told: %s", told);
    cr_assert(!strstr(frame + 1, "in deep (") && !strstr(told, "DEADLYSIGNAL"), "%s", told);
}

Test(hostile, closing_its_own_output, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(HEAD "int main(void) { close(1); close(2); puts(\"done\"); return 0; }");
    assert_end(RUN_EXITED, "its output ends before line 1");
}

Test(hostile, escapes_for_the_terminal, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(HEAD "int main(void) { puts(\"\\033[2J\\033]0;mine\\007\\xff\\033c\"); return 0; }");
    assert_end(RUN_EXITED, "\\x1b[2J");
    cr_assert(!strchr(told, 27) && !strchr(told, 7) && !strchr(told, '\xff'));
}

Test(hostile, reading_standard_input, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(HEAD "int main(void) { int c, n = 0; while ((c = getchar()) != EOF) n++;"
              "    puts(n ? \"read\" : \"done\"); return 0; }");
    cr_assert(verdict.kind == VERDICT_PASSED, "%s", told);
}

static void delete_source(void)
{
    char program[512];

    snprintf(program, sizeof program, HEAD "int main(void) { return unlink(\"%s\") ? 7 : 0; }",
             lab.source);
    face(program);
    cr_assert(access(lab.source, R_OK) == 0);
}

/* Either it cannot, or it is told that it did. */
Test(hostile, deleting_its_own_source, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    delete_source();
    assert_end(RUN_EXITED, verdict.outcome->detail == 7 ? "its output ends" : "was deleted");
}

Test(hostile, deleting_its_own_source_where_nothing_forbids_it, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    lab.unconfined = true;
    delete_source();
    assert_end(RUN_EXITED, "its source was deleted");
    cr_assert(verdict.outcome->detail == 0);
}

/* --- beyond the twelve ------------------------------------------------------------------------ */

#define KILLS_PARENT                                                         \
    HEAD "int main(void) { if (fork() == 0) { setsid(); for (;;) pause(); }" \
         "    kill(getppid(), SIGKILL); for (;;) pause(); }"

Test(hostile, killing_its_supervisor, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    outlast(KILLS_PARENT);
    cr_assert(verdict.kind == VERDICT_FAILED);
    cr_assert(verdict.outcome->end == RUN_TOO_LONG || verdict.outcome->end == RUN_LOST);
}

Test(hostile, killing_its_supervisor_where_nothing_forbids_it, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    lab.unconfined = true;
    face(KILLS_PARENT);
    assert_end(RUN_LOST, "its supervisor was killed");
}

Test(hostile, stopping_its_supervisor, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    lab.unconfined = true;
    outlast(HEAD "int main(void) { kill(getppid(), SIGSTOP); for (;;) pause(); }");
    assert_end(RUN_LOST, "its supervisor was killed");
}

/* In a namespace it is its parent, process 1, that is told apart from every other; elsewhere this
 * would end the test and all else of this user, so it is not tried. */
Test(hostile, killing_everybody, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(HEAD "int main(void) { if (getppid() != 1) return 3; if (fork() == 0) for (;;) pause();"
              "    kill(-1, SIGKILL); kill(1, SIGKILL); wait(NULL); puts(\"done\"); return 0; }");
    cr_assert(verdict.kind == VERDICT_PASSED || verdict.outcome->detail == 3, "%s", told);
}

/* Each process lives as long as it takes to fork the next: whoever looks for it comes too late. */
#define RUNS_AWAY                                                                         \
    HEAD "int main(void) { if (fork() == 0) { setsid(); for (;;) if (fork()) _exit(0); }" \
         "    puts(\"done\"); fflush(stdout); usleep(20000); _exit(0); }"

Test(hostile, running_away_by_forking, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(RUNS_AWAY);
    cr_assert(verdict.kind == VERDICT_FAILED && verdict.outcome->left_behind >= 1, "%s", told);
}

Test(hostile, a_grandchild_without_a_trace, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    for (int mode = 0; mode < 2; mode++) {
        lab.unconfined = mode;
        face(HEAD "int main(void) { puts(\"done\"); fflush(stdout);"
                  "    if (fork() == 0) { setsid(); if (fork() == 0) { setsid(); chdir(\"/\");"
                  "        for (int i = 0; i < 1024; i++) close(i); for (;;) pause(); } _exit(0); }"
                  "    usleep(50000); _exit(0); }");
        cr_assert(verdict.outcome->left_behind == 1, "mode %d: %u: %s", mode,
                  verdict.outcome->left_behind, told);
        assert_end(RUN_EXITED, "left behind");
        verdict_free(&verdict);
    }
}

Test(hostile, many_files, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(HEAD
         "static char b[1 << 20];\n"
         "int main(void) { for (int i = 0;; i++) { char name[20]; sprintf(name, \"%d\", i);"
         "    int fd = open(name, O_CREAT | O_WRONLY, 0); chmod(\".\", 0);"
         "    if (write(fd, b, sizeof b) < 0) perror(\"w\"); close(fd); chmod(\".\", 0700); } }");
    assert_end(RUN_TOO_MUCH_DISK, "files of more than 16 MiB");
}

Test(hostile, folders_in_folders, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(HEAD "#include <sys/stat.h>\nint main(void) { for (int i = 0; i < 400; i++)"
              "    { mkdir(\"in\", 0700); if (chdir(\"in\")) break; chmod(\".\", 0100); }"
              "    puts(\"done\"); return 0; }");
    cr_assert(verdict.kind == VERDICT_PASSED || verdict.outcome->end == RUN_TOO_MUCH_DISK, "%s",
              told);
}

/* Not even its own source, nor where the learner's progress is. */
Test(hostile, writing_outside_of_its_folder, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    char program[700], path[128];

    snprintf(path, sizeof path, "%s/progress.json", lab.folder);
    lab_write(path, "{}\n");
    snprintf(program, sizeof program,
             HEAD "int main(void) { FILE *f = fopen(\"own\", \"w\"); if (!f) return 2; fclose(f);"
                  "    if (rename(\"own\", \"other\") || unlink(\"other\")) return 4;"
                  "    if (!fopen(\"/dev/null\", \"w\")) return 5;"
                  "    if (!fopen(\"%s\", \"w\") && unlink(\"%s\")) puts(\"done\"); return 0; }",
             path, path);
    face(program);
    cr_assert(verdict.outcome->detail == 0, "it cannot write where it may: %s", told);
    /* Without Landlock it can, and says nothing. */
    cr_assert(verdict.kind == VERDICT_PASSED || access(path, R_OK) != 0, "%s", told);
}

/* What is read of a run while nobody knows what it is: pipes that never answer, links elsewhere. */
Test(hostile, reports_that_are_none, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    face(HEAD "#include <sys/stat.h>\nint main(void) { mkfifo(\"../report.1\", 0600);"
              "    symlink(\"/dev/zero\", \"../report.2\"); mkdir(\"../report.3\", 0);"
              "    puts(\"done\"); return 0; }");
    cr_assert(verdict.kind == VERDICT_PASSED, "%s", told);
}

/* Its folder becomes a link to the learner's own, for whoever cleans up. */
Test(hostile, a_link_in_the_place_of_its_folder, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    char program[500], own[128];
    struct stat status;

    snprintf(own, sizeof own, "%s/own", lab.folder);
    cr_assert(mkdir(own, 0755) == 0);
    snprintf(program, sizeof program,
             HEAD "int main(void) { rename(\"../run\", \"../other\"); symlink(\"%s\", \"../run\");"
                  "    puts(\"done\"); return 0; }",
             own);
    face(program);
    cr_assert(verdict.kind == VERDICT_PASSED, "%s", told);
    cr_assert(stat(own, &status) == 0 && (status.st_mode & 0777) == 0755);
}

Test(hostile, the_folder_of_the_source_stays_as_it_is, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    struct stat status;

    cr_assert(chmod(lab.folder, 0755) == 0);
    face(HEAD "int main(void) { puts(\"done\"); return 0; }");
    cr_assert(stat(lab.folder, &status) == 0 && (status.st_mode & 0777) == 0755);
}

/* --- the supervisor --------------------------------------------------------------------------- */

/* It looks a hundred times a second. What looks without a pause takes a processor from whoever it
 * looks after. */
Test(hostile, who_watches_hardly_computes, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    for (int mode = 0; mode < 2; mode++) {
        char *words[] = {"/bin/sleep", "0.5", NULL}, *environment[] = {NULL};
        struct supervised job = {.supervisor = lab_kit.supervisor,
                                 .folder = lab.folder,
                                 .words = words,
                                 .environment = environment,
                                 .limits = {20000, 20000, 512, 16, 64, 8},
                                 .writable = mode ? lab.folder : NULL,
                                 .record = -1};
        struct outcome *outcome = NULL;
        struct error error = {0};
        struct rusage before, after;
        getrusage(RUSAGE_CHILDREN, &before);
        cr_assert(supervise(&job, &outcome, &error) == 0, "%s", error.text);
        getrusage(RUSAGE_CHILDREN, &after);
        cr_assert(outcome->end == RUN_EXITED && outcome->wall_ns >= 500000000);
        outcome_free(outcome);
        timersub(&after.ru_utime, &before.ru_utime, &after.ru_utime);
        timersub(&after.ru_stime, &before.ru_stime, &after.ru_stime);
        timeradd(&after.ru_utime, &after.ru_stime, &after.ru_utime);
        cr_assert(after.ru_utime.tv_sec == 0 && after.ru_utime.tv_usec < 250000, "mode %d: %ld us",
                  mode, (long)after.ru_utime.tv_usec);
    }
}

/* --- its own record --------------------------------------------------------------------------- */

/* Writes bytes over all of the record, header and all, as a wild pointer might. */
Test(hostile, writing_over_its_record, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    static const char program[] =
        HEAD "int main(void) { char line[512]; FILE *maps = fopen(\"/proc/self/maps\", \"r\");"
             "    while (fgets(line, sizeof line, maps)) { unsigned long from, to;"
             "        if (!strstr(line, \"asynctut-record\")) continue;"
             "        sscanf(line, \"%lx-%lx\", &from, &to); srandom(BYTE);"
             "        for (unsigned long i = from; i < to && i < from + (4 << 20); i++)"
             "            *(volatile char *)i = BYTE ? random() : 255; }"
             "    write(1, \"done\\n\", 5); _exit(0); }";
    char text[2000];

    for (int byte = 0; byte < 4; byte++) {
        snprintf(text, sizeof text, "#define BYTE %d\n%s", byte, program);
        face(text);
        cr_assert(*told); /* what becomes of the program itself is its own affair */
        verdict_free(&verdict);
    }
}

/* By whatever descriptor of the tutor's that it can reach. */
Test(hostile, cutting_its_record, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    for (int mode = 0; mode < 2; mode++) {
        char program[900];
        lab.unconfined = mode;
        snprintf(
            program, sizeof program,
            HEAD
            "int main(void) { char path[64], name[99]; int cut = 0;"
            "    for (int fd = 0; fd < 64; fd++) { memset(name, 0, sizeof name);"
            "        sprintf(path, \"/proc/%d/fd/%%d\", fd);"
            "        if (readlink(path, name, 98) < 1 || !strstr(name, \"asynctut\")) continue;"
            "        int it = open(path, O_RDWR);"
            "        cut += it >= 0 && ftruncate(it, 0) == 0; close(it); }"
            "    puts(cut ? \"cut\" : \"done\"); return 0; }",
            (int)getpid());
        face(program);
        cr_assert(verdict.kind == VERDICT_PASSED, "%s", told);
        verdict_free(&verdict);
    }
}

/* Lengths that lead out of the outcome, written into the supervisor's own mapping. */
Test(hostile, writing_to_its_supervisor, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    lab.unconfined = true;
    face(HEAD "int main(void) { char path[64]; static char b[65536]; memset(b, 255, sizeof b);"
              "    sprintf(path, \"/proc/%d/fd/3\", (int)getppid());"
              "    int fd = open(path, O_RDWR); ftruncate(fd, 0);"
              "    if (pwrite(fd, b, sizeof b, 0) < 0 || pwrite(fd, b, 64, (1 << 20) + 40) < 0)"
              "        puts(\"it cannot\"); usleep(100000); puts(\"done\"); return 0; }");
    cr_assert(verdict.outcome->out.length <= OUTCOME_TEXT_MAX);
}

Test(hostile, stopping_itself, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    outlast(HEAD "int main(void) { raise(SIGSTOP); puts(\"done\"); }");
    assert_end(RUN_TOO_LONG, "it still waited");
}

Test(hostile, a_source_that_never_ends, .init = open_lab, .fini = close_lab, .timeout = 60)
{
    struct exercise exercise;
    struct error error = {0};
    struct checking checking = {.exercise = &exercise, .kit = &lab_kit, .source = lab.source};

    lab_write(lab.source, "#include \"program.c\"\n");
    cr_assert(exercise_parse("check.json", checks, strlen(checks), &exercise, &error) == 0);
    cr_assert(check_source(&checking, &verdict, &error) == 0);
    exercise_free(&exercise);
    tell();
    cr_assert(verdict.kind == VERDICT_NOT_COMPILED);
    cr_assert(strstr(told, "nested") && !strstr(told, lab.folder), "%s", told);
}
