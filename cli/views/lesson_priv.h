/* Shared by the files of the lesson view only. */
#ifndef ASYNCTUT_VIEW_LESSON_PRIV_H
#define ASYNCTUT_VIEW_LESSON_PRIV_H

#include "cli/views/lesson.h"
#include "cli/views/page.h"

struct walk {
    struct app *app;
    const struct course_chapter *chapter;
    struct lesson *lesson;
    size_t page;     /* the first block of the page that is shown */
    size_t page_end; /* behind its last block of text */
    size_t *visited; /* pages shown before this one, for going back */
    size_t visited_count, visited_capacity;
    const char *demo;  /* the last one that was offered; NULL: none yet */
    bool headed;       /* the title line is due, after a jump */
    bool page_goes_on; /* no key was waited for: the next step is on the same page */
};

/* Waits at the end of a stretch of text and answers its keys. FLOW_NEXT: go to *ret_at, which is
 * `end` unless something was found. */
enum flow lesson_wait(struct walk *walk, size_t end, size_t *ret_at);

/* Offers a demo and plays it. FLOW_NEXT, FLOW_BACK, or why to leave. */
enum flow lesson_demo(struct walk *walk, const char *name);

/* A paragraph of the program's own between those of the lesson. */
void lesson_say(struct walk *walk, enum style style, const char *text);

const struct block *lesson_block(const struct walk *walk, size_t at);
/* True for the directive of that name. */
bool lesson_is(const struct block *block, const char *name);
/* Directives that are steps of their own; `source` is part of the text. */
bool lesson_is_step(const struct block *block);

/* Rows that a stretch of text may take so that all of it can be seen at once. */
int lesson_room(const struct walk *walk);

/* Writes blocks from `at` as far as they fit on the screen; *ret_end: the end of that stretch,
 * *ret_rows: what it takes of the screen. FLOW_NEXT, or why to leave in the middle of a long block.
 */
enum flow lesson_show(struct walk *walk, size_t at, size_t *ret_end, int *ret_rows);

/* Writes the title line if it is due: before a question that no text is shown with. */
void lesson_head(struct walk *walk, size_t at);

/* Lists the glossary's words on the page that is shown, each with its meaning. */
void lesson_words(struct walk *walk);
/* Where terms cannot be seen to be marked: a line that names those of blocks from..to. */
void lesson_name_words(const struct walk *walk, struct page *page, size_t from, size_t to,
                       struct str *out);

#endif
