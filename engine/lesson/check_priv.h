/* Between the parts of the check: names (check.c), characters (check_characters.c), words
 * (check_text.c), terms (check_terms.c), quizzes (check_quiz.c). */
#ifndef ASYNCTUT_CHECK_PRIV_H
#define ASYNCTUT_CHECK_PRIV_H

#include "engine/base/str.h"
#include "engine/lesson/check.h"
#include "engine/lesson/course.h"
#include "engine/lesson/reference.h"

struct check {
    const struct check_demos *demos;
    void (*found)(void *data, const struct finding *finding);
    void *data;
    int errors;
    bool failed; /* out of memory */
    bool refers; /* the reference was loaded */
    struct course course;
    struct reference reference;
    bool *revealed; /* by misconception: some answer reveals it */
};

void check_error(struct check *check, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void check_warning(struct check *check, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "demo" or "demo:act" of a chapter. */
void check_demo(struct check *check, const char *file, int line, int chapter, const char *name);

/* Forbidden characters in the texts below a folder, in order of their names; escapes of JSON
 * included. */
void check_characters(struct check *check, const char *folder);
/* Sentences and paragraphs of a lesson, and of a plain text. */
void check_reading(struct check *check, const struct lesson *lesson);
void check_sentences(struct check *check, const char *file, int line, const char *text,
                     size_t length);
/* What a skeleton left to be written: a warning for each mark. */
void check_marks(struct check *check, const char *file, int line, const char *text);
/* Terms of the glossary: linked, explained, and not used before. */
void check_terms(struct check *check, const struct course_chapter *chapter,
                 const struct lesson *lesson);
void check_quiz(struct check *check, const struct course_chapter *chapter,
                const struct lesson *lesson);

/* The text of a block without its styles; the caller frees the str. */
void block_text(const struct block *block, struct str *out);

#endif
