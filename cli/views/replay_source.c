/* The source beside the trace. Who waits where at a moment follows from the spans of the actors and
 * the places of the events that began them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/views/replay_priv.h"
#include "engine/term/highlight.h"

enum { NUMBER_COLUMNS = 6, NAMES_MAX = 64, NEAR = 200 };

/* --- places ----------------------------------------------------------------------------------- */

bool replay_place(struct replay *replay, size_t event, struct place *ret_place)
{
    const struct event *of = trace_event(replay->trace, event);
    enum event_kind kind = (enum event_kind)of->kind;
    bool first_thread = kind == EVENT_BORN && of->arg == ENTITY_THREAD && !of->object;

    if (!of->where || !replay->symbols)
        return false;
    if (!symbols_find(replay->symbols, of->where, !first_thread && event_where_is_return(kind),
                      ret_place)) {
        replay->awaits_places = true;
        return false;
    }
    return ret_place->line > 0;
}

/* The span in which an actor is at the moment; false if it does not live then. */
static bool span_at(const struct replay *replay, const struct actor *actor, struct span *ret_span)
{
    size_t low = 0, high = actor->span_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (actor->steps[middle] / 8 <= replay->moment)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low)
        return false;
    *ret_span = query_span(replay->trace, actor, low - 1);
    return ret_span->last > replay->moment;
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* Who waits at a line that is seen. */
struct waiters {
    char names[NAMES_MAX];
    int count, more; /* more: those for whom there was no room */
    enum style style;
};

struct window {
    const struct replay_file *file;
    int first, rows; /* the first line, from 1 */
    struct waiters *waiters;
};

static bool waits(const struct span *span)
{
    return span->state == SPAN_WAITING || span->state == SPAN_BLOCKED || span->state == SPAN_POOL ||
           span->state == SPAN_READY;
}

static void add_waiter(struct waiters *waiters, const char *name, enum style style)
{
    size_t length = strlen(waiters->names);
    bool room = length + strlen(name) + 3 < sizeof waiters->names && !waiters->more;

    if (!waiters->count)
        waiters->style = style;
    waiters->count++;
    if (room)
        snprintf(waiters->names + length, sizeof waiters->names - length, "%s%s",
                 length ? ", " : "", name);
    else
        waiters->more++;
}

/* The waiters of the line where an event happened; NULL if it is not seen. */
static struct waiters *line_of(struct replay *replay, const struct window *window, size_t event)
{
    struct place place;

    if (!replay_place(replay, event, &place))
        return NULL;
    int row = place.line - window->first;
    bool seen = row >= 0 && row < window->rows && strcmp(place.path, window->file->path) == 0;
    return seen ? &window->waiters[row] : NULL;
}

static void find_actors(struct replay *replay, const struct window *window)
{
    for (size_t i = 0; i < replay->actors.count; i++) {
        const struct actor *actor = &replay->actors.items[i];
        struct span span;
        bool here = span_at(replay, actor, &span) && waits(&span);
        struct waiters *waiters = here ? line_of(replay, window, span.first) : NULL;
        if (waiters)
            add_waiter(waiters, actor->name, (enum style)(STYLE_ACTOR_0 + i % STYLE_ACTORS));
    }
}

/* Who waits at a line that is seen, and has no lane. */
struct handle {
    uint32_t id;
    struct waiters *waiters;
};

struct handles {
    struct replay *replay;
    const struct window *window;
    struct handle *items;
    size_t count, capacity;
};

static void add_handle(void *to, uint32_t id, size_t event)
{
    struct handles *handles = to;
    const struct entity *entity = trace_entity(handles->replay->trace, id);
    bool is_actor = entity && entity->name[0];
    struct waiters *waiters = is_actor ? NULL : line_of(handles->replay, handles->window, event);

    if (waiters && array_grow(&handles->items, &handles->capacity, handles->count))
        handles->items[handles->count++] = (struct handle){id, waiters};
}

static int by_id(const void *a, const void *b)
{
    uint32_t first = ((const struct handle *)a)->id, second = ((const struct handle *)b)->id;

    return (first > second) - (first < second);
}

/* Handles and requests that have no lane of their own. */
static void find_handles(struct replay *replay, const struct window *window)
{
    struct handles handles = {.replay = replay, .window = window};
    struct str name = {0};

    replay_waits_make(&replay->waits, replay->trace);
    replay_waits_at(&replay->waits, replay->trace, replay->moment, add_handle, &handles);
    if (handles.count)
        qsort(handles.items, handles.count, sizeof *handles.items, by_id);
    for (size_t i = 0; i < handles.count; i++) {
        str_clear(&name);
        query_name(replay->trace, handles.items[i].id, &name);
        add_waiter(handles.items[i].waiters, str_text(&name), STYLE_LOOP);
    }
    free(handles.items);
    str_free(&name);
}

