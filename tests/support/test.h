/* What every test includes: Criterion, or the plain loop of plain.h under TSan and memcheck, where
 * Criterion cannot run. Only macros that both have are used: Test with .init, .fini and .timeout,
 * and the cr_assert family. */
#ifndef ASYNCTUT_TEST_H
#define ASYNCTUT_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef ASYNCTUT_PLAIN_TESTS
#include "tests/support/plain.h"
#else
#include <criterion/criterion.h>
#endif

#endif
