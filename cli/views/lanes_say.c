/* Lanes in sentences, for those who read with their ears. */
#include <errno.h>

#include "cli/views/lanes_priv.h"
#include "cli/views/words.h"

static void say_time(struct str *out, const char *verb, uint64_t ns, bool always)
{
    if (!ns && !always)
        return;
    str_printf(out, ", %s ", verb);
    words_duration(ns, out);
}

void lane_say_actor(const struct canvas *canvas, const struct actor *actor)
{
    struct str *out = canvas->out;
    uint64_t in[SPAN_STATES] = {0};

    for (size_t i = 0; i < actor->span_count; i++) {
        struct span span = query_span(canvas->trace, actor, i);
        in[span.state] += span.end - span.begin;
    }
    str_printf(out, "%s: from ", actor->name);
    words_duration(actor->begin, out);
    str_puts(out, actor->ended ? " to " : ", not ended at ");
    words_duration(actor->end, out);
    say_time(out, "waited", in[SPAN_WAITING], true);
    say_time(out, "ran", in[SPAN_RUNNING], true);
    say_time(out, "was ready to run", in[SPAN_READY], false);
    say_time(out, "blocked its thread", in[SPAN_BLOCKED], false);
    say_time(out, "was in the pool", in[SPAN_POOL], false);
    str_puts(out, actor->ended && actor->result == -ECANCELED ? ", cancelled.\n" : ".\n");
}

static void say_loop(const struct canvas *canvas, const struct loop_share *share)
{
    words_actor(canvas->trace, share->loop, canvas->out);
    str_printf(canvas->out, ": busy %.0f%%",
               share->total ? 100 * (double)share->busy / (double)share->total : 0.0);
    say_time(canvas->out, "ran", share->busy, true);
    say_time(canvas->out, "slept", share->asleep, true);
    str_printf(canvas->out, ", %llu turn%s.\n", (unsigned long long)share->turns,
               share->turns == 1 ? "" : "s");
}

void lane_say_loops(const struct canvas *canvas)
{
    struct loop_share loops[LANES_LOOPS];
    size_t count = query_loops(canvas->trace, loops, LANES_LOOPS);

    for (size_t i = 0; i < count; i++)
        say_loop(canvas, &loops[i]);
}
