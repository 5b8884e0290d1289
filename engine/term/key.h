/* Bytes from a terminal to keys. I/O-free: feed bytes, take keys. Zero-initialise the decoder.
 *
 * A lone Escape is told from a sequence by time: when key_feed() says bytes are held back, call
 * key_flush() if nothing more comes within 50 ms. Broken UTF-8 gives U+FFFD; unknown sequences are
 * swallowed whole; replies of the terminal are not keys. Bracketed paste comes as characters, Enter
 * and Tab with `pasted` set; no other control character of a paste gets through, except that
 * Ctrl-C ends it, so that a paste without an end cannot lock the keyboard.
 *
 * Sequences: ECMA-48 section 5.4, "XTerm Control Sequences" (PC-style function keys), DECRQM. */
#ifndef ASYNCTUT_KEY_H
#define ASYNCTUT_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_type {
    KEY_CHAR, /* code: the code point; with KEY_CTRL the lower-case letter, space, or one of \]^_ */
    KEY_ENTER,
    KEY_TAB,
    KEY_BACKSPACE,
    KEY_ESCAPE,
    KEY_UP,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_HOME,
    KEY_END,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_INSERT,
    KEY_DELETE,
    KEY_FUNCTION, /* code: 1..12 */
    KEY_MODE,     /* the terminal's answer to CSI ? code $ p; modifiers: its value 0..4 */
};

enum { KEY_SHIFT = 1, KEY_ALT = 2, KEY_CTRL = 4 };

struct key {
    enum key_type type;
    uint32_t code;
    unsigned modifiers;
    bool pasted;
};

enum key_skip { SKIP_NOTHING, SKIP_CONTROL, SKIP_STRING }; /* what is being swallowed */

struct key_decoder {
    unsigned char held[64]; /* what is not decided yet */
    size_t held_length;
    bool pasting;
    enum key_skip skip;
};

/* Feeds bytes, in any pieces; calls `found` for each key. True: bytes are held back. */
bool key_feed(struct key_decoder *decoder, const char *bytes, size_t length,
              void (*found)(const struct key *key, void *to), void *to);

/* Nothing more came: decides about what is held back. */
void key_flush(struct key_decoder *decoder, void (*found)(const struct key *key, void *to),
               void *to);

#endif