/* The names stand behind the line, or over its end if it is long. */
static void draw_waiters(const struct waiters *waiters, struct screen *screen, int row, int column,
                         int end)
{
    char text[NAMES_MAX + 32];

    if (!waiters->count)
        return;
    snprintf(text, sizeof text, waiters->more ? "%s, and %d more" : "%s", waiters->names,
             waiters->more);
    int width = text_width(text, strlen(text));
    if (column + width + 2 > end)
        column = end - width - 2;
    screen_text(screen, row, column, 2, STYLE_TEXT, "  ", 2);
    screen_text(screen, row, column + 2, end - column - 2, waiters->style, text, strlen(text));
}

static void draw_line(struct replay *replay, struct screen *screen, const struct window *window,
                      const struct look *look, int index, struct pane at)
{
    int number = window->first + index, row = at.row + index, end = at.column + at.columns;
    const struct waiters *waiters = &window->waiters[index];
    struct highlight highlight = window->file->open[number - 1];
    const char *line = window->file->lines[number - 1];
    bool here = number == replay->place.line && replay->place_is_here;
    struct str text = {0};
    char label[16];

    snprintf(label, sizeof label, "%4d", number);
    screen_text(screen, row, at.column, at.columns, STYLE_DIM, label, strlen(label));
    const char *mark = look_glyph(look, here ? GLYPH_POINTER : GLYPH_WAIT_V);
    if (here || waiters->count)
        screen_text(screen, row, at.column + 5, 1, here ? STYLE_STRONG : waiters->style, mark,
                    strlen(mark));
    highlight_text(&highlight, look, line, strcspn(line, "\n"), &text);
    int column = screen_styled(screen, row, at.column + NUMBER_COLUMNS + 1,
                               at.columns - NUMBER_COLUMNS - 1, str_text(&text), text.length);
    draw_waiters(waiters, screen, row, column, end);
    str_free(&text);
}

static void draw_lines(struct replay *replay, struct screen *screen, const struct look *look,
                       const struct replay_file *file, struct pane pane)
{
    struct window window = {.file = file, .rows = pane.rows};

    window.first = replay->place.line - pane.rows / 2;
    if (window.first > file->line_count - pane.rows + 1)
        window.first = file->line_count - pane.rows + 1;
    if (window.first < 1)
        window.first = 1;
    window.waiters = calloc((size_t)pane.rows, sizeof *window.waiters);
    if (!window.waiters)
        return;
    find_actors(replay, &window);
    find_handles(replay, &window);
    for (int i = 0; i < pane.rows && window.first + i <= file->line_count; i++)
        draw_line(replay, screen, &window, look, i, pane);
    free(window.waiters);
}

void replay_follow_place(struct replay *replay)
{
    const struct replay_list *list = &replay->list;
    struct place place;

    replay->place_is_here = false;
    for (size_t i = replay->at + 1, tries = 0; i-- > 0 && tries < NEAR && list->count; tries++)
        if (replay_place(replay, replay_list_item(list, i), &place)) {
            replay->place = place;
            replay->place_is_here = i == replay->at;
            return;
        }
    for (size_t i = replay->at; i < list->count && i - replay->at < NEAR; i++)
        if (replay_place(replay, replay_list_item(list, i), &place)) {
            replay->place = place;
            return;
        }
}

void replay_draw_source(struct replay *replay, struct screen *screen, const struct look *look,
                        struct pane pane)
{
    struct str head = {0};

    if (pane.rows < 2)
        return;
    if (replay->place.line)
        str_add_shown(&head, replay->place.file, strlen(replay->place.file), false);
    else
        str_puts(&head, "looking for the source");
    screen_text(screen, pane.row, pane.column + 1, pane.columns - 1, STYLE_DIM, str_text(&head),
                head.length);
    str_free(&head);
    if (!replay->place.line)
        return;
    const struct replay_file *file = replay_source(replay, replay->place.path);
    pane.row++;
    pane.rows--;
    if (file && replay->place.line <= file->line_count)
        draw_lines(replay, screen, look, file, pane);
    else
        screen_text(screen, pane.row, pane.column + 1, pane.columns - 1, STYLE_DIM,
                    "(the file cannot be read)", 25);
}
