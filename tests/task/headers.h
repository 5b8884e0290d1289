/* The public functions of the task library, as its headers declare and explain them. */
#ifndef ASYNCTUT_TASK_HEADERS_H
#define ASYNCTUT_TASK_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

/* What a comment says of parking. */
enum parking { SAYS_NOTHING, PARKS, DOES_NOT_PARK, SAYS_BOTH };

struct public_function {
    char name[64], header[64];
    bool explained; /* a comment stands above its paragraph or beside it */
    enum parking parking;
};

enum { FUNCTIONS_MAX = 200 };

/* Fills `functions`, which has room for FUNCTIONS_MAX; how many there are. */
size_t read_headers(const char *folder, struct public_function *functions);

#endif
