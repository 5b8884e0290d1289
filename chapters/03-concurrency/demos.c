/* The demos of chapter 03 and their acts. */
#include "chapters/demos.h"
#include "chapters/03-concurrency/acts.h"

static const struct act chess[] = {
    {"one-by-one", "Eight games, one after another", chess_one_by_one},
    {"one-loop", "Eight games on one loop", chess_one_loop},
    {"eight-threads", "Eight games, a thread for each",
     chess_eight_threads},
    {"cpu-one-loop", "Moves that compute, on one loop",
     chess_cpu_one_loop},
    {"cpu-threads", "Moves that compute, a thread for each",
     chess_cpu_threads},
    {NULL, NULL, NULL},
};

static const struct act spinners[] = {
    {"one-loop", "Two computing tasks on one loop", spinners_one_loop},
    {"two-threads", "The same work on two threads",
     spinners_two_threads},
    {NULL, NULL, NULL},
};

static const struct act mixed[] = {
    {"on-the-loop", "Three games and a search on one loop",
     mixed_on_the_loop},
    {"beside-the-loop", "The search on a thread beside the loop",
     mixed_beside_the_loop},
    {NULL, NULL, NULL},
};

const struct demo demos_03[] = {
    {"chess", "One master, eight games",
     "chapters/03-concurrency/chess.c", chess},
    {"spinners", "Two computations that take turns, or do not",
     "chapters/03-concurrency/spinners.c", spinners},
    {"mixed", "Waiting and computing in one program",
     "chapters/03-concurrency/mixed.c", mixed},
    {NULL, NULL, NULL, NULL},
};
