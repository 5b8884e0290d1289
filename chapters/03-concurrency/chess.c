/* One master plays eight games. Every act plays with the same code for
 * a move; only who waits for whom differs: one game after another, all
 * on one loop, or a thread for each.
 *
 * In the first three acts a move costs the master next to nothing and
 * the opponent's thinking is a timer: it needs no processor of ours. In
 * the last two a move is a search that computes (see queens.h), the
 * same amount of work in both. */
#include <uv.h>

#include "chapters/03-concurrency/acts.h"
#include "chapters/onloop.h"
#include "chapters/queens.h"
#include "engine/event/stage.h"
#include "engine/task/task.h"

enum { BOARDS = 8, MOVES = 2 };

/* region board */
struct board {
    const char *name;
    unsigned thinking_ms; /* the opponent's, for one move */
    unsigned long work;   /* of a move of hers: rounds of search */
    uint64_t cpu_ns;      /* processor time that her moves have used */
};

static struct board boards[BOARDS] = {
    {"A", 60}, {"B", 20}, {"C", 40}, {"D", 10},
    {"E", 50}, {"F", 30}, {"G", 20}, {"H", 45},
};
/* end */

/* region step */
static void make_move(struct board *board)
{
    uint64_t before = thread_cpu_ns();
    queens_search(board->work);
    board->cpu_ns += thread_cpu_ns() - before;
}

static int play(void *arg)
{
    struct board *board = arg;
    for (int move = 0; move < MOVES; move++) {
        make_move(board);
        task_sleep(board->thinking_ms); /* the task pauses here */
    }
    return 0;
}

static struct task *start_game(struct board *board)
{
    struct task *game = task_spawn(play, board);
    if (game)
        task_set_name(game, board->name);
    return game;
}
/* end */

/* region one-by-one */
static int one_by_one(void *arg)
{
    struct board *table = arg;
    for (int i = 0; i < BOARDS; i++) {
        struct task *game = start_game(&table[i]);
        if (!game)
            return UV_ENOMEM;
        task_await(game); /* the next game has not begun */
    }
    return 0;
}
/* end */

/* region one-loop */
static int all_at_once(void *arg)
{
    struct board *table = arg;
    struct task *games[BOARDS];
    size_t n = 0;
    while (n < BOARDS && (games[n] = start_game(&table[n])))
        n++;
    int r = task_gather(games, n, NULL); /* wait until each has ended */
    return n < BOARDS ? UV_ENOMEM : r;
}
/* end */

/* region thread */
static void play_on_a_thread(void *arg)
{
    struct board *board = arg;
    stage_name(NULL, board->name);
    for (int move = 0; move < MOVES; move++) {
        make_move(board);
        uv_sleep(board->thinking_ms); /* the thread stops here */
    }
}

static int on_eight_threads(struct board *table)
{
    uv_thread_t threads[BOARDS];
    int n = 0, r = 0;
    while (n < BOARDS && r == 0) {
        r = uv_thread_create(&threads[n], play_on_a_thread, &table[n]);
        if (r == 0)
            n++;
    }
    while (n > 0)
        uv_thread_join(&threads[--n]);
    return r;
}
/* end */

static int on_one_loop(struct board *table)
{
    return on_a_loop(all_at_once, table);
}

/* The same games, but each move of hers is a search of about 20 ms, and
 * every opponent answers after 20 ms. Says how long all of it took, and
 * how much of it was computing. */
static int with_thought(int (*games)(struct board *table))
{
    struct board table[BOARDS];
    unsigned long work = queens_rounds(20);
    for (int i = 0; i < BOARDS; i++)
        table[i] = (struct board){boards[i].name, 20, work, 0};

    uint64_t begin = uv_hrtime();
    int r = games(table);
    uint64_t took = uv_hrtime() - begin, computed = 0;
    for (int i = 0; i < BOARDS; i++)
        computed += table[i].cpu_ns;
    stage_say("%.0f ms of computing took %.0f ms (%u processors)",
              (double)computed / 1e6, (double)took / 1e6,
              uv_available_parallelism());
    return r;
}

int chess_one_by_one(void)
{
    return on_a_loop(one_by_one, boards);
}

int chess_one_loop(void)
{
    return on_one_loop(boards);
}

int chess_eight_threads(void)
{
    return on_eight_threads(boards);
}

int chess_cpu_one_loop(void)
{
    return with_thought(on_one_loop);
}

int chess_cpu_threads(void)
{
    return with_thought(on_eight_threads);
}
