/* UTF-8 as the Unicode standard defines it: no overlong forms, no surrogates, nothing above
 * U+10FFFF. */
#ifndef ASYNCTUT_UTF8_H
#define ASYNCTUT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the character at the beginning of `length` bytes. Returns how many bytes it takes, 1..4,
 * or 0 if they do not begin with a whole, well-formed character; *ret_code is then untouched. */
size_t utf8_decode(const char *bytes, size_t length, uint32_t *ret_code);

/* The length of the longest prefix that is well-formed; `length` if all of it is. */
size_t utf8_valid_prefix(const char *bytes, size_t length);

/* May a terminal be given this character as it is? False for controls, bidirectional marks and
 * overrides, and what is invisible by itself (joiners, variation selectors, tags). */
bool utf8_is_shown(uint32_t code);

#endif
