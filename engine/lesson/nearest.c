/* Edit distance with transposition of neighbours (optimal string alignment), because swapped
 * letters are the commonest slip. Words are cut to a bound, so that a hostile argument costs
 * little. */
#include <stdbool.h>
#include <string.h>

#include "engine/lesson/course.h"

enum { LONGEST = 64 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int distance(const char *a, int a_length, const char *b, int b_length)
{
    int rows[3][LONGEST + 1];
    int *above = rows[0], *row = rows[1], *two_above = rows[2];

    for (int j = 0; j <= b_length; j++)
        row[j] = j;
    for (int i = 1; i <= a_length; i++) {
        int *free_row = two_above;
        two_above = above;
        above = row;
        row = free_row;
        row[0] = i;
        for (int j = 1; j <= b_length; j++) {
            bool same = a[i - 1] == b[j - 1];
            row[j] = least(above[j - 1] + !same, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return row[b_length];
}

const char *nearest_word(const char *word, const char *const *words, size_t n)
{
    const char *nearest = NULL;
    int best = LONGEST + 1, length = (int)strnlen(word, LONGEST);

    for (size_t i = 0; i < n; i++) {
        int other = (int)strnlen(words[i], LONGEST);
        int apart = distance(word, length, words[i], other);
        if (apart < best && apart * 3 <= (length > other ? length : other)) {
            best = apart;
            nearest = words[i];
        }
    }
    return nearest;
}
