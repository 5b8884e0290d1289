/* Random nests of scopes, deadlines and shields against a simple reference.
 *
 * A run makes a tree: each node is a scope or a shield, with or without a deadline, and does a few
 * steps, which are sleeps or further nodes; a step that fails ends its node, or is passed over.
 * Another task cancels the whole at some time. The reference goes through the same tree with a
 * clock of its own and one rule: a sleep ends at the first time at which a scope around it, out to
 * the nearest shield, was told to stop. Results and times of all steps must be the same. Time is
 * virtual, so a run is its seed: ASYNCTUT_SEED=N repeats one, and a failure prints it. */
#include <stdlib.h>

#include "engine/task/task_scope.h"
#include "tests/task/support.h"

enum { RUNS = 20000, NODES = 24, STEPS = 4, DEPTH = 6, NOTES = 4096 };

struct step {
    int ms, node; /* sleeps, or goes into that node if it is not 0 */
    bool passed_over;
};

struct node {
    bool shield;
    int ms; /* TASK_FOREVER: no deadline */
    int n;
    struct step steps[STEPS];
};

struct note {
    int time, result;
    bool cancelled;
};

static uint64_t seed, state;
static struct node nodes[NODES];
static int used, cancelled_at;
static struct note notes[NOTES];
static size_t n_notes;

static int pick(int n)
{
    state ^= state << 13; /* xorshift64 (Marsaglia 2003) */
    state ^= state >> 7;
    state ^= state << 17;
    return (int)((state >> 33) % (unsigned)n);
}

/* Even times, and an odd one for who cancels, so that no two things come at once unless they are
 * both deadlines or both sleeps. */
static int grow(int depth)
{
    int self = used++;
    struct node *node = &nodes[self];

    *node = (struct node){.shield = pick(4) == 0,
                          .ms = pick(3) ? 2 + 2 * pick(60) : TASK_FOREVER,
                          .n = 1 + pick(STEPS)};
    for (int i = 0; i < node->n; i++) {
        bool deeper = depth < DEPTH && used < NODES && pick(2);
        struct step *step = &node->steps[i];
        step->ms = 2 + 2 * pick(40);
        step->passed_over = pick(2);
        step->node = deeper ? grow(depth + 1) : 0;
    }
    return self;
}

/* --- what happens ----------------------------------------------------------------------------- */

static int note(int result)
{
    if (n_notes < NOTES)
        notes[n_notes++] = (struct note){(int)virtual_now(), result, task_is_cancelled()};
    return result;
}

static int in_scope(const struct node *node);

static int do_steps(const struct node *node)
{
    for (int i = 0; i < node->n; i++) {
        const struct step *step = &node->steps[i];
        int result =
            step->node ? in_scope(&nodes[step->node]) : note(task_sleep((uint64_t)step->ms));
        if (result && !step->passed_over)
            return result;
    }
    return 0;
}

static int in_scope(const struct node *node)
{
    struct task_scope scope;

    if (node->shield)
        task_shield_enter(&scope, node->ms);
    else
        task_scope_enter(&scope, node->ms);
    return note(task_scope_leave(&scope, do_steps(node)));
}

static int does_all(void *arg)
{
    (void)arg;
    return do_steps(&nodes[0]);
}

static int cancels(void *arg)
{
    struct task *task = task_spawn(does_all, NULL);

    (void)arg;
    task_sleep((uint64_t)cancelled_at);
    task_cancel(task);
    return task_await(task);
}

/* --- what should ------------------------------------------------------------------------------ */

struct around {
    int told; /* when it is told to stop */
    bool shield;
    const struct around *outer;
};

static int now;
static bool close_call; /* a sleep and a deadline came at once: either may be first */
static size_t checked;

static int stops(const struct around *at)
{
    int first = at->told;

    for (; at->outer && !at->shield; at = at->outer)
        if (at->outer->told < first)
            first = at->outer->told;
    return first;
}

/* Is the next note the right one? */
static int expect(const struct around *at, int result)
{
    const struct note *next = &notes[checked++];

    if (close_call)
        return result;
    cr_assert(checked <= n_notes && next->time == now && next->result == result &&
                  next->cancelled == (stops(at) <= now),
              "note %zu is %s at %d, not %s at %d, with ASYNCTUT_SEED=%llu", checked - 1,
              uv_strerror(next->result), next->time, uv_strerror(result), now,
              (unsigned long long)seed);
    return result;
}

static int expect_sleep(const struct around *at, int ms)
{
    int end = stops(at);

    close_call = close_call || end == now + ms;
    if (end > now + ms) {
        now += ms;
        return expect(at, 0);
    }
    now = end > now ? end : now;
    return expect(at, UV_ECANCELED);
}

static int expect_scope(const struct around *outer, const struct node *node);

static int expect_steps(const struct around *at, const struct node *node)
{
    for (int i = 0; i < node->n && !close_call; i++) {
        const struct step *step = &node->steps[i];
        int result = step->node ? expect_scope(at, &nodes[step->node]) : expect_sleep(at, step->ms);
        if (result && !step->passed_over)
            return result;
    }
    return 0;
}

static int expect_scope(const struct around *outer, const struct node *node)
{
    struct around self = {node->ms < 0 ? INT32_MAX : now + node->ms, node->shield, outer};
    int result = expect_steps(&self, node);
    bool from_further_out = !self.shield && stops(outer) <= now;

    if (result == UV_ECANCELED && self.told <= now && !from_further_out)
        result = UV_ETIMEDOUT;
    return expect(outer, result);
}

/* Was it to be checked to its end? */
static bool try_seed(void)
{
    struct around root = {0};
    int result, expected;

    state = seed * 0x9e3779b97f4a7c15u + 1;
    used = 0;
    n_notes = checked = 0;
    grow(0);
    cancelled_at = root.told = 1 + 2 * pick(200);
    result = run_in_virtual_time(cancels, NULL);
    now = 0;
    close_call = false;
    expected = expect_steps(&root, &nodes[0]);
    if (close_call)
        return false;
    cr_assert_eq(checked, n_notes, "with ASYNCTUT_SEED=%llu", (unsigned long long)seed);
    cr_assert_eq(result, expected, "with ASYNCTUT_SEED=%llu", (unsigned long long)seed);
    return true;
}

Test(random, nested_scopes_end_as_a_reference_says, .timeout = 120)
{
    const char *wanted = getenv("ASYNCTUT_SEED");
    int runs = watched() ? RUNS / 20 : RUNS, to_the_end = 0;

    if (wanted) {
        seed = strtoull(wanted, NULL, 10);
        try_seed();
        return;
    }
    for (seed = 1; seed <= (uint64_t)runs; seed++)
        to_the_end += try_seed();
    cr_assert_gt(to_the_end, runs * 3 / 4);
}
