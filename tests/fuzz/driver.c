/* Runs a fuzz target without a fuzzer: over the files that are named, then over inputs made from
 * them and from nothing by a seeded generator, for a bounded number of rounds. With clang the same
 * targets link libFuzzer instead (see meson.build).
 *
 * fuzz_NAME [-rounds N] [-seed S] [file...] */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { LONGEST = 1 << 16 };

static uint64_t state;

static uint32_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32);
}

static size_t load(const char *path, uint8_t *data)
{
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(data, 1, LONGEST, file) : 0;

    if (file)
        fclose(file);
    return length;
}

/* A few bytes changed, a piece dropped, or everything new. */
static size_t mutate(uint8_t *data, size_t length)
{
    if (length == 0 || next_random() % 4 == 0) {
        length = next_random() % (LONGEST / 4);
        for (size_t i = 0; i < length; i++)
            data[i] = (uint8_t)next_random();
        return length;
    }
    for (uint32_t changes = 1 + next_random() % 8; changes; changes--)
        data[next_random() % length] = (uint8_t)(next_random() % 3 ? next_random() : 0xff);
    if (next_random() % 3 == 0)
        length = next_random() % (length + 1);
    return length;
}

int main(int count, char **words)
{
    static uint8_t data[LONGEST];
    unsigned long rounds = 200, seed = 1;
    int first = 1;

    for (; first + 1 < count && words[first][0] == '-'; first += 2)
        *(strcmp(words[first], "-seed") ? &rounds : &seed) = strtoul(words[first + 1], NULL, 10);
    for (int i = first; i < count; i++)
        LLVMFuzzerTestOneInput(data, load(words[i], data));
    state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    printf("seed %lu, %lu rounds\n", seed, rounds);
    fflush(stdout);
    for (unsigned long round = 0; round < rounds; round++) {
        size_t length =
            count > first ? load(words[first + (int)(round % (unsigned)(count - first))], data) : 0;

        LLVMFuzzerTestOneInput(data, mutate(data, length));
    }
    return 0;
}
