/* Control sequences (ESC [ …). Parsed by the grammar first, so that what is unknown is swallowed
 * whole, and looked up in two tables after: by final byte, and by number for those that end in a
 * tilde. */
#include "engine/base/array.h"
#include "engine/term/key_priv.h"

enum { ARGUMENTS = 4, ARGUMENT_MAX = 0x10ffff };

struct sequence {
    unsigned char leader; /* one of < = > ? or 0 */
    bool intermediate;    /* bytes 0x20..0x2f stand before the final byte */
    unsigned char final;
    uint32_t arguments[ARGUMENTS];
    size_t count;
};

static const struct {
    unsigned char final;
    enum key_type type;
    uint32_t code;
} by_final[] = {
    {'A', KEY_UP, 0},       {'B', KEY_DOWN, 0},     {'C', KEY_RIGHT, 0},    {'D', KEY_LEFT, 0},
    {'F', KEY_END, 0},      {'H', KEY_HOME, 0},     {'P', KEY_FUNCTION, 1}, {'Q', KEY_FUNCTION, 2},
    {'R', KEY_FUNCTION, 3}, {'S', KEY_FUNCTION, 4},
};

static const struct {
    uint32_t number;
    enum key_type type;
    uint32_t code;
} by_number[] = {
    {1, KEY_HOME, 0},      {2, KEY_INSERT, 0},     {3, KEY_DELETE, 0},     {4, KEY_END, 0},
    {5, KEY_PAGE_UP, 0},   {6, KEY_PAGE_DOWN, 0},  {7, KEY_HOME, 0},       {8, KEY_END, 0},
    {11, KEY_FUNCTION, 1}, {12, KEY_FUNCTION, 2},  {13, KEY_FUNCTION, 3},  {14, KEY_FUNCTION, 4},
    {15, KEY_FUNCTION, 5}, {17, KEY_FUNCTION, 6},  {18, KEY_FUNCTION, 7},  {19, KEY_FUNCTION, 8},
    {20, KEY_FUNCTION, 9}, {21, KEY_FUNCTION, 10}, {23, KEY_FUNCTION, 11}, {24, KEY_FUNCTION, 12},
};

bool key_by_final(unsigned char final, enum key_type *ret_type, uint32_t *ret_code)
{
    for (size_t i = 0; i < array_length(by_final); i++)
        if (by_final[i].final == final) {
            *ret_type = by_final[i].type;
            *ret_code = by_final[i].code;
            return true;
        }
    return false;
}

static void take_parameter(struct sequence *sequence, unsigned char byte)
{
    if (byte < '0' || byte > '9') {
        sequence->count++;
        return;
    }
    if (sequence->count >= ARGUMENTS)
        return;
    uint32_t *argument = &sequence->arguments[sequence->count];
    if (*argument <= ARGUMENT_MAX)
        *argument = *argument * 10 + (uint32_t)(byte - '0');
}

/* Reads leader, parameters, intermediates and the final byte. Returns the bytes used, 0 if the
 * sequence is not whole; a byte that cannot stand in one ends it, with a final byte of 0. */
static size_t parse(const unsigned char *bytes, size_t length, struct sequence *sequence)
{
    size_t at = 2;

    if (at < length && bytes[at] >= '<' && bytes[at] <= '?')
        sequence->leader = bytes[at++];
    for (; at < length; at++) {
        unsigned char byte = bytes[at];
        if (byte < ' ' || byte > '~')
            return at;
        if (byte >= '@') {
            sequence->final = byte;
            return at + 1;
        }
        if (byte >= '0')
            take_parameter(sequence, byte);
        else
            sequence->intermediate = true;
    }
    return 0;
}

/* ESC [ number ; modifiers ~ */
static struct step tilde(const struct sequence *sequence, size_t used, unsigned modifiers)
{
    for (size_t i = 0; i < array_length(by_number); i++)
        if (by_number[i].number == sequence->arguments[0])
            return step_key(used, by_number[i].type, by_number[i].code, modifiers);
    return step_nothing(used);
}

/* ESC [ code ; modifiers u: keys as code points ("fixterms", kitty). */
static struct step code_point(uint32_t code, size_t used, unsigned modifiers)
{
    switch (code) {
    case '\r':
        return step_key(used, KEY_ENTER, 0, modifiers);
    case '\t':
        return step_key(used, KEY_TAB, 0, modifiers);
    case 0x1b:
        return step_key(used, KEY_ESCAPE, 0, modifiers);
    case '\b':
    case 0x7f:
        return step_key(used, KEY_BACKSPACE, 0, modifiers);
    }
    bool shown = code >= ' ' && code <= ARGUMENT_MAX && !(code >= 0xd800 && code <= 0xdfff) &&
                 !(code >= 0x80 && code < 0xa0);
    return shown ? step_key(used, KEY_CHAR, code, modifiers) : step_nothing(used);
}

struct step key_control_sequence(const unsigned char *bytes, size_t length, bool *pasting)
{
    struct sequence sequence = {0};
    enum key_type type;
    uint32_t code;
    size_t used = parse(bytes, length, &sequence);

    if (used == 0)
        return step_more();
    uint32_t first = sequence.arguments[0], second = sequence.arguments[1];
    if (sequence.leader == '?' && sequence.intermediate && sequence.final == 'y' && second <= 4)
        return step_key(used, KEY_MODE, first, second);
    if (sequence.leader || sequence.intermediate)
        return step_nothing(used);
    unsigned modifiers = second ? (second - 1) & 7 : 0;
    if (sequence.final == '~' && (first == 200 || first == 201)) {
        *pasting = first == 200;
        return step_nothing(used);
    }
    if (sequence.final == '~')
        return tilde(&sequence, used, modifiers);
    if (sequence.final == 'u')
        return code_point(first, used, modifiers);
    if (sequence.final == 'Z')
        return step_key(used, KEY_TAB, 0, KEY_SHIFT);
    /* ESC [ row ; column R is where the cursor is, unless the row is 1: then F3 and modifiers. */
    if (sequence.final == 'R' && first != 1)
        return step_nothing(used);
    if (key_by_final(sequence.final, &type, &code))
        return step_key(used, type, code, modifiers);
    return step_nothing(used);
}
