/* Time by the processor's counter: it is the clock's time, never goes back, stands when the
 * program's clock stands, and is given up when the counter turns out to be wrong. Where the counter
 * is not used, the same is said of the clock. */
#include "engine/event/record.h"
#include "tests/support/test.h"

enum { NEAR_NS = 1000 };

static struct record *record;
static struct writer writer;
static struct recorder *recorder;

static void open_record(void)
{
    cr_assert_eq(record_create(64 << 20, &record, NULL), 0);
    cr_assert_eq(recorder_start(record, NULL, NULL, &recorder), 0);
    writer = (struct writer){.record = record, .thread = record_new_id(record)};
    event_writer = &writer;
}

static void close_record(void)
{
    event_writer = NULL;
    recorder_stop(recorder);
    record_destroy(record);
}

/* The time of an event that is written now, on the clock's scale. */
static int64_t time_of_event(void)
{
    event_emit(EVENT_SEND, 1, 0, 0, NULL);
    return (int64_t)writer.last + record->start;
}

/* Until the counter's pace is known; where it never is, long enough that it would be. */
static void let_it_be_measured(void)
{
    int64_t until = control_real_now() + 20000000;

    while (!atomic_load(&ticks_pace.window) && control_real_now() < until)
        time_of_event();
}

/* An event has the program's time, to within NEAR_NS. */
static void check_event(void)
{
    int64_t before = control_now(&record->control), time = time_of_event();
    int64_t after = control_now(&record->control);

    cr_assert(time > before - NEAR_NS && time < after + NEAR_NS,
              "the clock went from %ld to %ld, the event has %ld", before, after, time);
}

Test(ticks, are_as_far_as_the_clock)
{
    int64_t until;

    open_record();
    let_it_be_measured();
    until = control_real_now() + 20000000;
    while (control_real_now() < until)
        check_event();
    close_record();
}

Test(ticks, go_with_the_programs_clock_when_it_is_stopped_and_skips)
{
    open_record();
    let_it_be_measured();
    for (int i = 0; i < 20000; i++) {
        check_event();
        if (i % 10 == 3)
            control_skip(&record->control, 1000000);
        if (i % 10 == 7) {
            cr_assert(control_stop(&record->control));
            check_event();
            cr_assert(control_go(&record->control));
        }
    }
    close_record();
}

Test(ticks, stand_while_the_clock_stands)
{
    int64_t stood, after;

    open_record();
    let_it_be_measured();
    time_of_event();
    cr_assert(control_stop(&record->control));
    stood = control_now(&record->control);
    after = control_real_now() + 1000000;
    while (control_real_now() < after)
        cr_assert(time_of_event() < stood + NEAR_NS);
    cr_assert(control_go(&record->control));
    cr_assert(time_of_event() < stood + 1000000000);
    close_record();
}

Test(ticks, are_given_up_when_the_counter_is_found_to_be_wrong)
{
    uint64_t scale, window;
    int64_t before, time;

    open_record();
    let_it_be_measured();
    scale = atomic_load(&ticks_pace.scale), window = atomic_load(&ticks_pace.window);
    if (window) {
        atomic_store(&ticks_pace.scale, scale + scale / 8);
        writer.ticks = (struct ticks){0};
        before = control_real_now(); /* looks may be too slow to count from: then none is wrong */
        while (atomic_load(&ticks_pace.window) && control_real_now() < before + 1000000000)
            time_of_event();
    }
    before = control_real_now();
    while (control_real_now() < before + TICKS_NS) /* time may be that far ahead */
        ;
    before = control_real_now();
    time = time_of_event();
    cr_assert(time >= before && time <= control_real_now(), "at %ld or later: %ld", before, time);
    atomic_store(&ticks_pace.scale, scale);
    atomic_store(&ticks_pace.window, window);
    close_record();
}
