/* Three games wait, and one search computes, in one program. First the
 * search is a task on the games' own loop; then it is handed to a
 * thread of libuv's pool, and the loop hears of its end like of any
 * other event. */
#include <uv.h>

#include "chapters/03-concurrency/acts.h"
#include "chapters/onloop.h"
#include "chapters/queens.h"
#include "engine/event/stage.h"
#include "engine/task/task.h"

enum { GAMES = 3, SEARCH_MS = 150 };

struct game {
    const char *name;
    unsigned thinking_ms;
};

static struct game games[GAMES] = {{"A", 20}, {"B", 40}, {"C", 60}};

static int play(void *arg)
{
    struct game *game = arg;
    task_set_name(NULL, game->name);
    task_sleep(game->thinking_ms);
    return 0;
}

/* region on-the-loop */
static int search(void *arg)
{
    unsigned long *work = arg;
    task_set_name(NULL, "search");
    queens_search(*work); /* computes, and never pauses */
    return 0;
}

/* Three games, and the search as a fourth task if there is work. */
static int play_all(void *work)
{
    struct task *tasks[GAMES + 1];
    size_t wanted = work ? GAMES + 1 : GAMES, n = 0;
    while (n < GAMES && (tasks[n] = task_spawn(play, &games[n])))
        n++;
    if (work && n == GAMES && (tasks[n] = task_spawn(search, work)))
        n++;
    int r = task_gather(tasks, n, NULL);
    return n < wanted ? UV_ENOMEM : r;
}
/* end */

int mixed_on_the_loop(void)
{
    unsigned long work = queens_rounds(SEARCH_MS);
    return on_a_loop(play_all, &work);
}

/* region beside-the-loop */
/* Runs on a pool thread. */
static void search_in_the_pool(uv_work_t *request)
{
    unsigned long *work = request->data;
    queens_search(*work);
}

/* Runs on the loop, afterwards. */
static void search_done(uv_work_t *request, int status)
{
    (void)request;
    stage_say(status == 0 ? "The search is done."
                          : "The search was cancelled.");
}

int mixed_beside_the_loop(void)
{
    unsigned long work = queens_rounds(SEARCH_MS);
    uv_loop_t loop;
    uv_work_t request = {.data = &work};
    int r = uv_loop_init(&loop);
    if (r < 0)
        return r;
    r = uv_queue_work(&loop, &request, search_in_the_pool, search_done);
    if (r == 0)
        stage_name(&request, "search");
    int played = task_run(&loop, play_all, NULL);
    /* Until the search has been reported, too. */
    uv_run(&loop, UV_RUN_DEFAULT);
    int closed = uv_loop_close(&loop);
    return r < 0 ? r : played < 0 ? played : closed;
}
/* end */
