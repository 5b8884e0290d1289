/* Runs a target without libFuzzer: each file of a corpus, then mutations of them from a seed, as an
 * ordinary bounded test. Mutations are made of the corpus and of the target's words, which reaches
 * further than noise; a target that has neither gets noise. A crash prints the number of its case;
 * that number as a fourth argument runs it again alone.
 *
 * fuzz_NAME CORPUS CASES SEED [CASE], where CORPUS is a folder or "-" */
#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/array.h"
#include "engine/base/file.h"
#include "tests/fuzz/fuzz.h"

enum { SIZE_MAX_IN = 64 * 1024, SECONDS = 4 };

struct input {
    uint8_t *data;
    size_t size;
};

static struct input *corpus;
static size_t corpus_count, corpus_capacity, word_count;
static volatile unsigned long current; /* the case that runs */
static uint64_t state;

/* xorshift64*; good enough to scatter, and the same everywhere. */
static size_t pick(size_t n)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return n ? (size_t)((state * UINT64_C(2685821657736338717)) >> 33) % n : 0;
}

static void on_crash(int number)
{
    char text[64] = "crash in case 00000000\n";

    for (unsigned long left = current, i = 21; left; left /= 10)
        text[i--] = (char)('0' + left % 10);
    if (write(2, text, strlen(text)) < 0)
        _exit(1);
    signal(number, SIG_DFL);
    raise(number);
}

static void load(const char *folder)
{
    DIR *open = opendir(folder);
    struct dirent *entry;

    fuzz_assert(open);
    while ((entry = readdir(open))) {
        char path[600], *data;
        size_t size;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || file_read(path, SIZE_MAX_IN, &data, &size, NULL) < 0)
            continue;
        fuzz_assert(array_grow(&corpus, &corpus_capacity, corpus_count));
        corpus[corpus_count++] = (struct input){(uint8_t *)data, size};
    }
    closedir(open);
}

static int by_contents(const void *a, const void *b)
{
    const struct input *left = a, *right = b;
    size_t least = left->size < right->size ? left->size : right->size;
    int order = memcmp(left->data, right->data, least);

    return order ? order : left->size < right->size ? -1 : left->size > right->size;
}

/* Replaces `cut` bytes at `at` by others. */
static void splice(struct input *input, size_t at, size_t cut, const void *bytes, size_t length)
{
    if (input->size - cut + length > SIZE_MAX_IN)
        return;
    memmove(input->data + at + length, input->data + at + cut, input->size - at - cut);
    memcpy(input->data + at, bytes, length);
    input->size += length - cut;
}

static void make_noise(struct input *input)
{
    input->size = pick(SIZE_MAX_IN / 4);
    for (size_t i = 0; i < input->size; i++)
        input->data[i] = (uint8_t)pick(256);
}

static void mutate(struct input *input)
{
    size_t at = pick(input->size + 1), rest = input->size - at, cut = pick(rest < 40 ? rest : 40);
    const struct input *other = &corpus[pick(corpus_count)];
    size_t from = pick(other->size + 1), length = pick(other->size - from + 1);
    uint8_t byte = (uint8_t)pick(256), copy[64];
    const char *word;

    switch (pick(7)) {
    case 0:
        splice(input, at, cut, "", 0);
        break;
    case 1:
        splice(input, at, rest > 0, &byte, 1);
        break;
    case 2:
        splice(input, at, pick(2) ? cut : 0, other->data + from, length);
        break;
    case 3:
        memcpy(copy, input->data + at, cut);
        splice(input, pick(input->size + 1), 0, copy, cut);
        break;
    case 4:
        input->size = at;
        break;
    default:
        word = fuzz_words[pick(word_count)];
        for (size_t times = pick(8) ? 1 : pick(60); times > 0; times--)
            splice(input, at, 0, word, strlen(word));
    }
}

/* Every case has a state of its own, so that it can be run alone. */
static void run(unsigned long number, uint64_t seed)
{
    static uint8_t memory[SIZE_MAX_IN];
    struct input input = {memory, 0};

    current = number;
    state = (seed + number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    if (corpus_count) {
        const struct input *base = &corpus[number < corpus_count ? number : pick(corpus_count)];
        splice(&input, 0, 0, base->data, base->size);
        for (size_t i = number < corpus_count ? 0 : 1 + pick(5); i > 0; i--)
            mutate(&input);
    } else {
        make_noise(&input);
    }
    uint8_t *exact = (uint8_t *)fuzz_copy(input.data, input.size, 0);
    LLVMFuzzerTestOneInput(exact, input.size);
    free(exact);
}

int main(int count, char **words)
{
    struct timespec begin, now;
    unsigned long number = 0;

    if (count < 4) {
        fprintf(stderr, "usage: fuzz_NAME CORPUS CASES SEED [CASE]\n");
        return 2;
    }
    if (strcmp(words[1], "-") != 0) {
        load(words[1]);
        fuzz_assert(corpus_count);
        qsort(corpus, corpus_count, sizeof *corpus, by_contents);
    }
    while (fuzz_words[word_count])
        word_count++;
    signal(SIGABRT, on_crash);
    signal(SIGSEGV, on_crash);
    unsigned long cases = corpus_count + strtoul(words[2], NULL, 10);
    uint64_t seed = strtoull(words[3], NULL, 10);
    if (count > 4) {
        run(strtoul(words[4], NULL, 10), seed);
        return 0;
    }
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do {
        run(number++, seed);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (number < cases && now.tv_sec - begin.tv_sec < SECONDS);
    printf("%lu of %lu cases, seed %llu\n", number, cases, (unsigned long long)seed);
    for (size_t i = 0; i < corpus_count; i++)
        free(corpus[i].data);
    free(corpus);
    return number < corpus_count;
}
