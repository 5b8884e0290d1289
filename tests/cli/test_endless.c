/* Demos that never end: keys answer, and whoever leaves one is back in the lesson. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/cli/session.h"
#include "tests/cli/support.h"
#include "tests/support/test.h"

static const char course[] =
    "{\"title\": \"T\", \"parts\": [{\"number\": \"I\", \"title\": \"P\", \"chapters\": [\n"
    "{\"number\": 42, \"slug\": \"answer\", \"title\": \"The chapter\", \"question\": \"Why?\",\n"
    "\"minutes\": 5, \"builds_on\": []}]}]}\n";

static const char quiz[] =
    "{\"items\": [{\"id\": \"q1\", \"type\": \"choice\", \"topics\": [\"t\"], \"ask\": \"?\", "
    "\"choices\":\n"
    "[{\"text\": \"a\", \"right\": true, \"why\": \"w\"}, {\"text\": \"b\", \"why\": \"w\"}]}]}\n";

static char content_variable[256];

static void make(void)
{
    learner_folder_make();
    mkdir(learner_file("42-answer"), 0700);
    learner_write("course.json", course);
    learner_write("42-answer/quiz.json", quiz);
    snprintf(content_variable, sizeof content_variable, "ASYNCTUT_CONTENT=%s", learner_file(""));
}

static struct vt *endless(const char *arguments)
{
    struct process process;

    process_make(arguments, content_variable, &process);
    process.words[0] = ASYNCTUT_ENDLESS;
    return vt_open(40, 80, process.words, process.environment);
}

static void leave_and_go_on(const char *act)
{
    char lesson[256];
    struct vt *vt;

    snprintf(lesson, sizeof lesson, "# C\n\nBefore.\n\n<!-- demo endless:%s -->\n\nAfter.\n", act);
    learner_write("42-answer/lesson.md", lesson);
    vt = endless("run 42");
    seen(vt, "Enter run it");
    press(vt, "\r", "space stop");
    press(vt, " ", "stopped");
    press(vt, " ", "space stop");
    vt_send(vt, "q");
    cr_assert(vt_wait_gone(vt, "space stop", SOON));
    seen(vt, "Enter run it");
    press(vt, "s", "After.");
    seen(vt, "Enter next");
    vt_send(vt, "q");
    ended(vt, 0);
}

#define EndlessTest(Name) Test(endless, Name, .init = make, .fini = learner_folder_remove)

EndlessTest(one_that_waits_can_be_left)
{
    leave_and_go_on("waits");
}

EndlessTest(one_that_turns_without_a_pause_can_be_left)
{
    struct vt *vt;

    leave_and_go_on("is-busy");
    vt = endless("demo 42 endless:is-busy --trace all");
    seen(vt, "space stop");
    press(vt, " ", "stopped");
    vt_send(vt, "q");
    ended(vt, 0);
}

EndlessTest(one_that_computes_can_be_left)
{
    leave_and_go_on("computes");
}

EndlessTest(one_that_is_stuck_can_be_left)
{
    leave_and_go_on("is-stuck");
}

EndlessTest(ctrl_c_ends_it_all)
{
    struct vt *vt = endless("demo 42 endless:computes");

    seen(vt, "space stop");
    vt_send(vt, "\003");
    ended(vt, 130);
}

EndlessTest(enter_goes_on_with_it_and_does_not_stop_it)
{
    struct vt *vt = endless("demo 42 endless:waits --trace tasks");

    seen(vt, "space stop");
    press(vt, "\rt", "trace: loop");
    seen(vt, "space stop");
    press(vt, " ", "stopped");
    press(vt, "\r", "space stop");
    vt_send(vt, "q");
    ended(vt, 0);
}

EndlessTest(q_in_a_demo_alone_ends_the_program)
{
    struct vt *vt = endless("demo 42 endless:waits");

    seen(vt, "space stop");
    vt_send(vt, "q");
    ended(vt, 0);
}

EndlessTest(sigterm_ends_it)
{
    struct vt *vt = endless("demo 42 endless:waits --plain");

    seen(vt, "It waits for ever");
    vt_signal(vt, 15);
    ended(vt, 143);
}
