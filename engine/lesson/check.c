/* One pass over the chapters, then the two lists that all of them share, from the other side: what
 * is in the lists must be used. */
#include "engine/lesson/check.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/str.h"
#include "engine/lesson/check_priv.h"

static void report(struct check *check, bool warning, const char *file, int line,
                   const char *format, va_list args)
{
    struct error shown = {0};
    char text[400];

    vsnprintf(text, sizeof text, format, args);
    error_set(&shown, -EINVAL, "%s", text); /* makes it fit to show */
    const struct finding finding = {warning, file, line, shown.text};
    check->errors += !warning;
    check->found(check->data, &finding);
}

void check_error(struct check *check, const char *file, int line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    report(check, false, file, line, format, args);
    va_end(args);
}

void check_warning(struct check *check, const char *file, int line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    report(check, true, file, line, format, args);
    va_end(args);
}

/* A fault of a loader: "file:line: text" is taken apart again. */
static void report_fault(struct check *check, const char *file, const struct error *fault)
{
    const char *text = fault->text;
    size_t length = strlen(file);
    int line = 0;

    if (fault->code == -ENOMEM)
        check->failed = true;
    if (strncmp(text, file, length) == 0 && text[length] == ':') {
        text += length + 1;
        if (isdigit((unsigned char)*text)) {
            line = atoi(text);
            text += strspn(text, "0123456789:");
        }
        text += strspn(text, " ");
    }
    check_error(check, file, line, "%s", text);
}

void check_demo(struct check *check, const char *file, int line, int chapter, const char *name)
{
    char demo[100];

    snprintf(demo, sizeof demo, "%s", name);
    char *act = strchr(demo, ':');
    if (act)
        *act++ = '\0';
    if (!check->demos->source(check->demos->data, chapter, demo))
        check_error(check, file, line, "chapter %02d has no demo \"%s\"", chapter, demo);
    else if (act && !check->demos->has_act(check->demos->data, chapter, demo, act))
        check_error(check, file, line, "demo \"%s\" has no act \"%s\"", demo, act);
}

/* "demo:region" */
static void check_region(struct check *check, const struct course_chapter *chapter,
                         const char *file, const struct block *block)
{
    const char *region = strchr(block->text, ':');
    char demo[100], *text;
    struct error fault = {0};
    struct str path = {0};
    int line;

    if (!region) {
        check_error(check, file, block->line, "\"source\" needs demo:region");
        return;
    }
    snprintf(demo, sizeof demo, "%.*s", (int)(region - block->text), block->text);
    const char *source = check->demos->source(check->demos->data, chapter->number, demo);
    if (!source) {
        check_error(check, file, block->line, "chapter %02d has no demo \"%s\"", chapter->number,
                    demo);
        return;
    }
    str_printf(&path, "%s/%s", check->demos->top, source);
    check->failed |= path.failed;
    if (source_region(str_text(&path), region + 1, &text, &line, &fault) < 0)
        check_error(check, file, block->line, "%s", fault.text);
    else
        free(text);
    str_free(&path);
}

/* A link to a file of the course; what has a scheme or only a fragment is not looked at. */
static void check_link(struct check *check, const char *file, int line, const char *target)
{
    struct str path = {0};
    const char *slash = strrchr(file, '/');

    if (!*target || *target == '#' || strstr(target, "://") || strncmp(target, "mailto:", 7) == 0)
        return;
    str_add(&path, file, slash ? (size_t)(slash + 1 - file) : 0);
    str_add(&path, target, strcspn(target, "#?"));
    check->failed |= path.failed;
    if (!file_exists(str_text(&path)))
        check_error(check, file, line, "the link to \"%.100s\" leads nowhere", target);
    str_free(&path);
}

static void check_links(struct check *check, const char *file, const struct block *block)
{
    const char *last = NULL;

    for (size_t i = 0; i < block->run_count; i++) {
        if (block->runs[i].target && block->runs[i].target != last)
            check_link(check, file, block->line, block->runs[i].target);
        last = block->runs[i].target;
    }
}

static bool has_source(const struct document *document, size_t box)
{
    for (size_t i = box + 1; i < document->block_count; i++) {
        const struct block *block = &document->blocks[i];
        if (!block->in_box || block->type == BLOCK_BOX)
            break;
        for (size_t r = 0; r < block->run_count; r++)
            if (block->runs[r].target)
                return true;
    }
    return false;
}

static void check_blocks(struct check *check, const struct course_chapter *chapter,
                         const struct lesson *lesson)
{
    const struct document *document = &lesson->document;

    for (size_t i = 0; i < document->block_count; i++) {
        const struct block *block = &document->blocks[i];
        check_links(check, lesson->path, block);
        if (block->type == BLOCK_BOX && strncmp(block->info, "In the wild", 11) == 0 &&
            !has_source(document, i))
            check_error(check, lesson->path, block->line, "a claim about the world has no source");
        if (block->type != BLOCK_DIRECTIVE)
            continue;
        if (strcmp(block->info, "demo") == 0)
            check_demo(check, lesson->path, block->line, chapter->number, block->text);
        else if (strcmp(block->info, "source") == 0)
            check_region(check, chapter, lesson->path, block);
    }
}

