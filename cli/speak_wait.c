/* The line of speak_wait(). It is written by a thread that waits beside the work, because the work
 * is one long call into the engine, which speaks to nobody. */
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/speak.h"
#include "engine/base/beside.h"

enum { PATIENCE_NS = 333000000, NS = 1000000000 };

static struct {
    bool begun;
    struct beside beside;
    pthread_mutex_t lock; /* guards: */
    pthread_cond_t changed;
    bool over, shown;
    struct str text;
} line;

static void put(const char *bytes, size_t length)
{
    ssize_t written = write(STDERR_FILENO, bytes, length);

    (void)written; /* nobody misses it */
}

static void show_late(void *to)
{
    struct timespec until;
    int r = 0;

    (void)to;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += PATIENCE_NS;
    until.tv_sec += until.tv_nsec / NS;
    until.tv_nsec %= NS;
    pthread_mutex_lock(&line.lock);
    while (!line.over && r == 0)
        r = pthread_cond_timedwait(&line.changed, &line.lock, &until);
    line.shown = !line.over;
    if (line.shown)
        put(str_text(&line.text), line.text.length);
    pthread_mutex_unlock(&line.lock);
}

static void init(void)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&line.changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&line.lock, NULL);
}

void speak_wait(const struct look *look, const char *format, ...)
{
    struct str text = {0};
    va_list args;

    speak_wait_end();
    if (!look->terminal || !look->bold || look->plain)
        return;
    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    init();
    line.over = line.shown = false;
    str_add_shown(&line.text, str_text(&text), text.length, false);
    line.text.length = text_fit(str_text(&line.text), line.text.length, look->width - 1);
    str_free(&text);
    line.begun = true;
    beside_begin(&line.beside, show_late, NULL);
}

void speak_wait_end(void)
{
    static const char clear[] = "\r\033[K";

    if (!line.begun)
        return;
    pthread_mutex_lock(&line.lock);
    line.over = true;
    pthread_cond_signal(&line.changed);
    pthread_mutex_unlock(&line.lock);
    beside_end(&line.beside);
    if (line.shown)
        put(clear, sizeof clear - 1);
    pthread_cond_destroy(&line.changed);
    pthread_mutex_destroy(&line.lock);
    str_free(&line.text);
    line.begun = false;
}
