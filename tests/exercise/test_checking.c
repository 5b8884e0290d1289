/* Checks as a whole: what passes and what does not, seeds, and what a machine lacks. */
#include <stdio.h>
#include <string.h>

#include "cli/views/verdict.h"
#include "tests/exercise/lab.h"
#include "tests/support/test.h"

#define CHECKS(checks) "{ \"title\": \"t\", \"checks\": [" checks "] }"
#define PRINTS(id, order, lines)                                                            \
    "{ \"id\": \"" id "\", \"type\": \"output\", \"say\": \"s\", \"order\": \"" order "\"," \
    "  \"lines\": " lines "}"
#define WITHIN(id, number, tolerance)                             \
    "{ \"id\": \"" id "\", \"type\": \"output\", \"say\": \"s\"," \
    "  \"lines\": [\"b " number "\", \"x\", \"a\"], \"tolerance\": " tolerance " }"

static struct lab lab;
static struct verdict verdict;

static void open_lab(void)
{
    lab_open(&lab);
}

static void close_lab(void)
{
    verdict_free(&verdict);
    lab_close(&lab);
}

static const struct finding *named(const char *id)
{
    for (size_t i = 0; i < verdict.finding_count; i++)
        if (!strcmp(verdict.findings[i].id, id))
            return &verdict.findings[i];
    cr_assert(false, "there is no finding %s", id);
    return NULL;
}

#define PUTS3 "#include <stdio.h>\nint main(void) { puts(\"b 2.4\"); puts(\"x\"); puts(\"a\"); }"

/* One run, judged by all checks; those whose ids begin with "not" must fail. */
Test(checking, lines_are_exact_or_in_any_order_or_among_others, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    lab_check(
        &lab, PUTS3,
        CHECKS(PRINTS("exact", "exact", "[\"b 2.4\", \"x\", \"a\"]") "," PRINTS("not-fewer", "exact", "[\"b 2.4\", \"x\"]") "," PRINTS("not-others", "exact", "[\"b 2.5\", \"x\", \"a\"]") "," PRINTS(
            "any", "any",
            "[\"a\", \"b 2.4\", \"x\"]") "," PRINTS("not-any-fewer", "any",
                                                    "[\"a\", \"b 2.4\"]") "," PRINTS("among",
                                                                                     "among",
                                                                                     "[\"b 2.4\", "
                                                                                     "\"a\"]") "," PRINTS("not-among",
                                                                                                          "among",
                                                                                                          "[\"a\", \"x\"]") "," WITHIN("tolerance",
                                                                                                                                       "2.5",
                                                                                                                                       "0.2") "," WITHIN("not-beyond",
                                                                                                                                                         "2.7",
                                                                                                                                                         "0.2")),
        &verdict);
    cr_assert_eq(verdict.finding_count, 2 + 9);
    for (size_t i = 2; i < verdict.finding_count; i++)
        cr_assert(verdict.findings[i].passed == (strncmp(verdict.findings[i].id, "not", 3) != 0),
                  "%s: %s", verdict.findings[i].id, verdict.findings[i].got);
}

/* --- the trace -------------------------------------------------------------------------------- */

#define UV "#include <uv.h>\n#include <time.h>\n"
#define RUN " uv_run(uv_default_loop(), UV_RUN_DEFAULT); return uv_loop_close(uv_default_loop()); }"

Test(checking, a_blocked_loop_is_a_warning_with_its_line, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    lab_check(&lab,
              UV "static uv_timer_t t;\n"
                 "static void fire(uv_timer_t *h)\n"
                 "{ uv_sleep(150); uv_close((uv_handle_t *)h, 0); }\n"
                 "int main(void) { uv_timer_init(uv_default_loop(), &t);"
                 " uv_timer_start(&t, fire, 1, 0);" RUN,
              CHECKS("{ \"id\": \"calm\", \"type\": \"warnings\", \"none\": [\"blocked-loop\"],"
                     "  \"say\": \"s\" },"
                     "{ \"id\": \"short\", \"type\": \"longest\", \"most\": 100, \"say\": \"s\" },"
                     "{ \"id\": \"closed\", \"type\": \"closed\", \"say\": \"s\" }"),
              &verdict);
    cr_assert(!named("calm")->passed && named("calm")->got[0]);
    cr_assert(!named("short")->passed, "%s", named("short")->got);
    cr_assert(named("closed")->passed, "%s", named("closed")->got);
    cr_assert_str_eq(verdict.places[named("short") - verdict.findings], "program.c:5");
}

