/* What commands and views share while the program runs. Each part is opened on first use, so that
 * a command pays only for what it needs; a part that cannot be opened says so on standard error and
 * gives the status to exit with. */
#ifndef ASYNCTUT_APP_H
#define ASYNCTUT_APP_H

#include <stdbool.h>

#include "cli/settings.h"
#include "cli/speak.h"
#include "engine/learner/learner.h"
#include "engine/lesson/course.h"
#include "engine/lesson/reference.h"
#include "engine/term/term.h"

struct symbols;

struct app {
    struct settings settings;
    struct course course;
    struct reference reference;
    struct learner *learner;
    struct term *term;
    struct symbols *symbols;
    char section[256]; /* the title of the section where the learner is */
    void (*words)(
        void *to); /* explains the words of the page on which a question stands, or NULL */
    void *words_to;
    bool blank;       /* what was written last ends with a blank line */
    bool save_failed; /* it was said once; not again */
    bool abandoned;   /* a demo was left running: this process can run no other */
};

/* STATUS_OK, or what to exit with; the error has then been said. app_reference() is for the
 * glossary and the misconceptions. */
int app_course(struct app *app);
int app_reference(struct app *app);
int app_learner(struct app *app);
int app_term(struct app *app);

/* Finds a chapter by what the person typed. STATUS_USAGE with a did-you-mean if there is none. */
int app_chapter(struct app *app, const char *word, const struct course_chapter **ret_chapter);

/* The symbols of this process; NULL if they cannot be had. Starts a thread on first use. */
struct symbols *app_symbols(struct app *app);

/* Saves what was learned. A failure is said once, in the terminal if one is open. */
void app_save(struct app *app);

/* Closes the terminal, and everything else that is open. */
void app_close(struct app *app);

/* How output that is not a terminal session looks; how standard error does. */
void app_look(const struct app *app, struct look *ret_look);
void app_look_error(const struct app *app, struct look *ret_look);

#endif
