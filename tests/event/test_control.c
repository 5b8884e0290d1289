/* The program's clock: it stands, goes on where it stood, and never goes back. */
#include <pthread.h>

#include "engine/event/control.h"
#include "tests/support/test.h"

static int64_t machine_now;

static int fake_clock(clockid_t clock, struct timespec *ret_time)
{
    (void)clock;
    ret_time->tv_sec = machine_now / 1000000000;
    ret_time->tv_nsec = machine_now % 1000000000;
    return 0;
}

static struct control fresh(void)
{
    struct control control;

    event_real_clock = fake_clock;
    machine_now = 5000;
    control_init(&control);
    return control;
}

Test(control, is_the_machines_clock_while_nobody_stops_it)
{
    struct control control = fresh();

    cr_assert_eq(control_now(&control), 5000);
    machine_now = 5001;
    cr_assert_eq(control_now(&control), 5001);
}

Test(control, stands_and_goes_on_where_it_stood)
{
    struct control control = fresh();

    cr_assert(control_stop(&control));
    cr_assert_not(control_stop(&control));
    machine_now = 9000;
    cr_assert_eq(control_now(&control), 5000);
    cr_assert(control_go(&control));
    cr_assert_not(control_go(&control));
    cr_assert_eq(control_now(&control), 5000);
    machine_now = 9100;
    cr_assert_eq(control_now(&control), 5100);
}

Test(control, skips_forward)
{
    struct control control = fresh();

    control_skip(&control, 700);
    cr_assert_eq(control_now(&control), 5700);
    control_stop(&control);
    machine_now = 6000;
    control_go(&control);
    cr_assert_eq(control_now(&control), 5700);
}

static struct control shared;
static _Atomic bool done;

static void *read_clock(void *arg)
{
    int64_t last = 0;
    bool *went_back = arg;

    while (!atomic_load(&done)) {
        int64_t now = control_now(&shared);

        *went_back |= now < last;
        last = now;
    }
    return NULL;
}

Test(control, never_goes_back_for_a_reader_while_another_thread_stops_and_starts_it)
{
    bool went_back = false;
    pthread_t reader;

    event_real_clock = clock_gettime;
    control_init(&shared);
    atomic_store(&done, false);
    cr_assert_eq(pthread_create(&reader, NULL, read_clock, &went_back), 0);
    for (int i = 0; i < 200000; i++) {
        control_stop(&shared);
        control_go(&shared);
    }
    atomic_store(&done, true);
    pthread_join(reader, NULL);
    cr_assert_not(went_back);
}
