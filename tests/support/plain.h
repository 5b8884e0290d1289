/* Criterion's macros over a list and a loop: each test runs in this process, in order of
 * registration, and the first failed assertion aborts. `main` is in plain.c. */
#ifndef ASYNCTUT_PLAIN_H
#define ASYNCTUT_PLAIN_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct plain_options {
    void (*init)(void), (*fini)(void);
    double timeout;
    int signal, exit_code; /* not honoured: such tests skip themselves */
    const char *description;
};

struct plain_test {
    const char *name;
    void (*body)(void);
    struct plain_options options;
    struct plain_test *next;
};

void plain_add(struct plain_test *test);

#define Test(Suite, Name, ...)                                          \
    static void Suite##_##Name##_body(void);                            \
    static struct plain_test Suite##_##Name##_test = {                  \
        #Suite "/" #Name, Suite##_##Name##_body, {__VA_ARGS__}, NULL};  \
    __attribute__((constructor)) static void Suite##_##Name##_add(void) \
    {                                                                   \
        plain_add(&Suite##_##Name##_test);                              \
    }                                                                   \
    static void Suite##_##Name##_body(void)

/* An assertion without a message of its own prints "". */
#pragma GCC diagnostic ignored "-Wformat-zero-length"

#define plain_fail(Text, ...)                                    \
    do {                                                         \
        fprintf(stderr, "%s:%d: %s ", __FILE__, __LINE__, Text); \
        fprintf(stderr, "" __VA_ARGS__);                         \
        fputc('\n', stderr);                                     \
        abort();                                                 \
    } while (0)

#define cr_assert(Condition, ...)                \
    do {                                         \
        if (!(Condition))                        \
            plain_fail(#Condition, __VA_ARGS__); \
    } while (0)
#define cr_assert_not(Condition, ...) cr_assert(!(Condition), __VA_ARGS__)
#define cr_assert_eq(A, B, ...) cr_assert((A) == (B), __VA_ARGS__)
#define cr_assert_neq(A, B, ...) cr_assert((A) != (B), __VA_ARGS__)
#define cr_assert_lt(A, B, ...) cr_assert((A) < (B), __VA_ARGS__)
#define cr_assert_leq(A, B, ...) cr_assert((A) <= (B), __VA_ARGS__)
#define cr_assert_gt(A, B, ...) cr_assert((A) > (B), __VA_ARGS__)
#define cr_assert_geq(A, B, ...) cr_assert((A) >= (B), __VA_ARGS__)
#define cr_assert_null(A, ...) cr_assert((A) == NULL, __VA_ARGS__)
#define cr_assert_not_null(A, ...) cr_assert((A) != NULL, __VA_ARGS__)
#define cr_assert_str_eq(A, B, ...) cr_assert(strcmp((A), (B)) == 0, __VA_ARGS__)
#define cr_assert_str_neq(A, B, ...) cr_assert(strcmp((A), (B)) != 0, __VA_ARGS__)
#define cr_assert_float_eq(A, B, E, ...) \
    cr_assert(fabs((double)(A) - (double)(B)) <= (E), __VA_ARGS__)
#define cr_assert_fail(...) plain_fail("fail", __VA_ARGS__)
#define cr_fail(...) plain_fail("fail", __VA_ARGS__)

#endif