Test(checking, what_keeps_a_loop_alive_is_told_with_its_line, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    lab_check(
        &lab,
        UV "static uv_signal_t s;\nstatic void hup(uv_signal_t *h, int n) { (void)h, (void)n; }\n"
           "int main(void)\n{\n    uv_signal_init(uv_default_loop(), &s);\n"
           "    uv_signal_start(&s, hup, 1);" RUN,
        "{ \"title\": \"t\", \"limits\": { \"time_ms\": 700 },"
        "  \"checks\": [ { \"id\": \"c\", \"type\": \"closed\", \"say\": \"s\" } ] }",
        &verdict);
    cr_assert(verdict.outcome->end == RUN_TOO_LONG && verdict.alive_count == 1);
    cr_assert_str_eq(verdict.alive[0].name, "signal 1");
    cr_assert_str_eq(verdict.alive_places[0][0], "program.c:7");
}

Test(checking, a_leak_is_found_where_it_is_asked_for, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    static const char program[] = "#include <stdlib.h>\nvoid *volatile lost;\n"
                                  "int main(void) { lost = malloc(100); lost = NULL; return 0; }";
    static const char status[] =
        "\"checks\": [ { \"id\": \"s\", \"type\": \"exit\", \"status\": 0, \"say\": \"s\" } ] }";
    char checks[200];

    for (int asked = 0; asked < 2; asked++) {
        snprintf(checks, sizeof checks, "{ \"title\": \"t\", %s %s",
                 asked ? "\"leaks\": true," : "", status);
        lab_check(&lab, program, checks, &verdict);
        cr_assert(named("clean")->passed == !asked, "%d: %s", asked, named("clean")->got);
        cr_assert(!asked || strstr(named("clean")->got, "never freed"), "%s", named("clean")->got);
        verdict_free(&verdict);
    }
}

/* --- time ------------------------------------------------------------------------------------- */

#define COMPUTES_20_MS                                                                      \
    "#include <pthread.h>\n#include <stdio.h>\n#include <time.h>\n#include <unistd.h>\n"    \
    "static long us(void) { struct timespec t; clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);" \
    "  return t.tv_sec * 1000000 + t.tv_nsec / 1000; }"                                     \
    "static void compute(void) { long begin = us(); while (us() - begin < 20000) continue; }"

static const char computed[] =
    CHECKS("{ \"id\": \"least\", \"type\": \"processor\", \"least\": 40, \"say\": \"s\" },"
           "{ \"id\": \"most\", \"type\": \"processor\", \"most\": 39, \"say\": \"s\" },"
           "{ \"id\": \"slept\", \"type\": \"duration\", \"least\": 300, \"say\": \"s\" }");

Test(checking, how_long_a_program_computed_is_not_how_long_it_took, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    lab_check(&lab,
              COMPUTES_20_MS
              "static void *other(void *arg) { compute(); return arg; }"
              "int main(void) { pthread_t t; pthread_create(&t, NULL, other, NULL); compute();"
              "  pthread_join(t, NULL); usleep(300000); return 0; }",
              computed, &verdict);
    cr_assert(named("least")->passed && named("slept")->passed, "%s", named("least")->got);
    cr_assert(!named("most")->passed, "%s", named("most")->got);
    cr_assert(strstr(named("most")->got, "it computed for 4"), "%s", named("most")->got);
}

Test(checking, how_long_a_program_computed_that_left_at_once_is_known, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    lab_check(&lab, COMPUTES_20_MS "int main(void) { compute(); compute(); _exit(0); }", computed,
              &verdict);
    cr_assert(named("least")->passed && !named("most")->passed, "%s", named("least")->got);
}

