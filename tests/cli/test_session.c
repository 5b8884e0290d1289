/* Whole sessions in a terminal, as a learner would have them. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/cli/session.h"
#include "tests/cli/support.h"
#include "tests/support/test.h"

#define SessionTest(Name) \
    Test(session, Name, .init = learner_folder_make, .fini = learner_folder_remove, .timeout = 60)

SessionTest(a_lesson_is_left_and_resumed)
{
    struct vt *vt = session(24, 80, "run 03", NULL);

    seen(vt, "1 of 12");
    cr_assert(vt_raw(vt));
    press(vt, "\r", "2 of 12");
    seen(vt, "Enter next");
    press(vt, "q", "goes on there");
    ended(vt, 0);
    vt = session(24, 80, "run conc", NULL);
    seen(vt, "One master, eight boards");
    seen(vt, "2 of 12");
    vt_send(vt, "q");
    ended(vt, 0);
}

SessionTest(text_is_in_colour_unless_it_is_not_wanted)
{
    struct vt *vt = session(30, 80, "run 03 -s 4", NULL);
    int row, column;

    seen(vt, "Enter next");
    cr_assert(vt_find(vt, "struct board", &row, &column));
    cr_assert_neq(vt_cell(vt, row, column).color, -1);
    vt_send(vt, "q");
    ended(vt, 0);

    vt = session(30, 80, "run 03 -s 4", "NO_COLOR=1");
    seen(vt, "chapters/03-concurrency/chess.c");
    seen(vt, "Enter next");
    cr_assert(vt_find(vt, "struct board", &row, &column));
    cr_assert_eq(vt_cell(vt, row, column).color, -1);
    cr_assert(vt_find(vt, "The games in C", &row, &column));
    cr_assert(vt_cell(vt, row, column).bold, "bold stays");
    vt_send(vt, "q");
    ended(vt, 0);
}

/* Wordings belong to the chapter: only what the program says is looked for. */
SessionTest(a_wrong_answer_is_explained)
{
    struct vt *vt = session(40, 80, "quiz 03 q1", NULL);

    seen(vt, "then press Enter.");
    press(vt, "9\r", "from 1 to 4");
    press(vt, "2\r", "Not so.");
    seen(vt, "3 is right.");
    seen(vt, "asynctut demo 03 chess:one-loop"); /* the item's own, not what a later one predicts */
    press(vt, "?", "see it happen");
    vt_send(vt, "\r");
    ended(vt, 0);
}

SessionTest(a_prediction_runs_the_demo_and_is_graded_from_it)
{
    struct vt *vt = session(60, 80, "run 03 -s 6", NULL);

    seen(vt, "Predict");
    press(vt, "1\r", "You said:");
    seen(vt, "First difference:");
    seen(vt, "Why:");
    seen(vt, "Enter next");
    cr_assert(vt_find(vt, "loop sleeps", NULL, NULL), "the trace of the run is above");
    vt_send(vt, "q");
    ended(vt, 0);
    cr_assert(contains(piped("progress --json", "", NULL).out, "\"p1\""));
}

SessionTest(a_graded_prediction_is_not_asked_again_by_who_steps_or_leaves)
{
    struct vt *vt = session(60, 80, "run 03 -s 6", NULL);

    press(vt, "3\r", "Right:");
    seen(vt, "Enter next");
    press(vt, ".", "stopped");
    vt_send(vt, "q");
    cr_assert(vt_wait_gone(vt, "stopped", SOON));
    seen(vt, "Enter next");
    press(vt, ".", "stopped");
    vt_send(vt, "q");
    cr_assert(vt_wait_gone(vt, "stopped", SOON));
    seen(vt, "Enter next");
    vt_send(vt, "q");
    ended(vt, 0);
    vt = session(60, 80, "run 03", NULL);
    seen(vt, "Look at the trace again.");
    seen(vt, "then press Enter");
    cr_assert_not(vt_find(vt, "Predict", NULL, NULL));
    vt_send(vt, "q\r");
    ended(vt, 0);
}

