/* Shared by the files of the replay only. */
#ifndef ASYNCTUT_REPLAY_PRIV_H
#define ASYNCTUT_REPLAY_PRIV_H

#include <stdatomic.h>
#include <uv.h>

#include "cli/views/differ.h"
#include "cli/views/replay.h"
#include "engine/base/array.h"
#include "engine/base/beside.h"
#include "engine/term/highlight.h"
#include "engine/term/line_edit.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"

/* The events that are shown: those of the level and of the filter, by their numbers. */
struct replay_list {
    uint64_t *bits;   /* one for each event */
    uint32_t *before; /* items before each block of bits */
    size_t blocks, count;
    enum event_level level;
    char filter[64]; /* part of a name of an actor or of a kind of event; "" for all */
};

struct replay_warning {
    size_t event; /* where it can be seen */
    char *text;
};

struct replay_warnings {
    struct replay_warning *items;
    size_t count, capacity;
    const struct trace *trace;
    const struct actors *actors;
    bool begun;
    _Atomic bool found;   /* all that follows from the trace: the items do not change any more */
    struct beside beside; /* the thread on which they are looked for */
};

/* A file of source, kept. */
struct replay_file {
    char *path, *text;      /* text NULL: it cannot be had */
    const char **lines;     /* their beginnings */
    struct highlight *open; /* what each line begins in */
    int line_count;
};

enum { REPLAY_FILES = 8 };

struct replay_sources {
    struct replay_file files[REPLAY_FILES];
    int count, next; /* next: the one that is given up when there are too many */
};

/* A handle or request that is waited for from the event that began it up to another. */
struct replay_wait {
    uint32_t entity, from, to;
};

/* An entity while a moment is looked at. */
struct replay_slot {
    uint32_t entity, state;
};

struct replay_waits {
    bool made;
    struct replay_wait *items; /* the long ones */
    size_t count, capacity;
    struct replay_slot *slots; /* NULL without memory */
};

/* Lanes as text, for one width. Each is made when it is first seen. */
struct replay_lanes {
    int width;
    struct str head, loops;
    size_t loop_count;
    char **actors; /* by their numbers; NULL: not seen yet */
    size_t first, count;
    size_t spent; /* spans that this picture went through */
};

enum { REPLAY_NAME = 160 };

/* What a key asked for and takes long: done by replay_tick(), when the picture says so. */
enum replay_later { REPLAY_NOTHING, REPLAY_NEXT_WARNING, REPLAY_OTHER_FILE };

struct replay {
    const struct trace *trace;
    struct symbols *symbols;
    struct replay_options options;
    struct actors actors;
    struct replay_list list;
    struct replay_warnings warnings;
    struct replay_sources sources;
    struct replay_waits waits;

    size_t at;     /* in the list */
    size_t moment; /* the last event of all that has happened; SIZE_MAX: none */
    uint64_t time; /* ns */
    bool playing;
    int slowness; /* it plays at 1 / 2^slowness of the program's speed, faster if negative */

    bool help, typing;
    bool asks_file; /* what is typed is the name of a trace, not a filter */
    struct line_edit filter;
    bool differs; /* the two are shown: */
    struct differ differ;
    char own_name[REPLAY_NAME], other_name[REPLAY_NAME];
    char message[512]; /* until the next key */
    size_t warning;    /* the one that was shown last */
    enum replay_later later;

    struct replay_lanes lanes;

    struct place place;  /* what the source pane shows */
    bool place_is_here;  /* it is that of the event itself, not of one near it */
    bool awaits_places;  /* some were not known when it was last drawn */
    bool awaits_lanes;   /* some were not made when it was last drawn */
    int events_per_page; /* as last drawn */
};

/* --- replay_move.c --- */
void replay_go_to(struct replay *replay, size_t at); /* a place in the list */
void replay_move_by(struct replay *replay, long by);
void replay_move_turn(struct replay *replay, bool forward);
void replay_next_warning(struct replay *replay); /* once they are found */
/* The list anew, at the same place as nearly as it has one. */
void replay_change_list(struct replay *replay, enum event_level level, const char *filter);
void replay_next_level(struct replay *replay);

/* --- replay_keys.c --- */
void replay_open_other(struct replay *replay, const char *path);

/* --- replay.c --- */
void replay_play_or_stop(struct replay *replay);
void replay_change_speed(struct replay *replay, int by); /* 1: half as fast */

/* --- replay_list.c --- */
/* Makes the list anew. 0 or UV_ENOMEM, which leaves the old one. */
int replay_list_make(struct replay_list *list, const struct trace *trace, enum event_level level,
                     const char *filter);
void replay_list_free(struct replay_list *list);
/* The event that is item number `at`. */
size_t replay_list_item(const struct replay_list *list, size_t at);
/* The last item at or before an event; 0 if there is none. */
size_t replay_list_at_event(const struct replay_list *list, size_t event);
/* Where the next turn of the same loop begins; where this one does, or else the one before. */
size_t replay_list_next_turn(const struct replay_list *list, const struct trace *trace, size_t at);
size_t replay_list_previous_turn(const struct replay_list *list, const struct trace *trace,
                                 size_t at);

/* --- replay_warnings.c --- */
/* Begins to look for them, once; later calls do nothing. */
void replay_warnings_begin(struct replay_warnings *warnings, const struct trace *trace,
                           const struct actors *actors);
/* A task that still waited at the end: since which event, and a sentence. */
bool replay_never_ended(const struct actor *actor, size_t *ret_event, struct str *out);
void replay_warnings_free(struct replay_warnings *warnings);

/* --- replay_files.c --- */
/* NULL if it cannot be had. */
const struct replay_file *replay_source(struct replay *replay, const char *path);
void replay_sources_free(struct replay_sources *sources);

/* --- replay_source.c --- */
/* The place of an event; false: there is none, or (replay->awaits_places is set) not yet. */
bool replay_place(struct replay *replay, size_t event, struct place *ret_place);

/* --- replay_waits.c --- */
void replay_waits_make(struct replay_waits *waits, const struct trace *trace); /* once */
void replay_waits_free(struct replay_waits *waits);
/* Tells each handle and request that is waited for at a moment, and the event that began it. */
typedef void replay_waits_told(void *to, uint32_t entity, size_t event);
void replay_waits_at(struct replay_waits *waits, const struct trace *trace, size_t moment,
                     replay_waits_told *tell, void *to);

/* --- replay_lanes.c --- */
void replay_lanes_free(struct replay *replay);
/* Draws title, axis, lanes and the moment through them into the top left corner of the screen;
 * returns the rows used, at most `rows`. */
int replay_draw_lanes(struct replay *replay, struct screen *screen, const struct look *look,
                      int width, int rows);
/* Draws so many lines at most, as wide as `width`, from a row on; returns the row behind them. */
int replay_draw_lines(struct screen *screen, int row, int width, const char *lines, int most);

/* --- replay_source.c: the pane --- */
/* A rectangle of the screen. */
struct pane {
    int row, column, rows, columns;
};
/* Sets replay->place to that of the event that is looked at, or of the nearest before it that has
 * one, or after. */
void replay_follow_place(struct replay *replay);
void replay_draw_source(struct replay *replay, struct screen *screen, const struct look *look,
                        struct pane pane);

#endif
