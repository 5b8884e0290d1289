/* What every fuzz target defines: takes any bytes, must not crash, hang or leak. Returns 0. */
#ifndef ASYNCTUT_TEST_FUZZ_H
#define ASYNCTUT_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