SessionTest(a_question_mark_at_a_demo_lists_its_keys)
{
    struct vt *vt = session(40, 80, "run 03 -s 5", NULL);

    seen(vt, "Enter run it");
    press(vt, "?", "go on without it");
    seen(vt, "? lists its own keys");
    vt_send(vt, "q");
    ended(vt, 0);
}

SessionTest(t_changes_the_level_after_the_run_too)
{
    struct vt *vt = session(60, 80, "demo 03 chess:one-loop --trace off", NULL);

    seen(vt, "Enter next");
    press(vt, "t", "The same run, trace: tasks");
    seen(vt, "wake me in 60 ms");
    press(vt, "t", "The same run, trace: loop");
    seen(vt, "begins turn");
    vt_send(vt, "q");
    ended(vt, 0);
}

SessionTest(a_stopped_demo_stands_still_until_it_is_told_to_go)
{
    struct vt *vt = session(60, 80, "demo 03 chess:one-loop --stopped", NULL);

    seen(vt, "stopped");
    press(vt, ".", "main  starts");
    seen(vt, "stopped");
    cr_assert_not(vt_find(vt, "total", NULL, NULL));
    /* One turn, or a few where the program is so slow that it stops between two events. */
    for (int turns = 0; turns < 20 && !vt_wait(vt, "sleeps 10 ms", 500); turns++)
        vt_send(vt, "n");
    seen(vt, "sleeps 10 ms");
    seen(vt, "stopped");
    press(vt, " ", "total");
    seen(vt, "Enter next");
    vt_send(vt, "q");
    ended(vt, 0);
}

SessionTest(a_step_stops_at_what_a_named_handle_does)
{
    struct vt *vt = session(60, 80, "demo 06 alive:timer-started --stopped", NULL);

    seen(vt, "stopped");
    press(vt, ".", "doorman  starts");
    press(vt, ".", "timer    starts");
    cr_assert_not(vt_find(vt, "says:", NULL, NULL));
    vt_send(vt, "q");
    ended(vt, 0);
}

SessionTest(slow_motion_is_slow_and_ends)
{
    struct vt *vt = session(60, 80, "demo 03 chess:one-loop --slow 25", NULL);

    seen(vt, "25% speed");
    seen(vt, "total 1");
    seen(vt, "Enter next");
    vt_send(vt, "q");
    ended(vt, 0);
}

/* Under ThreadSanitizer the screen comes round too seldom to see a loop that is blocked for so
 * short a time. */
#ifndef __SANITIZE_THREAD__
SessionTest(keys_answer_while_the_demo_blocks_its_loop)
{
    struct vt *vt = session(60, 100, "demo 03 mixed:on-the-loop --slow 20", NULL);

    seen(vt, "the loop is blocked");
    press(vt, "?", "leave the demo");
    vt_send(vt, "q");
    ended(vt, 0);
}
#endif

SessionTest(on_a_narrow_terminal_the_command_that_goes_on_is_not_broken)
{
    struct vt *vt = session(24, 40, "run 03 --section 6", NULL);

    seen(vt, "Enter next");
    press(vt, "q", "\"asynctut run 03\"");
    seen(vt, "Saved at \"All at once\".");
    ended(vt, 0);
}

SessionTest(ctrl_c_in_a_demo_leaves_a_clean_terminal)
{
    struct vt *vt = session(24, 80, "demo 03 chess:one-loop --slow 5", NULL);

    seen(vt, "5% speed");
    vt_send(vt, "\003");
    ended(vt, 130);
}

SessionTest(ctrl_c_in_a_lesson_keeps_the_place)
{
    struct vt *vt = session(24, 80, "run 03", NULL);

    press(vt, "\r", "2 of 12");
    seen(vt, "Enter next");
    press(vt, "\003", "goes on there");
    ended(vt, 130);
    vt = session(24, 80, "run 03", NULL);
    seen(vt, "2 of 12");
    vt_send(vt, "\004");
    ended(vt, 0);
}

SessionTest(sigterm_leaves_a_clean_terminal)
{
    struct vt *vt = session(24, 80, "run 03", NULL);

    seen(vt, "Enter next");
    vt_signal(vt, SIGTERM);
    ended(vt, 143);
}