Test(checking, how_long_a_program_computed_that_left_by_the_window_is_not_known, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    lab_check(&lab,
              COMPUTES_20_MS "\n#include <sys/syscall.h>\n"
                             "int main(void) { compute(); syscall(SYS_exit_group, 0); }",
              computed, &verdict);
    cr_assert(!named("least")->passed && !named("most")->passed);
    cr_assert(strstr(named("least")->got, "is not known"), "%s", named("least")->got);
}

/* --- queues ----------------------------------------------------------------------------------- */

/* Sixteen blocks of 1 KiB into a pipe that somebody else reads: all at once, or each when the one
 * before is written. */
#define WRITER(first, next)                                                                        \
    UV "#include <sys/socket.h>\nstatic char b[1024]; static uv_pipe_t p, q; static int n;\n"      \
       "static uv_write_t w[16]; static void done(uv_write_t *r, int status);\n"                   \
       "static void give(void) { uv_buf_t u = uv_buf_init(b, sizeof b);"                           \
       "  uv_write(&w[n++], (uv_stream_t *)&p, &u, 1, done); }\n"                                  \
       "static void done(uv_write_t *r, int status) { (void)r; (void)status;" next                 \
       "  if (r == &w[15]) { uv_close((uv_handle_t *)&p, 0); } }\n"                                \
       "static void room(uv_handle_t *h, size_t s, uv_buf_t *u)"                                   \
       "{ static char in[4096]; (void)h; (void)s; *u = uv_buf_init(in, sizeof in); }\n"            \
       "static void got(uv_stream_t *h, ssize_t k, const uv_buf_t *u)"                             \
       "{ (void)u; if (k < 0) uv_close((uv_handle_t *)h, 0); }\n"                                  \
       "int main(void) { int s[2]; uv_loop_t *l = uv_default_loop();"                              \
       "  socketpair(AF_UNIX, SOCK_STREAM, 0, s); uv_pipe_init(l, &p, 0); uv_pipe_open(&p, s[0]);" \
       "  uv_pipe_init(l, &q, 0); uv_pipe_open(&q, s[1]);"                                         \
       "  uv_read_start((uv_stream_t *)&q, room, got);" first RUN

static const char bounded_queue[] = CHECKS(
    "{ \"id\": \"queue\", \"type\": \"queue\", \"least\": 1, \"most\": 2048, \"say\": \"s\" }");

Test(checking, a_writer_that_waits_keeps_its_queue_within_bounds, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    lab_check(&lab, WRITER("give();", "if (n < 16) give();"), bounded_queue, &verdict);
    cr_assert(named("queue")->passed, "%s", named("queue")->got);
    cr_assert(verdict.kind == VERDICT_PASSED);
    cr_assert_str_eq(named("queue")->got, "as many as 1024 bytes were pending on pipe 1");
}

Test(checking, a_writer_that_does_not_wait_is_told_how_much_it_queued, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    lab_check(&lab, WRITER("while (n < 16) give();", ""), bounded_queue, &verdict);
    cr_assert(verdict.kind == VERDICT_FAILED);
    cr_assert_str_eq(named("queue")->got, "as many as 16384 bytes were pending on pipe 1");
    cr_assert_str_eq(verdict.places[named("queue") - verdict.findings], "program.c:6");
}

/* Nobody reads what it writes: it ends with all of that pending. */
static const char deaf[] =
    "#include <stdlib.h>\n#include <sys/socket.h>\n#include <uv.h>\n"
    "#include \"engine/task/task.h\"\n#include \"engine/task/task_stream.h\"\n"
    "static char b[1 << 20]; static int s[2];\n"
    "static int leave(void *to) { (void)to; task_sleep(20); exit(0); }"
    "static int write_all(void *to) { struct task_stream *out; (void)to; task_spawn(leave, NULL);"
    "  task_pipe_open(s[0], &out); return task_write(out, b, sizeof b); }"
    "int main(void) { socketpair(AF_UNIX, SOCK_STREAM, 0, s);"
    "  return task_run(uv_default_loop(), write_all, NULL); }";

