/* A terminal made of two strings. It shares everything with the real one but descriptors, signals
 * and time, so what holds for a view on the mock holds on a terminal that answers at once. */
#include <stdlib.h>
#include <string.h>

#include "engine/term/term_priv.h"

int term_open_mock(const struct look *look, struct term **ret_term)
{
    struct term *term = calloc(1, sizeof *term);

    if (!term)
        return UV_ENOMEM;
    term->is_mock = true;
    term->look = *look;
    term->interactive = look->terminal;
    *ret_term = term;
    return 0;
}

void term_mock_feed(struct term *term, const char *bytes)
{
    str_puts(&term->mock.fed, bytes);
    term->input_ended = false;
}

void term_mock_resize(struct term *term, int width, int height)
{
    term->look.width = width;
    term->look.height = height;
    term->pending.resize = true;
}

const char *term_mock_output(struct term *term)
{
    struct str last = term->mock.returned;

    term->mock.returned = term->mock.kept;
    term->mock.kept = last;
    str_clear(&term->mock.kept);
    return str_text(&term->mock.returned);
}

void term_mock_hold(struct term *term, bool held)
{
    term->mock.held = held;
}

void mock_continue(struct term *term)
{
    if (term->mock.held)
        return;
    str_add(&term->mock.kept, str_text(&term->in_flight), term->in_flight.length);
    str_clear(&term->in_flight);
}

void mock_run(struct term *term, bool lines, bool limited)
{
    if (term_busy(term) && !term->mock.held) {
        mock_continue(term);
        term->pending.written = true;
        return;
    }
    if ((term->interactive || lines) && input_take(term))
        return;
    if (term->keys_held)
        input_flush(term);
    else if (atomic_exchange(&term->mock.wake, false))
        term->pending.wake = true;
    else if (limited)
        term->pending.timeout = true;
    else
        term->input_ended = true;
}

long mock_read(struct term *term, char *buffer, size_t size)
{
    struct mock *mock = &term->mock;
    size_t left = mock->fed.length - mock->fed_used, n = left < size ? left : size;

    if (n)
        memcpy(buffer, mock->fed.data + mock->fed_used, n);
    mock->fed_used += n;
    return (long)n;
}

void mock_free(struct mock *mock)
{
    str_free(&mock->fed);
    str_free(&mock->kept);
    str_free(&mock->returned);
}
