/* `asynctut ref [TERM]`: what a word of the course means, or what is wrong with a common belief.
 * Both kinds answer to the same command, since whoever asks need not know which it is. */
#include <stdio.h>
#include <string.h>

#include "cli/commands/command.h"
#include "cli/views/page.h"
#include "engine/lesson/reference.h"

/* "word, word, word" of a NULL-terminated list after a lead; nothing if it is empty. */
static void add_words(struct page *page, const char *lead, const char *const *words,
                      struct str *out)
{
    struct str text = {0};

    for (size_t i = 0; words && words[i]; i++)
        str_printf(&text, "%s%s", i ? ", " : "", words[i]);
    if (text.length)
        page_led(page, STYLE_DIM, lead, str_text(&text), out);
    str_free(&text);
}

static void add_chapter(struct page *page, const struct app *app, int number, struct str *out)
{
    const struct course_chapter *chapter = course_chapter(&app->course, number);
    struct str text = {0};

    if (chapter)
        str_printf(&text, "%02d %s, `asynctut run %02d`", number, chapter->title, number);
    if (text.length)
        page_led(page, STYLE_DIM, "Explained in", str_text(&text), out);
    str_free(&text);
}

static void show_term(struct page *page, const struct app *app, const struct term *term,
                      struct str *out)
{
    page_title(page, STYLE_TITLE, term->term, "", out);
    page_text(page, STYLE_TEXT, 0, term->text, out);
    add_words(page, "Also", term->also, out);
    add_words(page, "See", term->see, out);
    add_chapter(page, app, term->chapter, out);
}

static void show_misconception(struct page *page, const struct misconception *entry,
                               struct str *out)
{
    char demo[160];

    page_title(page, STYLE_TITLE, entry->id, "", out);
    page_led(page, STYLE_DIM, "Often said:", entry->sentence, out);
    page_led(page, STYLE_DIM, "What is so:", entry->truth, out);
    if (!entry->demo || entry->chapter < 0)
        return;
    snprintf(demo, sizeof demo, "`asynctut demo %02d %s`", entry->chapter, entry->demo);
    page_led(page, STYLE_DIM, "See it happen:", demo, out);
}

/* Every term, by the chapter that explains it. */
static void show_all(struct page *page, const struct app *app, const struct reference *reference,
                     struct str *out)
{
    for (size_t i = 0; i < app->course.chapter_count; i++) {
        const struct course_chapter *chapter = &app->course.chapters[i];
        struct str words = {0};
        char lead[16];

        for (size_t k = 0; k < reference->term_count; k++)
            if (reference->terms[k].chapter == chapter->number)
                str_printf(&words, "%s%s", words.length ? ", " : "", reference->terms[k].term);
        snprintf(lead, sizeof lead, "%02d", chapter->number);
        if (words.length)
            page_led(page, STYLE_STRONG, lead, str_text(&words), out);
        str_free(&words);
    }
}

static int unknown(const char *word, const char *near)
{
    char to_do[160];

    snprintf(to_do, sizeof to_do, "Did you mean \"asynctut ref %s\"?", near ? near : "");
    speak_error(near ? to_do : "\"asynctut ref\" lists the terms.", "there is no term \"%s\"",
                word);
    return STATUS_USAGE;
}

static int show(const struct app *app, const struct reference *reference, const char *word)
{
    const char *near = NULL;
    const struct term *term = reference_term(reference, word, &near);
    const struct misconception *belief = reference_misconception(reference, word);
    struct look look;
    struct page page;
    struct str out = {0};
    int status;

    if (*word && !term && !belief)
        return unknown(word, near);
    app_look(app, &look);
    page_init(&page, &look);
    if (term)
        show_term(&page, app, term, &out);
    else if (belief)
        show_misconception(&page, belief, &out);
    else
        show_all(&page, app, reference, &out);
    status = speak_paged(&out, look.terminal && !look.plain ? look.height : 0);
    page_free(&page);
    str_free(&out);
    return status;
}

/* The words after the options, with one space between them. */
static void join(int count, char **words, struct str *out)
{
    for (int i = optind; i < count; i++)
        str_printf(out, "%s%s", i > optind ? " " : "", words[i]);
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{0}};
    struct reference reference = {0};
    struct error error = {0};
    struct str word = {0};
    int status, option = options_next(app, count, words, "", own);

    if (option != -1)
        return command_option(app, &command_ref, option);
    status = app_course(app);
    if (status != STATUS_OK)
        return status;
    if (reference_load(app->course.folder, &reference, &error) < 0) {
        speak_error("", "%s", error.text);
        return STATUS_FAILED;
    }
    join(count, words, &word);
    status = show(app, &reference, str_text(&word));
    str_free(&word);
    reference_free(&reference);
    return status;
}

const struct command command_ref = {
    .name = "ref",
    .summary = "What a word of the course means",
    .usage = "ref [TERM]",
    .examples = "  asynctut ref              every term, by chapter\n"
                "  asynctut ref event loop   what it is, and where it is explained\n",
    .options = "",
    .next = "asynctut run 03",
    .run = run,
};
