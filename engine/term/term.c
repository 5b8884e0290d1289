/* What a terminal reports, in which order, whether real or a mock: term_wait() takes from what is
 * pending and, while there is nothing, lets the driver or the mock find more. */
#include "engine/term/term.h"

#include <stdlib.h>
#include <string.h>

#include "engine/term/guard.h"
#include "engine/term/line_edit.h"
#include "engine/term/term_priv.h"

static struct term *opened; /* the real one: there is one keyboard */

int term_open(const struct look_options *options, struct term **ret_term, struct error *error)
{
    if (opened)
        return error_set(error, UV_EBUSY, "the terminal is open already");
    struct term *term = calloc(1, sizeof *term);
    if (!term)
        return error_set(error, UV_ENOMEM, "out of memory");
    term->options = *options;
    int result = driver_open(term, error);
    if (result < 0) {
        free(term);
        return result;
    }
    output_begin(term);
    opened = term;
    *ret_term = term;
    return 0;
}

void term_close(struct term *term)
{
    if (!term)
        return;
    term_status(term, "");
    if (term->full_screen)
        output_full_screen(term, false);
    if (!term->is_mock) {
        driver_close(term);
        opened = NULL;
    }
    mock_free(&term->mock);
    str_free(&term->lines);
    str_free(&term->line);
    str_free(&term->in_flight);
    free(term);
}

const struct look *term_look(const struct term *term)
{
    return &term->look;
}

bool term_interactive(const struct term *term)
{
    return term->interactive;
}

void term_wake(struct term *term)
{
    if (term->is_mock)
        atomic_store(&term->mock.wake, true);
    else
        driver_wake(term);
}

void term_on_pause(struct term *term, void (*pause)(void *to, bool stops), void *to)
{
    term->pause = pause;
    term->pause_to = to;
}

static void stop(struct term *term, bool whole_group)
{
    if (term->pause)
        term->pause(term->pause_to, true);
    if (term->is_mock)
        term->pending.continued = true;
    else
        driver_stop(term, whole_group);
    if (term->pause)
        term->pause(term->pause_to, false);
}

static bool take_flag(bool *flag, enum term_event_type type, struct term_event *ret_event)
{
    if (!*flag)
        return false;
    *flag = false;
    ret_event->type = type;
    return true;
}

static bool is_control(const struct key *key, uint32_t letter)
{
    return key->type == KEY_CHAR && (key->modifiers & KEY_CTRL) && key->code == letter;
}

/* The next key, unless Ctrl-Z: then what has happened since. */
static bool take_key(struct term *term, struct term_event *ret_event)
{
    struct pending *pending = &term->pending;

    if (pending->key_count == 0)
        return false;
    ret_event->type = TERM_KEY;
    ret_event->key = pending->keys[pending->key_first];
    pending->key_first = (pending->key_first + 1) % KEYS;
    pending->key_count--;
    if (is_control(&ret_event->key, 'c'))
        ret_event->type = TERM_INTERRUPT;
    if (!is_control(&ret_event->key, 'z'))
        return true;
    stop(term, true);
    return take_flag(&pending->continued, TERM_CONTINUED, ret_event);
}

/* Lines, and the end of input of either kind. */
static bool take_input(struct term *term, bool lines, bool limited, struct term_event *ret_event)
{
    if (lines && input_cut_line(term)) {
        ret_event->type = TERM_LINE;
        ret_event->line = str_text(&term->line);
        return true;
    }
    bool gone = term->interactive && (term->pending.end || (!limited && term->input_ended));
    if (lines ? !term->input_ended : !gone)
        return false;
    term->pending.end = false;
    ret_event->type = TERM_END;
    return true;
}

/* What stopping and going on ask for, outside the loop. */
static void follow_job_control(struct term *term)
{
    if (term->pending.stop)
        stop(term, false);
    if (term->pending.went_on)
        driver_go_on(term);
    term->pending.stop = term->pending.went_on = false;
}

