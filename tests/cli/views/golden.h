/* Text compared with a file under golden/. With GOLDEN=update in the environment the file is
 * written instead; read what came before you commit it. */
#ifndef ASYNCTUT_TEST_GOLDEN_H
#define ASYNCTUT_TEST_GOLDEN_H

void golden(const char *name, const char *text);

#endif
