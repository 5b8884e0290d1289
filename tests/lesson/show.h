/* Documents as text, for assertions: one line a block, styles as marks.
 *
 *   heading 1 @3: Two *words* _and_ `code`
 *   item 2.1 @5 in 1: …      (depth 2, number 1; inside one quote)
 *   box @7: Under the hood
 *   directive @9: demo chess */
#ifndef ASYNCTUT_TESTS_SHOW_H
#define ASYNCTUT_TESTS_SHOW_H

#include "engine/base/str.h"
#include "engine/lesson/markdown.h"

void show_document(const struct document *document, struct str *out);

#endif
