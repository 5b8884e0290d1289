/* Within the key decoder: one step at the front of the held bytes. */
#ifndef ASYNCTUT_KEY_PRIV_H
#define ASYNCTUT_KEY_PRIV_H

#include "engine/term/key.h"

enum outcome {
    OUTCOME_MORE,    /* undecided: more bytes may make it something else */
    OUTCOME_KEY,     /* a key */
    OUTCOME_NOTHING, /* swallowed */
};

struct step {
    enum outcome outcome;
    size_t used; /* bytes; 0 with OUTCOME_NOTHING only if the decoder changed its state */
    struct key key;
};

static inline struct step step_more(void)
{
    return (struct step){.outcome = OUTCOME_MORE};
}
static inline struct step step_nothing(size_t used)
{
    return (struct step){.outcome = OUTCOME_NOTHING, .used = used};
}
static inline struct step step_key(size_t used, enum key_type type, uint32_t code,
                                   unsigned modifiers)
{
    return (struct step){OUTCOME_KEY, used, {.type = type, .code = code, .modifiers = modifiers}};
}

/* A control sequence: bytes begin with ESC [. Sets *pasting at the marks of a bracketed paste. */
struct step key_control_sequence(const unsigned char *bytes, size_t length, bool *pasting);

/* One of the cursor and function keys by the final byte of its sequence; false if it is none. */
bool key_by_final(unsigned char final, enum key_type *ret_type, uint32_t *ret_code);

#endif
