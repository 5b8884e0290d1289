/* What an event carries besides its numbers: words for each value, and two values in one. */
#include "engine/event/event.h"
#include "tests/support/test.h"

static void check_words(const char *(*name)(unsigned value), unsigned count)
{
    cr_assert_str_eq(name(count), "unknown");
    for (unsigned i = 0; i < count; i++)
        for (unsigned k = 0; k < i; k++)
            cr_assert_str_neq(name(i), name(k));
}

Test(event, each_value_has_a_word_of_its_own)
{
    check_words(event_kind_name, EVENT_KINDS);
    check_words(callback_name, CALLBACKS);
    check_words(wait_name, WAITS);
    check_words(block_name, BLOCKS);
    check_words(operation_name, OPERATIONS);
    check_words(entity_type_name, ENTITY_TYPES);
    for (unsigned i = 0; i < OPERATIONS; i++)
        cr_assert_str_neq(operation_name(i), "unknown");
    for (unsigned i = 1; i < ENTITY_TYPES; i++)
        cr_assert_str_neq(entity_type_name(i), "unknown");
}

static int64_t kept(int64_t value)
{
    struct event waits = {.arg = event_wait_arg(WAIT_SLEEP, value)};
    struct event does = {.arg = event_do_arg(DO_ENTER, value)};

    cr_assert_eq(event_wait(&waits), WAIT_SLEEP);
    cr_assert_eq(event_do(&does), DO_ENTER);
    cr_assert_eq(event_wait_detail(&waits), event_do_result(&does));
    return event_do_result(&does);
}

Test(event, a_value_that_is_too_large_keeps_its_sign)
{
    const int64_t most = (INT64_C(1) << 55) - 1;

    cr_assert_eq(kept(0), 0);
    cr_assert_eq(kept(-4095), -4095);
    cr_assert_eq(kept(most), most);
    cr_assert_eq(kept(most + 1), most);
    cr_assert_eq(kept(INT64_MAX), most);
    cr_assert_eq(kept(-most - 1), -most - 1);
    cr_assert_eq(kept(-most - 2), -most - 1);
    cr_assert_eq(kept(INT64_MIN), -most - 1);
}
