/* Whatever the bytes, reading them ends, takes in only what is sound, and what it takes in can be
 * written and read again. Mutations are drawn from a seed that is printed when a check fails. */
#include <errno.h>
#include <math.h>

#include "engine/learner/learner_priv.h"
#include "tests/support/test.h"

enum { ROUNDS = 6000, LONGEST_TEXT = 4096, ZEROES = 16 };

#define HEAD "{\"format\": \"asynctut-progress\", \"version\": 1, "
#define CHAPTER                                                                                    \
    "{\"chapter\": \"waiting\", \"section\": \"Readiness\", \"block\": 4, \"content\": 305419896," \
    " \"done\": true, \"quiz_right\": 7, \"quiz_of\": 8, \"changed\": 1760000000}"
#define ANSWER                                                                                  \
    "{\"chapter\": \"waiting\", \"item\": \"q1\", \"tries\": 2, \"right\": 1, \"last_right\": " \
    "true,"                                                                                     \
    " \"stability\": 2.3065, \"difficulty\": 2.118, \"reviewed\": 1760000000, \"due\": "        \
    "1760172800}"

static const char *const corpus[] = {
    HEAD "\"chapters\": [" CHAPTER "], \"answers\": [" ANSWER "]}",
    HEAD "\"chapters\": [" CHAPTER ", " CHAPTER "], \"answers\": [" ANSWER ", " ANSWER "]}",
    HEAD "\"chapters\": [1, null, [], {}, " CHAPTER "], \"answers\": {\"a\": " ANSWER "}}",
    HEAD "\"chapters\": [], \"answers\": []} trailing",
    "{\"version\": 1e999, \"format\": \"\\u0000\\ud800\\u202e\"}",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "\xef\xbb\xbf{}",
    "",
};

/* Words that a mutation puts in: the edges of what a number, a text and a structure can be. */
static const char *const words[] = {
    "-1",
    "0",
    "1e308",
    "1e999",
    "-1e999",
    "0.0009",
    "4294967296",
    "9007199254740993",
    "36501",
    "2147483648",
    "null",
    "true",
    "\"\"",
    "\"\\u001b[2J\"",
    "\"\xff\"",
    "\"\xe2\x80\xae\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\"tries\"",
    "\"due\"",
    "\"chapter\": \"waiting\",",
};

/* xorshift: small, and the same everywhere. */
static uint32_t draw(uint32_t *state, uint32_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state % below;
}

static size_t replace(char *text, size_t length, size_t at, size_t cut, const char *put, size_t n)
{
    if (cut > length - at)
        cut = length - at;
    if (length - cut + n > LONGEST_TEXT)
        return length;
    memmove(text + at + n, text + at + cut, length - at - cut);
    memcpy(text + at, put, n);
    return length - cut + n;
}

static size_t mutate(char *text, size_t length, uint32_t *state)
{
    size_t at = draw(state, (uint32_t)length + 1);
    const char *word = words[draw(state, sizeof words / sizeof words[0])];
    char byte = (char)draw(state, 256);

    switch (draw(state, 5)) {
    case 0:
        return replace(text, length, at, 1, &byte, 1);
    case 1:
        return replace(text, length, at, draw(state, 20), "", 0);
    case 2:
        return replace(text, length, at, draw(state, 12), word, strlen(word));
    case 3:
        return replace(text, length, at, 0, word, strlen(word));
    default:
        return draw(state, 8) ? length : at; /* cut off, now and then */
    }
}

static void assert_sound(const struct progress *progress, uint32_t seed)
{
    for (size_t i = 0; i < progress->chapter_count; i++) {
        const struct chapter_state *chapter = &progress->chapters[i].now;
        cr_assert(chapter->chapter[0] && !strchr(chapter->section, 033), "seed %u", seed);
        cr_assert(chapter->block >= 0 && chapter->quiz_right <= chapter->quiz_of, "seed %u", seed);
    }
    for (size_t i = 0; i < progress->answer_count; i++) {
        const struct answer *answer = &progress->answers[i].now;
        cr_assert(answer->tries > 0 && answer->right <= answer->tries, "seed %u", seed);
        cr_assert(isfinite(answer->card.stability) && answer->card.stability > 0, "seed %u", seed);
        cr_assert(answer->card.due > answer->card.reviewed, "seed %u", seed);
    }
}

/* What was taken in comes back the same after a round through JSON. */
static void assert_returns(const struct progress *progress, uint32_t seed)
{
    struct progress back = {0};
    struct error error = {0};
    struct str first = {0}, second = {0};

    cr_assert_eq(progress_print(progress, &first), 0);
    cr_assert_eq(progress_parse("again", first.data, first.length, &back, &error), 0, "seed %u: %s",
                 seed, error.text);
    cr_assert_eq(progress_print(&back, &second), 0);
    cr_assert_str_eq(first.data, second.data, "seed %u", seed);
    progress_free(&back);
    str_free(&first);
    str_free(&second);
}

static void parse(const char *text, size_t length, uint32_t seed)
{
    /* Exactly as long as it is, so that a sanitizer sees a step beyond the end. */
    char *bytes = calloc(1, length + ZEROES);
    struct progress progress = {0};
    struct error error = {0};

    memcpy(bytes, text, length);
    int code = progress_parse("hostile", bytes, length, &progress, &error);
    cr_assert(code == 0 || (code == -EPROTO && error.text[0]), "seed %u: %d", seed, code);
    assert_sound(&progress, seed);
    assert_returns(&progress, seed);
    progress_free(&progress);
    free(bytes);
}

Test(progress_hostile, mutated_files_give_sound_entries_or_none, .timeout = 60)
{
    char text[LONGEST_TEXT];

    for (uint32_t seed = 1; seed <= ROUNDS; seed++) {
        uint32_t state = seed * 2654435761u | 1;
        const char *from = corpus[seed % (sizeof corpus / sizeof corpus[0])];
        size_t length = strlen(from);

        memcpy(text, from, length);
        for (uint32_t n = draw(&state, 8); n > 0; n--)
            length = mutate(text, length, &state);
        parse(text, length, seed);
    }
}

Test(progress_hostile, a_nul_in_the_middle_is_not_an_end)
{
    struct progress progress = {0};
    struct error error = {0};
    const char text[] = HEAD "\"chapters\": [], \"answers\": []}\0 {\"more\": 1}";

    cr_assert_eq(progress_parse("f", text, sizeof text - 1, &progress, &error), -EPROTO);
    progress_free(&progress);
}

/* The bound on entries: reading a file of nothing else stays quick and says what it left out. */
Test(progress_hostile, more_entries_than_a_course_has_are_left_out)
{
    struct progress progress = {0};
    struct error error = {0};
    struct str text = {0};

    str_puts(&text, HEAD "\"answers\": [], \"chapters\": [");
    for (int i = 0; i < PROGRESS_CHAPTERS + 10; i++)
        str_printf(&text,
                   "%s{\"chapter\": \"c%d\", \"section\": \"\", \"block\": 1, \"content\": 0,"
                   " \"done\": false, \"quiz_right\": 0, \"quiz_of\": 0, \"changed\": 1}",
                   i ? "," : "", i);
    str_puts(&text, "]}");
    cr_assert_eq(progress_parse("f", text.data, text.length, &progress, &error), -EPROTO);
    cr_assert_not_null(strstr(error.text, "10 of its entries"), "%s", error.text);
    cr_assert_eq(progress.chapter_count, PROGRESS_CHAPTERS);
    progress_free(&progress);
    str_free(&text);
}