Test(checking, a_write_by_a_task_is_in_the_queue_too, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    lab_check(&lab, deaf,
              "{ \"title\": \"t\", \"tasks\": true,"
              "  \"checks\": [ { \"id\": \"queue\", \"type\": \"queue\", \"most\": 65536,"
              "                  \"say\": \"s\" } ] }",
              &verdict);
    cr_assert(!named("queue")->passed && strstr(named("queue")->got, "bytes were pending"), "%s",
              named("queue")->got);
}

/* Takes one lock twice and another once, and a semaphore that is free. */
static const char takes[] =
    "#include <uv.h>\n#include \"engine/task/task_sync.h\"\n"
    "static int take(void *to) {\n"
    "  struct task_lock a = {0}, b = {0}; struct task_semaphore s = {.free = 1}; (void)to;\n"
    "  task_semaphore_acquire(&s);\n"
    "  for (int i = 0; i < 2; i++) {\n"
    "    task_lock_acquire(&a); task_lock_release(&a); }\n"
    "  return task_lock_acquire(&b); }"
    "int main(void) { return task_run(uv_default_loop(), take, NULL); }";

Test(checking, calls_of_tasks_are_counted_by_what_they_are_done_to, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    lab_check(&lab, takes,
              "{ \"title\": \"t\", \"tasks\": true, \"checks\": ["
              "  { \"id\": \"locks\", \"type\": \"count\", \"say\": \"s\", \"least\": 3,"
              "    \"most\": 3, \"of\": { \"operation\": \"acquire\", \"entity\": \"lock\" } },"
              "  { \"id\": \"all\", \"type\": \"count\", \"say\": \"s\", \"least\": 4,"
              "    \"most\": 4, \"of\": { \"operation\": \"acquire\" } },"
              "  { \"id\": \"first\", \"type\": \"order\", \"say\": \"s\", \"steps\": ["
              "    { \"operation\": \"acquire\" }, { \"operation\": \"release\" } ] },"
              "  { \"id\": \"one\", \"type\": \"count\", \"say\": \"s\", \"most\": 1,"
              "    \"of\": { \"operation\": \"release\" } } ] }",
              &verdict);
    cr_assert(named("locks")->passed, "%s", named("locks")->got);
    cr_assert(named("all")->passed, "%s", named("all")->got);
    cr_assert(named("first")->passed, "%s", named("first")->got);
    cr_assert(!named("one")->passed);
    cr_assert_str_eq(named("one")->got, "that happened 2 times (\"release\" in its trace)");
    cr_assert_str_eq(verdict.places[named("one") - verdict.findings], "program.c:7");
}

/* --- gaps in the record ----------------------------------------------------------------------- */

/* Turns its loop 30,000 times, which is some 200,000 events; then it prints. */
#define TURNS(status)                                                                          \
    UV "#include <stdio.h>\nstatic int n;\n"                                                   \
       "static void turn(uv_idle_t *h) { if (++n == 30000) uv_close((uv_handle_t *)h, 0); }\n" \
       "int main(void) { static uv_idle_t i; uv_idle_init(uv_default_loop(), &i);"             \
       "  uv_idle_start(&i, turn); uv_run(uv_default_loop(), UV_RUN_DEFAULT);"                 \
       "  puts(\"done\"); return " status "; }"

static void check_gap(const char *program, const char *checks, size_t record_bytes)
{
    struct error error = {0};
    struct checking checking = {.exercise = &lab.exercise,
                                .kit = &lab_kit,
                                .source = lab.source,
                                .first_seed = 1,
                                .seeds = 2,
                                .record_bytes = record_bytes};

    lab_write(lab.source, program);
    cr_assert(exercise_parse("c.json", checks, strlen(checks), &lab.exercise, &error) == 0, "%s",
              error.text);
    cr_assert(check_source(&checking, &verdict, &error) == 0, "%s", error.text);
}

