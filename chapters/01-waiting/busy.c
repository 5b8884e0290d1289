/* Ways to let 200 ms pass: looking at the clock, sleeping, and a look
 * after each of many short sleeps. What differs is how much processor
 * time they use, which each thread asks of its own clock, and how late
 * they may end. */
#include <uv.h>

#include "chapters/01-waiting/acts.h"
#include "chapters/queens.h"
#include "engine/event/stage.h"

enum { WAIT_MS = 200, NAP_MS = 30 };

/* region spin */
static void spin(void)
{
    uint64_t until = uv_hrtime() + WAIT_MS * 1000000ull; /* ns */
    while (uv_hrtime() < until)
        ; /* look at the clock again */
}
/* end */

/* region sleep */
static void sleep_through(void)
{
    uv_sleep(WAIT_MS); /* wake me in 200 ms */
}
/* end */

/* region naps */
static void nap(void)
{
    uint64_t until = uv_hrtime() + WAIT_MS * 1000000ull; /* ns */
    while (uv_hrtime() < until)
        uv_sleep(NAP_MS); /* then look at the clock again */
}
/* end */

/* region measured */
static void measured(void (*wait)(void))
{
    uint64_t begin = uv_hrtime(), computing = thread_cpu_ns();
    wait();
    computing = thread_cpu_ns() - computing;
    stage_say("%.0f ms passed, %.2f ms on a processor",
              (double)(uv_hrtime() - begin) / 1e6,
              (double)computing / 1e6);
}
/* end */

static void spinner(void *unused)
{
    (void)unused;
    stage_name(NULL, "spin");
    measured(spin);
}

static void sleeper(void *unused)
{
    (void)unused;
    stage_name(NULL, "sleep");
    measured(sleep_through);
}

int busy_spin(void)
{
    spinner(NULL);
    return 0;
}

int busy_sleep(void)
{
    sleeper(NULL);
    return 0;
}

int busy_naps(void)
{
    stage_name(NULL, "naps");
    measured(nap);
    return 0;
}

int busy_both(void)
{
    uv_thread_t first, second;
    int r = uv_thread_create(&first, spinner, NULL);
    if (r < 0)
        return r;
    r = uv_thread_create(&second, sleeper, NULL);
    if (r == 0)
        uv_thread_join(&second);
    uv_thread_join(&first);
    return r;
}
