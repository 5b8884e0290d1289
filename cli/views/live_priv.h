/* The parts of the live trace; for its files alone. */
#ifndef ASYNCTUT_LIVE_PRIV_H
#define ASYNCTUT_LIVE_PRIV_H

#include "cli/views/live.h"
#include "cli/views/words.h"
#include "engine/trace/acts.h"
#include "engine/trace/query.h"

enum { LIVE_COLUMNS = 24, LIVE_NAME_WIDTH = 12, LIVE_ALONE = 8, NO_COLUMN = -1 };

/* An actor and what it does now. */
struct player {
    uint32_t id;
    enum entity_type type;
    enum span_state state;
    bool begun, resumed; /* its first line is out; it has run */
    bool repeats;        /* a timer that goes on when it has fired */
    bool ended;          /* or waits for nothing: its column is free */
    int column, style;
    int home; /* the column that it had last, NO_COLUMN: none yet */
    int64_t result;
    uint64_t born, since; /* ns; since: its last start, or UINT64_MAX */
    uint64_t before;      /* ns from its birth to its first run */
    uint32_t awaits;      /* entity that it waits for */
};

struct live {
    const struct trace *trace;
    struct symbols *symbols;
    const struct look *look;
    struct acts acts;
    size_t seen, from; /* the next event; events before `from` pass untold */
    size_t folded;     /* the event that was told together with an earlier one; SIZE_MAX: none */

    size_t alone[LIVE_ALONE]; /* events told before their end because the program was stopped */
    int alone_count;

    struct player *players;
    size_t count, capacity;
    uint32_t *index; /* by entity id: player + 1 */
    size_t indexed;

    uint32_t columns[LIVE_COLUMNS]; /* player + 1, or 0: free */
    int column_count, name_width;
    int begun; /* players that have had a line, for their colours */
    bool headed, names_only;

    uint64_t turn;      /* the last that was told, */
    uint32_t turn_loop; /* of that loop */

    struct str last;  /* the text of the last line, */
    uint64_t repeats; /* how often it came again untold, */
    uint64_t repeated_at;
};

/* One line before it is laid out. */
struct line {
    uint64_t time;
    struct player *who; /* NULL: the loop, or nobody */
    enum glyph glyph;   /* in who's column, */
    struct player then; /* who as it is afterwards: for the rows below */
    uint32_t asleep;    /* the thread whose loop sleeps, or 0 */
    struct str name, words, place;
    struct str short_place; /* "chess.c:27" */
};

/* --- who plays (live_players.c) --- */

/* The player that this entity is, made if it can be one; NULL. */
struct player *live_meet(struct live *live, uint32_t id);
struct player *live_find(const struct live *live, uint32_t id);
/* Who acts on the thread of event i, before it is followed; NULL: nobody with a name. */
struct player *live_acting(struct live *live, size_t i, bool or_thread);
/* A thread that a demo has named, to be told of. */
bool live_has_own_name(const struct live *live, const struct player *player);
/* What the event will have made of the player. */
void live_change(struct live *live, size_t i, struct player *player);
/* Brings actors up to event i. False: no memory. */
bool live_follow(struct live *live, size_t i);

/* --- what is told (live_ahead.c) --- */

enum ahead {
    AHEAD_WAIT,   /* it is not clear yet */
    AHEAD_HIDE,   /* not worth a line */
    AHEAD_ALONE,  /* a line of its own */
    AHEAD_FOLDED, /* together with *ret_end */
};
enum ahead live_ahead(const struct live *live, size_t i, enum event_level level, size_t *ret_end);

/* --- one event (live_tell.c) --- */

/* Adds the line of event i. False: it is not clear yet. */
bool live_tell(struct live *live, size_t i, enum event_level level, struct str *out);
/* Adds the count of equal lines that were held back. */
void live_tell_repeats(struct live *live, struct str *out);

/* --- since when (live.c) --- */

bool live_is_finished(const struct live *live);
/* Is the trace whole up to `ns` after that time, or will it be no more before the program goes on?
 */
bool live_has_passed(const struct live *live, uint64_t time, uint64_t ns);

/* --- how it looks (live_heading.c, live_line.c) --- */

/* Those who begin soon after event i get their columns now. False: it is too early to say. */
bool live_expect_actors(struct live *live, size_t i);

/* Gives the player a column, or takes to names if there is no room. */
void live_give_column(struct live *live, struct player *player);
void live_heading(struct live *live, struct str *out);
void live_line(struct live *live, const struct line *line, struct str *out);

#endif
