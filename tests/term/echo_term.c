/* A small program on a terminal, driven by test_session.c: says each event in a line of its own,
 * and does what some of the keys ask for. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/term/term.h"

static struct term *term;

static void say(const char *text)
{
    term_write(term, text, strlen(text));
}

static void say_number(const char *before, long number, const char *after)
{
    char line[80];

    snprintf(line, sizeof line, "%s%ld%s", before, number, after);
    say(line);
}

static void say_size(const char *word)
{
    char line[80];

    snprintf(line, sizeof line, "%s %dx%d\n", word, term_look(term)->width,
             term_look(term)->height);
    say(line);
}

static void say_styles(void)
{
    struct str out = {0};

    look_text(term_look(term), STYLE_CODE, "cyan", &out);
    str_putc(&out, ' ');
    look_text(term_look(term), STYLE_TITLE, "bold", &out);
    str_putc(&out, ' ');
    str_puts(&out, look_glyph(term_look(term), GLYPH_DONE));
    str_putc(&out, '\n');
    say(str_text(&out));
    str_free(&out);
}

static void read_line(void)
{
    struct term_event event;

    term_read_line(term, "name> ", &event);
    if (event.type == TERM_LINE) {
        say("line ");
        say(event.line);
        say(".\n");
    } else
        say_number("no line ", event.type, "\n");
}

/* More than a terminal holds. */
static void say_much(void)
{
    for (int i = 0; i < 4000; i++)
        say("0123456789012345678901234567890123456789012345678901234567890123456789012345678\n");
    say("much said\n");
}

/* Not through a null pointer, of which UBSan would make an orderly exit. */
static void crash(void)
{
    volatile int *nowhere = (volatile int *)(uintptr_t)4096;

    *nowhere = 1;
}

/* Returns only in theory, which keeps the compiler from calling it endless. */
static void overflow_stack(volatile char *before)
{
    volatile char here[4096];

    here[0] = before[0];
    if (here[0] == 0)
        overflow_stack(here);
    here[1] = before[1];
}

static void fork_a_child_that_exits(void)
{
    pid_t child = fork();

    if (child == 0)
        exit(0);
    say_number("child ", child > 0, "\n");
}

static void key_pressed(const struct key *key)
{
    char line[80];

    snprintf(line, sizeof line, "key %d %x %u\n", key->type, (unsigned)key->code, key->modifiers);
    say(line);
}

/* False: leave. */
static bool obey(const struct key *key)
{
    if (key->type != KEY_CHAR || key->modifiers)
        return true;
    switch (key->code) {
    case 'q':
        return false;
    case 's':
        term_status(term,
                    "the status line, a long one that a narrow terminal has to cut somewhere");
        break;
    case 'S':
        term_status(term, "");
        break;
    case 'l':
        read_line();
        break;
    case 'y':
        say_styles();
        break;
    case 'w':
        say("wide 日本語 e\xcc\x81.\n");
        break;
    case 'm':
        say_much();
        break;
    case 'X':
        exit(3);
    case 'K':
        crash();
        break;
    case 'A':
        abort();
    case 'O':
        overflow_stack((volatile char[]){0, 0});
        break;
    case 'F':
        fork_a_child_that_exits();
        break;
    }
    return true;
}

static bool handle(const struct term_event *event)
{
    switch (event->type) {
    case TERM_KEY:
        key_pressed(&event->key);
        return obey(&event->key);
    case TERM_RESIZE:
        say_size("resize");
        return true;
    case TERM_CONTINUED:
        say("continued\n");
        return true;
    case TERM_LINE:
        say("given ");
        say(event->line);
        say("\n");
        return true;
    case TERM_INTERRUPT:
        say("interrupt\n");
        return true;
    case TERM_TERMINATE:
        say("terminate\n");
        return false;
    case TERM_END:
        say("end\n");
        return false;
    default:
        return true;
    }
}

int main(int count, char **words)
{
    struct look_options options = {0};
    struct error error = {0};
    struct term_event event;
    char alternate_stack[65536];
    stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};

    sigaltstack(&stack, NULL);
    for (int i = 1; i < count; i++) {
        options.ascii |= strcmp(words[i], "--ascii") == 0;
        options.plain |= strcmp(words[i], "--plain") == 0;
    }
    if (term_open(&options, &term, &error) < 0) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    say(term_interactive(term) ? "interactive\n" : "not interactive\n");
    say_size("ready");
    do
        term_wait(term, -1, &event);
    while (handle(&event));
    bool broken = term_broken(term);
    term_close(term);
    stack = (stack_t){.ss_flags = SS_DISABLE};
    sigaltstack(&stack, NULL);
    return broken ? 4 : event.type == TERM_TERMINATE ? 5 : 0;
}
