/* Job control: the terminal is given back before the process stops, and taken again after. */
#include <signal.h>

#include "engine/term/guard.h"
#include "engine/term/term_priv.h"

/* The group is told, as the terminal would have done: a shell that waits for several processes
 * takes the job for stopped only when all of them are. This process itself must be stopped when
 * raise() returns, so it sleeps through the group's signal and sends itself another. SIGCONT is
 * left to its default meanwhile: it would only report once more what is reported here. */
void driver_stop(struct term *term, bool whole_group)
{
    struct sigaction ignored = {.sa_handler = SIG_IGN}, by_default = {.sa_handler = SIG_DFL};
    struct sigaction stop, go;

    term_status(term, "");
    guard_pause();
    sigaction(SIGCONT, &by_default, &go);
    sigaction(SIGTSTP, &ignored, &stop);
    if (whole_group)
        kill(0, SIGTSTP);
    sigaction(SIGTSTP, &by_default, NULL);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &stop, NULL);
    guard_resume(); /* stops once more if it was continued in the background */
    sigaction(SIGCONT, &go, NULL);
    output_begin(term);
    driver_measure(term);
    term->pending.continued = true;
}

/* After SIGSTOP, which nobody can catch: the shell has set modes of its own meanwhile. */
void driver_go_on(struct term *term)
{
    guard_again();
    output_begin(term);
    driver_measure(term);
    term->pending.continued = true;
}
