/* The decoder works on a small buffer of held bytes: it looks at the front, takes a key or swallows
 * something, or waits for more. A sequence that outgrows the buffer is swallowed as it comes, up to
 * its end. So the keys depend on the bytes alone, not on how reads cut them; only key_flush(),
 * which says that time has passed, decides what the bytes leave open. */
#include "engine/term/key.h"

#include <string.h>

#include "engine/base/utf8.h"
#include "engine/term/key_priv.h"

enum { ESC = 0x1b, REPLACEMENT = 0xfffd };

/* How many bytes a character has by its first byte, 0 if none begins so. */
static size_t announced(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* Continuation bytes that stand after the first, at most `wanted` - 1. */
static size_t continued(const unsigned char *bytes, size_t length, size_t wanted)
{
    size_t n = 1;

    while (n < wanted && n < length && (bytes[n] & 0xc0) == 0x80)
        n++;
    return n;
}

static struct step character(const unsigned char *bytes, size_t length, bool last)
{
    size_t wanted = announced(bytes[0]);
    uint32_t code = REPLACEMENT;

    if (wanted == 0)
        return step_key(1, KEY_CHAR, REPLACEMENT, 0);
    size_t have = continued(bytes, length, wanted);
    if (have < wanted && have == length && !last)
        return step_more();
    if (have < wanted || !utf8_decode((const char *)bytes, have, &code))
        return step_key(have, KEY_CHAR, REPLACEMENT, 0);
    if (code >= 0x80 && code < 0xa0)
        return step_nothing(have); /* C1 controls: eight-bit escapes, never keys */
    return step_key(have, KEY_CHAR, code, 0);
}

/* A byte below 0x20, or 0x7f. */
static struct step control(unsigned char byte)
{
    switch (byte) {
    case '\r':
    case '\n':
        return step_key(1, KEY_ENTER, 0, 0);
    case '\t':
        return step_key(1, KEY_TAB, 0, 0);
    case '\b':
    case 0x7f:
        return step_key(1, KEY_BACKSPACE, 0, 0);
    case 0:
        return step_key(1, KEY_CHAR, ' ', KEY_CTRL);
    }
    return step_key(1, KEY_CHAR, byte <= 26 ? byte + 0x60u : byte + 0x40u, KEY_CTRL);
}

static bool is_control(unsigned char byte)
{
    return byte < ' ' || byte == 0x7f;
}

static struct step without_escape(const unsigned char *bytes, size_t length, bool last)
{
    return is_control(bytes[0]) ? control(bytes[0]) : character(bytes, length, last);
}

/* ESC and a key: that key with Alt. */
static struct step with_alt(const unsigned char *bytes, size_t length, bool last)
{
    struct step step = without_escape(bytes + 1, length - 1, last);

    if (step.outcome == OUTCOME_MORE)
        return step;
    step.used++;
    step.key.modifiers |= KEY_ALT;
    return step;
}

/* ESC O: cursor and function keys in application mode. */
static struct step single_shift(const unsigned char *bytes)
{
    enum key_type type;
    uint32_t code;

    if (is_control(bytes[2]))
        return step_nothing(2);
    if (key_by_final(bytes[2], &type, &code))
        return step_key(3, type, code, 0);
    return step_nothing(3);
}

/* Does ESC and this byte open a string (DCS, SOS, OSC, PM, APC)? */
static bool opens_string(unsigned char byte)
{
    return byte == 'P' || byte == 'X' || byte == ']' || byte == '^' || byte == '_';
}

static struct step escape(struct key_decoder *decoder, bool last)
{
    const unsigned char *held = decoder->held;
    size_t length = decoder->held_length;

    if (length == 1)
        return last ? step_key(1, KEY_ESCAPE, 0, 0) : step_more();
    if (held[1] == ESC)
        return step_key(1, KEY_ESCAPE, 0, 0);
    bool opens = held[1] == '[' || held[1] == 'O' || opens_string(held[1]);
    if (opens && length == 2)
        return last ? with_alt(held, length, last) : step_more();
    if (held[1] == 'O')
        return single_shift(held);
    if (opens_string(held[1])) {
        decoder->skip = SKIP_STRING;
        return step_nothing(2);
    }
    if (held[1] != '[')
        return with_alt(held, length, last);
    struct step step = key_control_sequence(held, length, &decoder->pasting);
    if (step.outcome == OUTCOME_MORE && (last || length == sizeof decoder->held)) {
        decoder->skip = last ? SKIP_NOTHING : SKIP_CONTROL;
        step = step_nothing(length);
    }
    return step;
}

/* Within a paste only its end means anything. */
static struct step pasted(struct key_decoder *decoder, bool last)
{
    static const char end[] = "\033[201~";
    const unsigned char *held = decoder->held;
    size_t length = decoder->held_length, known = sizeof end - 1;

    if (held[0] == ESC) {
        if (memcmp(held, end, length < known ? length : known) != 0)
            return step_nothing(1);
        if (length < known)
            return last ? step_nothing(1) : step_more();
        decoder->pasting = false;
        return step_nothing(known);
    }
    struct step step = without_escape(held, length, last);
    if (held[0] == 3)
        decoder->pasting = false;
    else if (is_control(held[0]) && step.key.type != KEY_ENTER && step.key.type != KEY_TAB)
        return step_nothing(1);
    step.key.pasted = decoder->pasting;
    return step;
}

/* Inside a control sequence that is swallowed: up to its final byte, or to what cannot be in it. */
static struct step skip_control(struct key_decoder *decoder)
{
    unsigned char byte = decoder->held[0];

    if (byte >= ' ' && byte < '@')
        return step_nothing(1);
    decoder->skip = SKIP_NOTHING;
    return step_nothing(byte >= '@' && byte <= '~' ? 1 : 0);
}

/* Inside a string: up to ESC \ or BEL, CAN and SUB; any other escape ends it and begins anew. */
static struct step skip_string(struct key_decoder *decoder, bool last)
{
    unsigned char byte = decoder->held[0];

    if (byte == ESC && decoder->held_length < 2 && !last)
        return step_more();
    bool ends = byte == ESC || byte == '\a' || byte == 0x18 || byte == 0x1a;
    if (ends)
        decoder->skip = SKIP_NOTHING;
    if (byte != ESC)
        return step_nothing(1);
    bool terminated = decoder->held_length > 1 && decoder->held[1] == '\\';
    return step_nothing(terminated ? 2 : 0);
}

static struct step front(struct key_decoder *decoder, bool last)
{
    if (decoder->skip == SKIP_CONTROL)
        return skip_control(decoder);
    if (decoder->skip == SKIP_STRING)
        return skip_string(decoder, last);
    if (decoder->pasting)
        return pasted(decoder, last);
    if (decoder->held[0] == ESC)
        return escape(decoder, last);
    return without_escape(decoder->held, decoder->held_length, last);
}

/* Takes from the front until it is undecided or nothing is left. */
static void drain(struct key_decoder *decoder, bool last,
                  void (*found)(const struct key *key, void *to), void *to)
{
    while (decoder->held_length) {
        struct step step = front(decoder, last);
        if (step.outcome == OUTCOME_MORE)
            return;
        decoder->held_length -= step.used;
        memmove(decoder->held, decoder->held + step.used, decoder->held_length);
        if (step.outcome == OUTCOME_KEY)
            found(&step.key, to);
    }
}

bool key_feed(struct key_decoder *decoder, const char *bytes, size_t length,
              void (*found)(const struct key *key, void *to), void *to)
{
    for (size_t at = 0; at < length; at++) {
        decoder->held[decoder->held_length++] = (unsigned char)bytes[at];
        drain(decoder, false, found, to);
    }
    return decoder->held_length > 0 || decoder->skip;
}

void key_flush(struct key_decoder *decoder, void (*found)(const struct key *key, void *to),
               void *to)
{
    drain(decoder, true, found, to);
    decoder->skip = SKIP_NOTHING;
}