static bool take_event(struct term *term, bool lines, bool limited, struct term_event *ret_event)
{
    struct pending *pending = &term->pending;

    follow_job_control(term);
    return take_flag(&pending->terminate, TERM_TERMINATE, ret_event) ||
           take_flag(&pending->interrupt, TERM_INTERRUPT, ret_event) ||
           take_flag(&pending->continued, TERM_CONTINUED, ret_event) ||
           take_flag(&pending->resize, TERM_RESIZE, ret_event) ||
           take_flag(&pending->written, TERM_WRITTEN, ret_event) || take_key(term, ret_event) ||
           take_flag(&pending->wake, TERM_WAKE, ret_event) ||
           take_input(term, lines, limited, ret_event) ||
           take_flag(&pending->timeout, TERM_TIMEOUT, ret_event);
}

void term_wait(struct term *term, int timeout_ms, struct term_event *ret_event)
{
    bool limited = timeout_ms >= 0, lines = !term->interactive && !limited;

    *ret_event = (struct term_event){0};
    if (!term->is_mock)
        driver_limit(term, timeout_ms);
    while (!take_event(term, lines, limited, ret_event)) {
        if (term->is_mock)
            mock_run(term, lines, limited);
        else
            driver_run(term, lines, timeout_ms != 0);
    }
    if (!term->is_mock)
        driver_unlimit(term);
    term->pending.timeout = false;
}

/* Can the line that is being typed be drawn again in place? */
static bool redraws_line(const struct term *term)
{
    return term->look.bold && !term->look.plain;
}

/* Draws the line that is being typed; `old` is the one on the screen, NULL if there is none. */
static void show_line(struct term *term, const char *prompt, const struct line_edit *old,
                      const struct line_edit *edit)
{
    struct str out = {0};

    if (redraws_line(term))
        line_edit_draw(edit, prompt, &term->look, &out);
    else if (old)
        line_edit_retype(old, edit, &out);
    else
        str_printf(&out, "%s%s", prompt, edit->text);
    term_write(term, str_text(&out), out.length);
    str_free(&out);
}

/* A key of the line; true if the line is finished, with the event that it is. */
static bool typed(struct term *term, const char *prompt, struct line_edit *edit,
                  struct term_event *event)
{
    struct line_edit old = *edit;
    enum line_edit_result result = line_edit_key(edit, &event->key);

    if (!redraws_line(term))
        edit->cursor = edit->length; /* where the dumb terminal's is */
    if (result == LINE_EDIT_GOES_ON) {
        show_line(term, prompt, &old, edit);
        return false;
    }
    event->type = result == LINE_EDIT_DONE ? TERM_LINE : TERM_END;
    str_clear(&term->line);
    str_add(&term->line, edit->text, edit->length);
    event->line = str_text(&term->line);
    return true;
}

static void read_typed_line(struct term *term, const char *prompt, struct term_event *ret_event)
{
    struct line_edit edit = {0};
    bool finished = false;

    show_line(term, prompt, NULL, &edit);
    while (!finished) {
        term_wait(term, -1, ret_event);
        switch (ret_event->type) {
        case TERM_KEY:
            finished = typed(term, prompt, &edit, ret_event);
            break;
        case TERM_RESIZE:
        case TERM_CONTINUED:
            show_line(term, prompt, NULL, &edit);
            break;
        case TERM_END:
        case TERM_INTERRUPT:
        case TERM_TERMINATE:
            finished = true;
            break;
        default:
            break;
        }
    }
    term_write(term, "\n", 1);
}

static void read_given_line(struct term *term, const char *prompt, struct term_event *ret_event)
{
    struct str shown = {0};

    term_write(term, prompt, strlen(prompt));
    do
        term_wait(term, -1, ret_event);
    while (ret_event->type == TERM_WAKE || ret_event->type == TERM_RESIZE ||
           ret_event->type == TERM_WRITTEN || ret_event->type == TERM_CONTINUED);
    if (ret_event->type == TERM_LINE)
        str_add_shown(&shown, ret_event->line, strlen(ret_event->line), false);
    str_putc(&shown, '\n');
    term_write(term, str_text(&shown), shown.length);
    str_free(&shown);
}

void term_read_line(struct term *term, const char *prompt, struct term_event *ret_event)
{
    if (term->interactive)
        read_typed_line(term, prompt, ret_event);
    else
        read_given_line(term, prompt, ret_event);
}
