/* A growable byte string, always NUL-terminated once something was added. Zero-initialise, add,
 * free. A failed allocation sets `failed` and makes further additions no-ops, so a long chain of
 * calls needs one check at its end; contents stay as they were. */
#ifndef ASYNCTUT_STR_H
#define ASYNCTUT_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
    char *data; /* NULL while empty */
    size_t length, capacity;
    bool failed;
};

void str_add(struct str *str, const char *bytes, size_t length);
void str_puts(struct str *str, const char *text);
void str_putc(struct str *str, char byte);
void str_repeat(struct str *str, const char *text, int times);
void str_printf(struct str *str, const char *format, ...) __attribute__((format(printf, 2, 3)));
void str_vprintf(struct str *str, const char *format, va_list args);
void str_clear(struct str *str);             /* keeps the memory */
void str_free(struct str *str);              /* leaves it zeroed */
const char *str_text(const struct str *str); /* never NULL: "" while empty */
char *str_take(struct str *str); /* the caller frees; NULL if failed. Leaves it zeroed */

/* Untrusted bytes made fit to show: printable UTF-8 stays, everything else (control characters,
 * broken UTF-8, bidirectional overrides, escapes) becomes a visible \xNN or \u{...}. Newlines and
 * tabs stay if keep_lines. */
void str_add_shown(struct str *str, const char *bytes, size_t length, bool keep_lines);

#endif
