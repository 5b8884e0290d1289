/* The keys at the end of a stretch of a lesson. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/views/lesson_priv.h"
#include "cli/views/page.h"
#include "cli/views/stage.h"
#include "engine/base/array.h"

static bool contains(const char *text, size_t length, const char *word)
{
    size_t size = strlen(word);

    for (size_t i = 0; i + size <= length; i++)
        if (strncasecmp(text + i, word, size) == 0)
            return true;
    return false;
}

static bool block_contains(const struct block *block, const char *word)
{
    if (block->type == BLOCK_DIRECTIVE)
        return false;
    for (size_t i = 0; i < block->run_count; i++)
        if (contains(block->runs[i].text, block->runs[i].length, word))
            return true;
    return contains(block->text, strlen(block->text), word) ||
           contains(block->info, strlen(block->info), word);
}

/* Asks what to find; the block where it is, searching on from `end` and round; `at` if nowhere. */
static enum flow find(struct walk *walk, size_t end, size_t *at)
{
    size_t count = walk->lesson->document.block_count;
    struct str word = {0};
    int result;
    size_t i;

    lesson_say(walk, STYLE_DIM,
               "A word to find in this lesson, then Enter; Enter alone stays here.");
    result = prompt_line(walk->app, " / ", &word);
    for (i = 0; result == 0 && word.length && i < count; i++)
        if (block_contains(&walk->lesson->document.blocks[(end + i) % count], str_text(&word)))
            break;
    if (result == 0 && word.length && i == count)
        lesson_say(walk, STYLE_WARNING, "That is nowhere in this lesson.");
    else if (result == 0 && word.length)
        *at = (end + i) % count;
    str_free(&word);
    return result < 0 ? prompt_flow(result) : FLOW_NEXT;
}

static void help(struct walk *walk)
{
    struct page page;
    struct str out = {0};

    page_init(&page, term_look(walk->app->term));
    str_putc(&out, '\n');
    page_labelled(&page, "Enter  ", "the next step; also space and the right arrow", &out);
    page_labelled(&page, "b      ", "back; also the left arrow", &out);
    page_labelled(&page, "d      ", "play the last demo again", &out);
    page_labelled(&page, "t      ", "how much of a demo's trace is shown: off, tasks, loop, all",
                  &out);
    page_labelled(&page, "w      ", "the words on this page that the glossary explains", &out);
    page_labelled(&page, "/      ", "find a word in this lesson", &out);
    page_labelled(&page, "q      ", "leave; the next time you go on from here", &out);
    prompt_write(walk->app, &out);
    str_free(&out);
    page_free(&page);
}

static void next_level(struct app *app)
{
    enum event_level level = settings_level(&app->settings);

    settings_set_level(&app->settings, level == LEVEL_ALL ? LEVEL_OFF : level + 1);
}

static enum flow take_key(struct walk *walk, int key, size_t end, size_t *found)
{
    if (key == '/')
        return find(walk, end, found);
    if (key == 'd')
        return stage_session(walk->app, walk->chapter->number, walk->demo);
    if (key == 't')
        next_level(walk->app);
    else if (key == 'w')
        lesson_words(walk);
    else if (key == '?')
        help(walk);
    else
        return prompt_flow(key);
    return FLOW_NEXT;
}

static int wait_key(struct walk *walk)
{
    struct app *app = walk->app;
    char trace[32];
    struct hint hints[] = {{'\n', "next"}, {'b', "back"}, {'d', "demo"}, {'w', "words"},
                           {'t', trace},   {'/', "find"}, {'?', "help"}, {'q', "leave"}};
    size_t count = array_length(hints);

    snprintf(trace, sizeof trace, "trace: %s", level_name(settings_level(&app->settings)));
    if (!walk->demo) {
        memmove(hints + 2, hints + 3, (count - 3) * sizeof *hints);
        count--;
    }
    return prompt_key(app, hints, count);
}

enum flow lesson_wait(struct walk *walk, size_t end, size_t *ret_at)
{
    for (;;) {
        int key = wait_key(walk);
        size_t found = SIZE_MAX;
        enum flow flow;

        if (key == '\n' || key == 'b') {
            *ret_at = end;
            return key == 'b' ? FLOW_BACK : FLOW_NEXT;
        }
        flow = take_key(walk, key, end, &found);
        if (flow_ends(flow))
            return flow;
        if (found != SIZE_MAX) {
            *ret_at = found;
            walk->headed = true;
            return FLOW_NEXT;
        }
    }
}