SessionTest(ctrl_z_gives_the_terminal_back_and_fg_goes_on)
{
    struct vt *vt = session(24, 80, "run 03", NULL);

    seen(vt, "Enter next");
    vt_send(vt, "\032");
    cr_assert(vt_wait_stopped(vt, SOON));
    cr_assert(vt_restored(vt));
    vt_foreground(vt);
    seen(vt, "Enter next");
    press(vt, "\r", "2 of 12");
    vt_send(vt, "q");
    ended(vt, 0);
}

SessionTest(forty_columns_hold_everything)
{
    struct vt *vt = session(60, 40, "run 03 -s 6", NULL);
    int row, column;

    seen(vt, "slowest game");
    press(vt, "3\r", "Right:");
    seen(vt, "Enter next");
    cr_assert(vt_find(vt, "q leave", &row, &column));
    cr_assert_leq(column, 33);
    vt_send(vt, "q");
    ended(vt, 0);
}

SessionTest(a_resize_is_followed_at_the_next_page)
{
    struct vt *vt = session(24, 80, "run 03", NULL);

    seen(vt, "1 of 12");
    seen(vt, "Enter next");
    vt_resize(vt, 24, 50);
    cr_assert(vt_wait_gone(vt, "trace: tasks", SOON), "fewer keys fit");
    press(vt, "\r", "2 of 12");
    seen(vt, "q leave");
    vt_send(vt, "q");
    ended(vt, 0);
}

SessionTest(home_offers_the_first_chapter_and_begins_it)
{
    struct vt *vt = session(24, 80, "", NULL);

    seen(vt, "Begin here:");
    seen(vt, "Enter begins ");
    seen(vt, ">");
    cr_assert_not(vt_find(vt, "concurrency", NULL, NULL), "it is the only one offered");
    press(vt, "\r", "1 of ");
    seen(vt, "Enter next");
    vt_send(vt, "q");
    ended(vt, 0);
    vt = session(40, 80, "", NULL);
    seen(vt, "or the number or name of a chapter");
    seen(vt, "concurrency");
    vt_send(vt, "q\r");
    ended(vt, 0);
}

SessionTest(a_dumb_terminal_gets_no_escapes)
{
    struct vt *vt = session(24, 80, "run 03", "TERM=dumb");
    size_t length;

    press(vt, "\r", "2 of 12");
    vt_send(vt, "q");
    vt_wait(vt, "goes on there", SOON);
    cr_assert_null(strchr(vt_log(vt, &length), '\033'));
    ended(vt, 0);
}

SessionTest(plain_output_has_no_box_glyphs_and_redraws_nothing)
{
    struct vt *vt = session(60, 80, "run 03 -s 6 --plain", NULL);
    size_t length;

    seen(vt, "Predict");
    press(vt, "3\r", "Right:");
    seen(vt, "Enter next");
    cr_assert_null(strstr(vt_log(vt, &length), "\033[K"));
    cr_assert_null(strstr(vt_log(vt, &length), "│"));
    vt_send(vt, "q");
    ended(vt, 0);
}

SessionTest(a_whole_chapter_goes_through_a_pipe_and_is_saved)
{
    struct outcome outcome = piped(
        "run 03", "3\n3\n2\n3\n1\n1\n1\n1\n1\n1\n120\n320\n1\n1\n1 2 3\n1\n1\nx\n1\n1\n", NULL);

    cr_assert_eq(outcome.status, 0, "%s", outcome.error);
    cr_assert(contains(outcome.out, "Measured:"));
    cr_assert(contains(outcome.out, "Three sentences") || contains(outcome.out, "remember"));
    cr_assert_null(strchr(outcome.out, '\033'));
    cr_assert(contains(piped("list --json", "", NULL).out, "\"begun\"") ||
              contains(piped("list --json", "", NULL).out, "\"done\""));
}

SessionTest(a_trace_is_saved_as_json)
{
    char arguments[256];
    struct outcome outcome;

    strcpy(arguments, "demo 03 chess:one-loop -o ");
    strcat(arguments, learner_file("trace.json"));
    outcome = piped(arguments, "", NULL);
    cr_assert_eq(outcome.status, 0, "%s", outcome.error);
    cr_assert(contains(outcome.out, "Trace saved"));
    cr_assert(contains(outcome.out, "total"));
}
