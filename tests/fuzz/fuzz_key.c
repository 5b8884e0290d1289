/* key_feed(): any bytes, in one piece and cut, give the same well-formed keys; nothing is held back
 * once time has passed. */
#include <string.h>

#include "engine/term/key.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_words[] = {"\033",
                                  "\033[",
                                  "\033O",
                                  "A",
                                  "~",
                                  ";5",
                                  "1",
                                  "200~",
                                  "\033[200~",
                                  "\033[201~",
                                  "\033]0;x",
                                  "\a",
                                  "\033\\",
                                  "\033P",
                                  "?2026;2$y",
                                  "R",
                                  "\xc3\xa9",
                                  "\xe6\x97",
                                  "\xf0\x9f\x99\x82",
                                  "\xff",
                                  "\003",
                                  "\r",
                                  "u",
                                  "\x9b",
                                  NULL};

enum { KEYS = 4096 };

struct keys {
    struct key items[KEYS];
    size_t count;
};

static void found(const struct key *key, void *to)
{
    struct keys *keys = to;
    uint32_t code = key->code;

    fuzz_assert(key->type <= KEY_MODE && key->modifiers <= 7);
    fuzz_assert(key->type != KEY_CHAR || (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)));
    fuzz_assert(key->type != KEY_FUNCTION || (code >= 1 && code <= 12));
    if (keys->count < KEYS)
        keys->items[keys->count++] = *key;
}

static bool same(const struct key *a, const struct key *b)
{
    return a->type == b->type && a->code == b->code && a->modifiers == b->modifiers &&
           a->pasted == b->pasted;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct keys whole, cut;
    struct key_decoder first = {0}, second = {0};
    const char *bytes = (const char *)data;

    whole.count = cut.count = 0;
    key_feed(&first, bytes, size, found, &whole);
    for (size_t at = 0, n; at < size; at += n) {
        n = 1 + data[at] % 7;
        n = n > size - at ? size - at : n;
        key_feed(&second, bytes + at, n, found, &cut);
    }
    key_flush(&first, found, &whole);
    key_flush(&second, found, &cut);
    fuzz_assert(first.held_length == 0 && !first.skip && second.held_length == 0 && !second.skip);
    fuzz_assert(whole.count == cut.count);
    for (size_t i = 0; i < whole.count; i++)
        fuzz_assert(same(&whole.items[i], &cut.items[i]));
    return 0;
}
