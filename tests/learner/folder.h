/* A folder of its own for each test, with a progress.json in it. */
#ifndef ASYNCTUT_TEST_FOLDER_H
#define ASYNCTUT_TEST_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

extern char test_path[256]; /* of progress.json */

void test_folder_make(void);
void test_folder_remove(void);
/* The path of a file beside progress.json; valid until the next call. */
const char *test_beside(const char *suffix);
void test_write(const char *path, const char *text);
/* The whole file, NUL-terminated, valid until the next call; "" if there is none. */
const char *test_read(const char *path);
/* How many files the folder holds, the lock aside. */
int test_count_files(void);

/* In a mount namespace of this process alone, puts a file system of 64 KiB in place of the folder.
 * False where that is not allowed. */
bool test_mount_small(void);
void test_mount_again(bool read_only);

#endif
