/* A folder for one test, in which programs are written and checked. */
#ifndef ASYNCTUT_TEST_LAB_H
#define ASYNCTUT_TEST_LAB_H

#include "engine/exercise/checking.h"

extern const struct kit lab_kit;

struct lab {
    char folder[64];          /* of the test */
    char scratch[96];         /* $TMPDIR of what is checked */
    char source[96];          /* folder/program.c */
    bool unconfined;          /* checks as on a kernel that confines nothing */
    struct exercise exercise; /* of the last check, whose findings borrow from it */
};

void lab_open(struct lab *lab);
void lab_close(struct lab *lab);
void lab_write(const char *path, const char *text);

/* Checks the program against one that is given by the text of a check.json. */
void lab_check(struct lab *lab, const char *program, const char *checks,
               struct verdict *ret_verdict);

/* How many files lie in the scratch folder, and how many processes run a program from it. */
int lab_files(const struct lab *lab);
int lab_processes(const struct lab *lab);

#endif