/* What few callbacks in a full record would mean: a pass of "at most", a failure of "at least". */
static const char turns[] =
    CHECKS("{ \"id\": \"few\", \"type\": \"count\", \"of\": { \"callback\": \"idle\" },"
           "  \"most\": 29000, \"say\": \"few turns\" },"
           "{ \"id\": \"many\", \"type\": \"count\", \"of\": { \"callback\": \"idle\" },"
           "  \"least\": 29000, \"say\": \"many turns\" },"
           "{ \"id\": \"status\", \"type\": \"exit\", \"status\": 0, \"say\": \"s\" }");

Test(checking, what_a_full_record_cannot_show_neither_passes_nor_fails, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    check_gap(TURNS("0"), turns, 1 << 20);
    cr_assert(verdict.kind == VERDICT_UNKNOWN && verdict.failed == 0 && verdict.unknown == 1);
    cr_assert(named("few")->unknown && named("many")->unknown && named("status")->passed);
    cr_assert(strstr(named("few")->got, "did not fit into the record"), "%s", named("few")->got);
    static const struct look look = {.width = 80, .height = 24};
    struct str out = {0};
    verdict_view(&lab.exercise, &verdict, lab.source, &look, false, &out);
    cr_assert(strstr(str_text(&out), "Not judged.") && !strstr(str_text(&out), "Passed") &&
                  strstr(str_text(&out), "not judged  many turns"),
              "%s", str_text(&out));
    str_free(&out);
}

Test(checking, what_else_is_wrong_is_still_found, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    check_gap(TURNS("3"), turns, 1 << 20);
    cr_assert(verdict.kind == VERDICT_FAILED && verdict_first(&verdict) == named("status"));
}

Test(checking, a_record_that_is_large_enough_is_judged, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    check_gap(TURNS("0"), turns, 0);
    cr_assert(verdict.kind == VERDICT_FAILED);
    cr_assert(!named("few")->passed && named("many")->passed, "%s", named("few")->got);
}

/* --- seeds ------------------------------------------------------------------------------------ */

/* Believes that what was written at once is read at once: true until a read is split. */
static const char one_read[] =
    "#include <stdio.h>\n#include <sys/socket.h>\n#include <unistd.h>\n#include <uv.h>\n"
    "static uv_pipe_t p; static char b[64];\n"
    "static void room(uv_handle_t *h, size_t n, uv_buf_t *u)"
    "{ (void)h, (void)n; *u = uv_buf_init(b, sizeof b); }\n"
    "static void got(uv_stream_t *h, ssize_t n, const uv_buf_t *u)"
    "{ (void)u; printf(\"%d\\n\", (int)n); uv_close((uv_handle_t *)h, NULL); }\n"
    "int main(void) { int s[2]; uv_loop_t *l = uv_default_loop();"
    "  socketpair(AF_UNIX, SOCK_STREAM, 0, s); uv_pipe_init(l, &p, 0); uv_pipe_open(&p, s[1]);"
    "  if (write(s[0], \"0123456789012345678901234567890123456789\", 40) < 0) return 1;"
    "  uv_read_start((uv_stream_t *)&p, room, got); uv_run(l, UV_RUN_DEFAULT); return 0; }";

static void check_program(const char *program, int first, int seeds, bool only)
{
    static const char checks[] = CHECKS(PRINTS("lines", "exact", "[\"40\"]"));
    struct error error = {0};
    struct checking checking = {.exercise = &lab.exercise,
                                .kit = &lab_kit,
                                .source = lab.source,
                                .first_seed = first,
                                .seeds = seeds,
                                .unconfined = lab.unconfined,
                                .only_seed = only};

    lab_write(lab.source, program);
    exercise_free(&lab.exercise);
    cr_assert(exercise_parse("c.json", checks, strlen(checks), &lab.exercise, &error) == 0);
    cr_assert(check_source(&checking, &verdict, &error) == 0, "%s", error.text);
}

static void check_seeds(int first, int seeds, bool only)
{
    check_program(one_read, first, seeds, only);
}

