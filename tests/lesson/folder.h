/* A folder of its own for a test, under /tmp, and files in it. One at a time. */
#ifndef ASYNCTUT_TESTS_FOLDER_H
#define ASYNCTUT_TESTS_FOLDER_H

void folder_set_up(void);   /* for .init */
void folder_clean_up(void); /* for .fini */
const char *folder_path(void);
void folder_write(const char *name, const char *text);
/* The text without the folder's own name, which is different every time. Valid until the next. */
const char *folder_relative(const char *text);

#endif
