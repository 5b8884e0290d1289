/* One passage against a query. Letters are compared without case in ASCII only; what is searched
 * for in this course is written in it. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "engine/lesson/search_priv.h"

enum { BEFORE = 24, AROUND = 70, MOST_COUNTED = 5 };

static const char blanks[] = " \t\r\n";

static bool is_word_byte(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_' || (byte & 0x80);
}

static void copy(char *to, size_t room, const char *from, size_t length)
{
    if (length >= room)
        length = room - 1;
    memcpy(to, from, length);
    to[length] = '\0';
}

bool query_read(struct query *query, const char *words)
{
    const char *last = words += strspn(words, blanks);

    query->count = 0;
    for (const char *at = words; *at && query->count < SEARCH_WORDS; at += strspn(at, blanks)) {
        size_t length = strcspn(at, blanks);
        copy(query->words[query->count++], sizeof query->words[0], at, length);
        last = at += length;
    }
    copy(query->whole, sizeof query->whole, words, (size_t)(last - words));
    return query->count > 0;
}

/* The next word of the passage that begins with these letters. */
static const char *find_word(const char *passage, const char *from, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = from; *at; at++)
        if ((at == passage || !is_word_byte(at[-1]) || !is_word_byte(*at)) &&
            strncasecmp(at, word, length) == 0)
            return at;
    return NULL;
}

/* Do the words follow each other as they were typed? */
static bool has_phrase(const char *passage, const char *whole)
{
    size_t length = strlen(whole);

    for (const char *at = passage; *at; at++)
        if (strncasecmp(at, whole, length) == 0)
            return true;
    return false;
}

/* A word counts for each time it is there, up to a bound, and more if it stands there whole. */
static int weigh(const char *passage, const char *word, const char *first)
{
    size_t length = strlen(word);
    int weight = 0;

    for (const char *at = first; at && weight < MOST_COUNTED; at = find_word(passage, at + 1, word))
        weight++;
    return weight + (is_word_byte(first[length]) ? 0 : 10);
}

int query_fit(const struct query *query, const char *passage, const char **ret_found,
              size_t *ret_length)
{
    int fit = query->count > 1 && has_phrase(passage, query->whole) ? 50 : 0;

    for (size_t i = 0; i < query->count; i++) {
        const char *at = find_word(passage, passage, query->words[i]);
        if (!at)
            return 0;
        fit += weigh(passage, query->words[i], at);
        if (i == 0 || at < *ret_found) {
            *ret_found = at;
            *ret_length = strlen(query->words[i]);
        }
    }
    return fit;
}

static bool is_inside_character(char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* begin to end in one line, with an ellipsis where the passage goes on. */
static const char *in_one_line(struct arena *arena, const char *passage, const char *begin,
                               const char *end, const char *found, size_t *ret_at)
{
    const char *before = begin > passage ? "… " : "", *after = *end ? " …" : "";
    size_t length = (size_t)(end - begin), room = length + strlen("… ") * 2 + 1;

    char *excerpt = arena_alloc(arena, room);
    if (!excerpt)
        return "";
    snprintf(excerpt, room, "%s%.*s%s", before, (int)length, begin, after);
    for (char *at = excerpt; *at; at++)
        if (*at == '\n' || *at == '\t')
            *at = ' ';
    *ret_at = strlen(before) + (size_t)(found - begin);
    return excerpt;
}

const char *query_excerpt(struct arena *arena, const char *passage, const char *found,
                          size_t length, size_t *ret_at)
{
    const char *begin = found - passage > BEFORE ? found - BEFORE : passage;
    const char *end = begin + strnlen(begin, AROUND);

    /* Cut at blanks if there are any near, and never inside a character. */
    while (begin > passage && begin < found && begin[-1] != ' ')
        begin++;
    if (end < found + length)
        end = found + length;
    for (const char *cut = end; *end && cut > found + length; cut--)
        if (*cut == ' ') {
            end = cut;
            break;
        }
    while (is_inside_character(*end))
        end++;
    return in_one_line(arena, passage, begin, end, found, ret_at);
}
