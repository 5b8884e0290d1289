/* Checks as a whole: what passes and what does not, seeds, and what a machine lacks. */
#include <stdio.h>
#include <string.h>

#include "tests/exercise/lab.h"
#include "tests/support/test.h"

#define CHECKS(checks) "{ \"title\": \"t\", \"checks\": [" checks "] }"
#define PRINTS(order, lines)                                                               \
    "{ \"id\": \"lines\", \"type\": \"output\", \"say\": \"s\", \"order\": \"" order "\"," \
    "  \"lines\": " lines "}"

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

static bool prints(const char *checks)
{
    bool passed;

    lab_check(&lab, PUTS3, checks, &verdict);
    passed = verdict.kind == VERDICT_PASSED;
    verdict_free(&verdict);
    return passed;
}

Test(checking, lines_are_exact_or_in_any_order_or_among_others, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    cr_assert(prints(CHECKS(PRINTS("exact", "[\"b 2.4\", \"x\", \"a\"]"))));
    cr_assert(!prints(CHECKS(PRINTS("exact", "[\"b 2.4\", \"x\"]"))));
    cr_assert(!prints(CHECKS(PRINTS("exact", "[\"b 2.5\", \"x\", \"a\"]"))));
    cr_assert(prints(CHECKS(PRINTS("any", "[\"a\", \"b 2.4\", \"x\"]"))));
    cr_assert(!prints(CHECKS(PRINTS("any", "[\"a\", \"b 2.4\"]"))));
    cr_assert(prints(CHECKS(PRINTS("among", "[\"b 2.4\", \"a\"]"))));
    cr_assert(!prints(CHECKS(PRINTS("among", "[\"a\", \"x\"]"))));
}

Test(checking, numbers_may_differ_by_the_tolerance, .init = open_lab, .fini = close_lab,
     .timeout = 60)
{
    static const char wide[] =
        CHECKS("{ \"id\": \"lines\", \"type\": \"output\", \"say\": \"s\","
               "  \"lines\": [\"b 2.5\", \"x\", \"a\"], \"tolerance\": 0.2 }");
    static const char narrow[] = CHECKS("{ \"id\": \"lines\", \"type\": \"output\", \"say\": \"s\","
                                        "  \"lines\": [\"b 2.7\", \"x\", \"a\"],"
                                        "  \"tolerance\": 0.2 }");

    cr_assert(prints(wide));
    cr_assert(!prints(narrow));
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

static void check_seeds(int first, int seeds, bool only)
{
    static const char checks[] = CHECKS(PRINTS("exact", "[\"40\"]"));
    struct error error = {0};
    struct checking checking = {.exercise = &lab.exercise,
                                .kit = &lab_kit,
                                .source = lab.source,
                                .first_seed = first,
                                .seeds = seeds,
                                .only_seed = only};

    lab_write(lab.source, one_read);
    exercise_free(&lab.exercise);
    cr_assert(exercise_parse("c.json", checks, strlen(checks), &lab.exercise, &error) == 0);
    cr_assert(check_source(&checking, &verdict, &error) == 0, "%s", error.text);
}

Test(checking, a_race_is_found_by_seeds_and_found_again_by_its_seed, .init = open_lab,
     .fini = close_lab, .timeout = 60)
{
    int seed;

    check_seeds(1, 20, false);
    cr_assert(verdict.kind == VERDICT_FAILED && verdict.failed > 0 && verdict.runs == 21);
    seed = verdict.seed;
    cr_assert(seed > 0 && verdict.failed_seeds[0] == seed);
    char got[320];
    snprintf(got, sizeof got, "%s", named("lines")->got);
    verdict_free(&verdict);
    check_seeds(seed, 1, true);
    cr_assert(verdict.kind == VERDICT_FAILED && verdict.runs == 1 && verdict.seed == seed);
    cr_assert_str_eq(named("lines")->got, got);
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
