/* What the tests of the interface share: looks, and text without escapes. */
#ifndef ASYNCTUT_TESTS_CLI_SUPPORT_H
#define ASYNCTUT_TESTS_CLI_SUPPORT_H

#include "engine/base/str.h"
#include "engine/lesson/markdown.h"
#include "engine/term/look.h"

/* A colour terminal of that width; a pipe (no colour, no bold); a screen reader. */
struct look look_of_terminal(int width);
struct look look_of_pipe(void);
struct look look_of_reader(void);

/* Parses markdown that is known to be good. */
void parse(const char *markdown, struct document *ret_document);

/* The text as page_blocks() lays it out. The caller frees it. */
char *laid_out(const struct look *look, const char *markdown);

/* The widest line, in columns, escapes not counted. */
int widest(const char *text);

bool contains(const char *text, const char *part);

#endif