Test(checking, a_race_is_found_by_seeds_and_found_again_by_its_seed, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    int seed;

    check_seeds(1, 20, false);
    cr_assert(verdict.kind == VERDICT_FAILED && verdict.failed > 0 && verdict.runs == 21);
    seed = verdict.seed;
    cr_assert(seed > 0 && verdict.failed_seeds[0] == seed && verdict.repeats);
    char got[320];
    snprintf(got, sizeof got, "%s", named("lines")->got);
    verdict_free(&verdict);
    check_seeds(seed, 1, true);
    cr_assert(verdict.kind == VERDICT_FAILED && verdict.runs == 1 && verdict.seed == seed);
    cr_assert_str_eq(named("lines")->got, got);
}

/* Fails in its second run, whatever the seed: a file that the runs share counts them. */
Test(checking, a_failure_that_its_seed_does_not_bring_back_is_told_so, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    char program[600];

    snprintf(program, sizeof program,
             "#include <stdio.h>\nint main(void) { FILE *f = fopen(\"%s/count\", \"a+\");"
             "  fputc('x', f); long n = ftell(f); fclose(f); puts(n == 2 ? \"39\" : \"40\"); }",
             lab.folder);
    lab.unconfined = true; /* the file lies outside of what a run may write to */
    check_program(program, 1, 3, false);
    cr_assert(verdict.kind == VERDICT_FAILED && verdict.failed == 1 && verdict.seed == 1);
    cr_assert(!verdict.repeats);
    static const struct look look = {.width = 80, .height = 24};
    struct str out = {0};
    verdict_view(&lab.exercise, &verdict, lab.source, &look, false, &out);
    cr_assert(strstr(str_text(&out), "not each time"), "%s", str_text(&out));
    str_free(&out);
}

/* The thread sleeps first; only when it does, the other one begins to read. In its namespace the
 * program has other numbers for its threads than /proc. */
Test(checking, what_a_thread_waits_for_is_skipped_though_another_is_blocked, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    check_program(COMPUTES_20_MS
                  "static int ends[2];"
                  "static void *later(void *arg) { sleep(50);"
                  "  if (write(ends[1], \"!\", 1) != 1) return NULL; return arg; }"
                  "int main(void) { pthread_t t; char c; if (pipe(ends)) return 1;"
                  "  pthread_create(&t, NULL, later, NULL); compute();"
                  "  if (read(ends[0], &c, 1) == 1) puts(\"40\"); pthread_join(t, NULL); }",
                  1, 1, true);
    cr_assert(verdict.kind == VERDICT_PASSED, "%s", str_text(&verdict.diagnostics));
}

/* --- what a machine lacks --------------------------------------------------------------------- */

Test(checking, without_a_compiler_one_line_names_the_package, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    struct exercise exercise = {.limits = {.time_ms = 100}};
    struct checking checking = {.exercise = &exercise, .kit = &lab_kit, .source = lab.source};
    struct error error = {0};
    const char *path = getenv("PATH");
    char kept[4096];

    snprintf(kept, sizeof kept, "%s", path ? path : "");
    lab_write(lab.source, "int main(void) { return 0; }\n");
    setenv("PATH", lab.folder, 1);
    unsetenv("CC");
    int code = check_source(&checking, &verdict, &error);
    setenv("PATH", kept, 1);
    cr_assert(code == -2 /* ENOENT */);
    cr_assert(strstr(error.text, "no C compiler") && strstr(error.text, "gcc"), "%s", error.text);
    cr_assert(!strchr(error.text, '\n'));
}

Test(checking, what_does_not_compile_is_told_as_the_compiler_wrote_it, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    struct exercise exercise = {.limits = {.time_ms = 100}};
    struct checking checking = {.exercise = &exercise, .kit = &lab_kit, .source = lab.source};
    struct error error = {0};

    lab_write(lab.source, "int main(void) { return wrong; }\n");
    cr_assert(check_source(&checking, &verdict, &error) == 0, "%s", error.text);
    cr_assert(verdict.kind == VERDICT_NOT_COMPILED);
    cr_assert(strstr(str_text(&verdict.diagnostics), "\nprogram.c:1:25: error: "), "%s",
              str_text(&verdict.diagnostics));
}
