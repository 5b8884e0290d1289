/* Markdown to styled terminal text, beside what md4c needs for HTML: one MiB of a real lesson, over
 * and over, in turns, medians. It fails only far beyond its target, where no busy machine is the
 * reason.
 *
 * Usage: bench_page LESSON.MD */
#include <md4c-html.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/views/page.h"
#include "engine/base/file.h"

enum { SIZE = 1 << 20, PADDING = 16, ROUNDS = 11, TARGET = 4, FAR_BEYOND = 3, LIMIT = 1 << 22 };

static double now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *ms)
{
    qsort(ms, ROUNDS, sizeof *ms, by_value);
    return ms[ROUNDS / 2];
}

static void add_html(const MD_CHAR *text, MD_SIZE size, void *to)
{
    str_add(to, text, size);
}

static double to_html(const char *text)
{
    double start = now_ms();
    struct str out = {0};

    md_html(text, SIZE, add_html, &out, MD_DIALECT_GITHUB, 0);
    str_free(&out);
    return now_ms() - start;
}

static double to_page(const char *text, double *parse_ms)
{
    const struct look look = {
        .color = true, .bold = true, .unicode = true, .terminal = true, .width = 80, .height = 24};
    double start = now_ms();
    struct document document;
    struct error error = {0};
    struct page page;
    struct str out = {0};

    if (markdown_parse("bench.md", text, SIZE, &document, &error) < 0) {
        fprintf(stderr, "bench_page: %s\n", error.text);
        exit(1);
    }
    *parse_ms = now_ms() - start;
    page_init(&page, &look);
    page_blocks(&page, document.blocks, 0, document.block_count, NULL, &out);
    page_free(&page);
    markdown_free(&document);
    str_free(&out);
    return now_ms() - start;
}

/* Whole lessons, and blank lines for the rest of the MiB. */
static char *mebibyte(const char *path)
{
    char *lesson, *text = calloc(1, SIZE + PADDING);
    struct error error = {0};
    size_t length, used = 0;

    if (!text || file_read(path, LIMIT, &lesson, &length, &error) < 0) {
        fprintf(stderr, "bench_page: %s\n", error.text);
        exit(1);
    }
    for (; used + length + 2 <= SIZE; used += length + 2) {
        memcpy(text + used, lesson, length);
        memcpy(text + used + length, "\n\n", 2);
    }
    memset(text + used, '\n', SIZE - used);
    free(lesson);
    return text;
}

int main(int count, char **words)
{
    double html[ROUNDS], page[ROUNDS], parse[ROUNDS], floor, whole;
    char *text = count == 2 ? mebibyte(words[1]) : NULL;

    if (!text)
        return 2;
    for (int i = 0; i < ROUNDS; i++) {
        html[i] = to_html(text);
        page[i] = to_page(text, &parse[i]);
    }
    free(text);
    floor = median(html);
    whole = median(page);
    printf("1 MiB of markdown to HTML by md4c (floor)  %8.2f ms\n", floor);
    printf("the same to blocks                         %8.2f ms\n", median(parse));
    printf("the same to styled text                    %8.2f ms   %.1f times   target %d%s\n",
           whole, whole / floor, TARGET, whole <= TARGET * floor ? "" : "   MISSED");
    return whole > FAR_BEYOND * TARGET * floor;
}
