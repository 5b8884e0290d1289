/* The replay of a demo that really ran, in a terminal. */
#include <signal.h>

#include "tests/cli/session.h"
#include "tests/cli/support.h"
#include "tests/support/test.h"

#define ReplayTest(Name)                                                                   \
    Test(replay_session, Name, .init = learner_folder_make, .fini = learner_folder_remove, \
         .timeout = 60)

static struct vt *replay(int rows, int columns, const char *extra)
{
    struct vt *vt = session(rows, columns, "demo 03 chess:one-loop", extra);

    seen(vt, "Enter next");
    press(vt, "v", "event 1 of");
    cr_assert(vt_alternate(vt));
    cr_assert(!vt_cursor_visible(vt));
    return vt;
}

static void leave(struct vt *vt)
{
    press(vt, "q", "Enter next");
    cr_assert(!vt_alternate(vt), "the text is back");
    cr_assert(vt_cursor_visible(vt));
    vt_send(vt, "q");
    ended(vt, 0);
}

ReplayTest(shows_the_run_its_source_and_who_waits)
{
    struct vt *vt = replay(24, 80, NULL);
    int row, column;

    press(vt, VT_RIGHT, "event 2 of");
    press(vt, VT_RIGHT VT_RIGHT, "task_sleep(board->thinking_ms)");
    seen(vt, "A sleeps 60 ms  play (chess.c:");
    cr_assert(vt_find(vt, "A sleeps 60 ms", &row, &column));
    cr_assert(vt_cell(vt, row, column).reverse, "the event that is looked at");
    press(vt, "]", "turn 2");
    press(vt, VT_END, "main done");
    press(vt, VT_HOME, "event 1 of");
    press(vt, "?", "any key goes back");
    press(vt, "x", "event 1 of");
    leave(vt);
}

ReplayTest(survives_resizing_and_stopping)
{
    struct vt *vt = replay(24, 80, NULL);

    vt_resize(vt, 40, 140);
    seen(vt, "q leave");
    cr_assert(vt_wait_gone(vt, "turn 1, ", SOON), "there is room for the whole row of phases");
    vt_send(vt, "\032");
    cr_assert(vt_wait_stopped(vt, SOON));
    cr_assert(vt_restored(vt));
    vt_foreground(vt);
    seen(vt, "event 1 of");
    cr_assert(vt_alternate(vt));
    vt_resize(vt, 10, 40);
    cr_assert(vt_wait_gone(vt, "w warn", SOON), "as many keys as fit");
    leave(vt);
}

ReplayTest(an_interrupt_restores_the_terminal)
{
    struct vt *vt = replay(24, 80, NULL);

    vt_send(vt, "\003");
    ended(vt, 130);
}

ReplayTest(a_signal_to_terminate_restores_the_terminal)
{
    struct vt *vt = replay(24, 80, NULL);

    vt_signal(vt, SIGTERM);
    cr_assert_neq(vt_end(vt, SOON), -1);
    cr_assert(vt_restored(vt));
    vt_close(vt);
}

ReplayTest(without_colour_the_event_is_still_marked)
{
    struct vt *vt = replay(24, 80, "NO_COLOR=1");
    int row, column;

    cr_assert(vt_find(vt, "main starts", &row, &column));
    cr_assert(vt_cell(vt, row, column).reverse);
    for (row = 0; row < 24; row++)
        for (column = 0; column < 80; column++)
            cr_assert_eq(vt_cell(vt, row, column).color, -1);
    leave(vt);
}