static void check_chapter(struct check *check, const struct course_chapter *chapter)
{
    struct lesson lesson;
    struct error fault = {0};
    struct str lesson_path = {0}, quiz_path = {0};

    str_printf(&lesson_path, "%s/%02d-%s/lesson.md", check->course.folder, chapter->number,
               chapter->slug);
    str_printf(&quiz_path, "%s/%02d-%s/quiz.json", check->course.folder, chapter->number,
               chapter->slug);
    check->failed |= lesson_path.failed || quiz_path.failed;
    if (lesson_load(&check->course, chapter, &lesson, &fault) < 0) {
        bool quiz = strncmp(fault.text, str_text(&quiz_path), quiz_path.length) == 0;
        report_fault(check, str_text(quiz ? &quiz_path : &lesson_path), &fault);
    } else {
        check_blocks(check, chapter, &lesson);
        check_terms(check, chapter, &lesson);
        check_reading(check, &lesson);
        check_quiz(check, chapter, &lesson);
        lesson_free(&lesson);
    }
    str_free(&lesson_path);
    str_free(&quiz_path);
}

static void check_misconceptions(struct check *check, const char *file)
{
    for (size_t i = 0; i < check->reference.misconception_count; i++) {
        const struct misconception *entry = &check->reference.misconceptions[i];
        if (entry->chapter >= 0 && !course_chapter(&check->course, entry->chapter))
            check_error(check, file, entry->line, "there is no chapter %02d", entry->chapter);
        else if (entry->demo && entry->chapter >= 0)
            check_demo(check, file, entry->line, entry->chapter, entry->demo);
        else
            check_error(check, file, entry->line, "\"%s\" needs a chapter and a demo that kills it",
                        entry->id);
        if (!check->revealed[i])
            check_error(check, file, entry->line, "no answer reveals \"%s\"", entry->id);
    }
}

static void check_glossary(struct check *check, const char *file)
{
    for (size_t i = 0; i < check->reference.term_count; i++) {
        const struct term *term = &check->reference.terms[i];
        if (term->chapter >= 0 && !course_chapter(&check->course, term->chapter))
            check_error(check, file, term->line, "there is no chapter %02d", term->chapter);
        for (const char *const *see = term->see; *see; see++) {
            const struct term *other = reference_term(&check->reference, *see, NULL);
            if (!other || other == term)
                check_error(check, file, term->line, "\"%s\" refers to \"%s\", which is no %sterm",
                            term->term, *see, other ? "other " : "");
        }
    }
}

static void load_reference(struct check *check, const char *folder, const char *misconceptions,
                           const char *glossary)
{
    struct error fault = {0};

    check->refers = reference_load(folder, &check->reference, &fault) == 0;
    if (!check->refers) {
        bool first = strncmp(fault.text, misconceptions, strlen(misconceptions)) == 0;
        report_fault(check, first ? misconceptions : glossary, &fault);
    }
    check->revealed = calloc(check->reference.misconception_count + 1, sizeof *check->revealed);
    check->failed |= !check->revealed;
}

static void check_all(struct check *check, const char *folder, const char *manifest,
                      const char *misconceptions, const char *glossary)
{
    struct error fault = {0};

    check_characters(check, folder);
    load_reference(check, folder, misconceptions, glossary);
    if (check->failed)
        return;
    if (course_load(folder, &check->course, &fault) < 0) {
        report_fault(check, manifest, &fault);
        return;
    }
    for (size_t i = 0; i < check->course.chapter_count; i++) {
        const struct course_chapter *chapter = &check->course.chapters[i];
        check_marks(check, manifest, chapter->line, chapter->title);
        check_marks(check, manifest, chapter->line, chapter->question);
        check_chapter(check, chapter);
    }
    check_misconceptions(check, misconceptions);
    check_glossary(check, glossary);
}

int course_check(const char *folder, const struct check_demos *demos,
                 void (*found)(void *data, const struct finding *finding), void *data)
{
    struct check check = {.demos = demos, .found = found, .data = data};
    struct str manifest = {0}, misconceptions = {0}, glossary = {0};

    str_printf(&manifest, "%s/course.json", folder);
    str_printf(&misconceptions, "%s/misconceptions.json", folder);
    str_printf(&glossary, "%s/glossary.json", folder);
    check.failed = manifest.failed || misconceptions.failed || glossary.failed;
    if (!check.failed)
        check_all(&check, folder, str_text(&manifest), str_text(&misconceptions),
                  str_text(&glossary));
    str_free(&manifest);
    str_free(&misconceptions);
    str_free(&glossary);
    course_free(&check.course);
    reference_free(&check.reference);
    free(check.revealed);
    return check.failed ? -ENOMEM : check.errors;
}
