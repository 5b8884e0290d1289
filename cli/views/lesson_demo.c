/* A demo in a lesson: offered, and played as often as the learner likes. */
#include "cli/views/lesson_priv.h"
#include "cli/views/page.h"
#include "cli/views/stage.h"
#include "engine/base/array.h"

static void offer(struct walk *walk, const char *name)
{
    const struct demo *demo;
    const struct act *act;
    struct str line = {0};

    if (!stage_lookup(walk->chapter->number, name, &demo, &act))
        return;
    str_printf(&line, "Demo: %s", act ? act->title : demo->title);
    lesson_say(walk, STYLE_HEADING, str_text(&line));
    str_free(&line);
}

static void help(struct walk *walk)
{
    struct page page;
    struct str out = {0};

    page_init(&page, term_look(walk->app->term));
    str_putc(&out, '\n');
    page_labelled(&page, "Enter  ", "run the demo; while it runs, ? lists its own keys", &out);
    page_labelled(&page, "s      ", "go on without it", &out);
    page_labelled(&page, "w      ", "what the words of the page above mean", &out);
    page_labelled(&page, "b      ", "back", &out);
    page_labelled(&page, "q      ", "leave; the next time you go on from here", &out);
    prompt_write(walk->app, &out);
    str_free(&out);
    page_free(&page);
}

enum flow lesson_demo(struct walk *walk, const char *name)
{
    static const struct hint hints[] = {{'\n', "run it"}, {'s', "skip"}, {'w', "words"},
                                        {'b', "back"},    {'?', "help"}, {'q', "leave"}};
    enum flow flow = FLOW_BACK;

    walk->demo = name;
    offer(walk, name);
    do {
        int key = prompt_key(walk->app, hints, array_length(hints));

        if (key == 's')
            return FLOW_NEXT;
        if (key == 'b')
            return FLOW_BACK;
        if (key == 'w')
            lesson_words(walk);
        else if (key == '?')
            help(walk);
        else if (key != '\n')
            return prompt_flow(key);
        else
            flow = stage_session(walk->app, walk->chapter->number, name);
    } while (flow == FLOW_BACK); /* left before its end: it is offered again */
    return flow;
}
