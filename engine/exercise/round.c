/* What a check is about is known by the number of saves before it began: if that has grown, the
 * verdict is on something that the learner has changed since. */
#include "engine/exercise/round.h"

#include <errno.h>

struct turn {
    const struct round *round;
    unsigned seen; /* saves before the check began */
};

static bool is_stale(const struct turn *turn)
{
    int64_t last;

    return turn->round->saves(turn->round->to, &last) != turn->seen;
}

static bool is_over(void *to)
{
    const struct turn *turn = to;

    return turn->round->asked(turn->round->to) || is_stale(turn);
}

/* Waits until the file has been quiet for long enough; false: it was not, or a key was pressed. */
static bool settle(struct turn *turn)
{
    const struct round *round = turn->round;

    while (!is_over(turn)) {
        int64_t last, quiet;
        if (round->saves(round->to, &last) == 0)
            return true;
        quiet = round->now(round->to) - last;
        if (quiet >= ROUND_QUIET_MS * 1000000LL)
            return !is_over(turn);
        round->rest(round->to, ROUND_QUIET_MS * 1000000LL - quiet);
    }
    return false;
}

int round_run(const struct round *round)
{
    struct turn turn = {.round = round};
    int64_t last;

    do {
        turn.seen = round->saves(round->to, &last);
        int code = round->check(round->to, is_over, &turn);
        if (code != -ECANCELED && settle(&turn))
            return code;
        if (code != -ECANCELED)
            round->drop(round->to);
    } while (!round->asked(round->to));
    return -ECANCELED;
}
