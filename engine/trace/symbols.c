/* The cache and its thread. Every address is looked up once; entries and strings are never moved or
 * freed before the end, so a place may be kept. Names come from files of the traced program: they
 * are made fit to show when they enter. */
#include "engine/trace/symbols.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/arena.h"
#include "engine/base/array.h"
#include "engine/base/str.h"
#include "engine/trace/resolve.h"

struct entry {
    uint64_t address;
    bool known;
    struct place place;
    struct entry *next; /* in its bucket */
};

enum { BUCKETS = 4096 };

struct symbols {
    struct entry *buckets[BUCKETS];
    struct arena memory; /* of entries and strings */
    uint64_t *queue;     /* addresses that were asked for */
    size_t queued, queue_capacity, taken;
    pthread_mutex_t lock; /* guards all of the above */
    pthread_cond_t asked, answered;
    pthread_t thread;
    const struct module_map *map; /* NULL: of this process */
    bool threaded, closing;
};

static const struct place nowhere = {.function = "?", .file = "", .path = ""};

/* --- the cache, under the lock ---------------------------------------------------------------- */

static struct entry **bucket_of(struct symbols *symbols, uint64_t address)
{
    return &symbols->buckets[(address * UINT64_C(0x9e3779b97f4a7c15)) >> 52];
}

static struct entry *find(struct symbols *symbols, uint64_t address)
{
    struct entry *entry = *bucket_of(symbols, address);

    while (entry && entry->address != address)
        entry = entry->next;
    return entry;
}

/* NULL: no memory. */
static struct entry *add(struct symbols *symbols, uint64_t address)
{
    struct entry **bucket = bucket_of(symbols, address);
    struct entry *entry = arena_alloc(&symbols->memory, sizeof *entry);

    if (!entry)
        return NULL;
    *entry = (struct entry){.address = address, .place = nowhere, .next = *bucket};
    *bucket = entry;
    return entry;
}

static const char *keep(struct symbols *symbols, const char *text, const char *otherwise)
{
    struct str shown = {0};
    const char *copy = NULL;

    if (text)
        str_add_shown(&shown, text, strlen(text), false);
    if (text && !shown.failed)
        copy = arena_copy(&symbols->memory, str_text(&shown), shown.length);
    str_free(&shown);
    return copy ? copy : otherwise;
}

static void know(struct symbols *symbols, struct entry *entry, const char *function,
                 const char *path, int line)
{
    const char *slash;

    entry->place.function = keep(symbols, function, "?");
    entry->place.path = keep(symbols, path, "");
    slash = strrchr(entry->place.path, '/');
    entry->place.file = slash ? slash + 1 : entry->place.path;
    entry->place.line = line;
    entry->known = true;
}

/* --- the thread ------------------------------------------------------------------------------- */

static void answer(struct symbols *symbols, struct resolver *resolver, uint64_t address)
{
    struct resolved resolved = {0};
    struct entry *entry;

    pthread_mutex_unlock(&symbols->lock);
    if (resolver)
        resolver_find(resolver, address, &resolved);
    pthread_mutex_lock(&symbols->lock);
    entry = find(symbols, address);
    if (entry)
        know(symbols, entry, resolved.function, resolved.path, resolved.line);
    pthread_cond_broadcast(&symbols->answered);
}

static void *look_up(void *arg)
{
    struct symbols *symbols = arg;
    struct resolver *resolver = resolver_new(symbols->map);
    struct resolved ignored;

    if (resolver) /* one look-up loads the program's tables */
        resolver_find(resolver, (uint64_t)(uintptr_t)look_up, &ignored);
    pthread_mutex_lock(&symbols->lock);
    while (!symbols->closing) {
        if (symbols->taken < symbols->queued)
            answer(symbols, resolver, symbols->queue[symbols->taken++]);
        else
            pthread_cond_wait(&symbols->asked, &symbols->lock);
    }
    pthread_mutex_unlock(&symbols->lock);
    resolver_free(resolver);
    return NULL;
}

static int start_thread(struct symbols *symbols)
{
    sigset_t all, saved;
    int error;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &saved);
    error = pthread_create(&symbols->thread, NULL, look_up, symbols);
    pthread_sigmask(SIG_SETMASK, &saved, NULL);
    symbols->threaded = error == 0;
    return -error;
}

/* --- open and close --------------------------------------------------------------------------- */

static struct symbols *make(void)
{
    struct symbols *symbols = calloc(1, sizeof *symbols);

    if (!symbols)
        return NULL;
    pthread_mutex_init(&symbols->lock, NULL);
    pthread_cond_init(&symbols->asked, NULL);
    pthread_cond_init(&symbols->answered, NULL);
    return symbols;
}

int symbols_open_modules(const struct module_map *map, struct symbols **ret_symbols)
{
    struct symbols *symbols = make();
    int r;

    if (!symbols)
        return -ENOMEM;
    symbols->map = map;
    r = start_thread(symbols);
    if (r < 0)
        symbols_close(symbols);
    else
        *ret_symbols = symbols;
    return r;
}

int symbols_open(struct symbols **ret_symbols)
{
    return symbols_open_modules(NULL, ret_symbols);
}

int symbols_open_table(const struct symbol *table, size_t n, struct symbols **ret_symbols)
{
    struct symbols *symbols = make();

    if (!symbols)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++) {
        struct entry *entry =
            find(symbols, table[i].address) ? NULL : add(symbols, table[i].address);

        if (entry)
            know(symbols, entry, table[i].place.function, table[i].place.path, table[i].place.line);
    }
    if (symbols->memory.failed) {
        symbols_close(symbols);
        return -ENOMEM;
    }
    *ret_symbols = symbols;
    return 0;
}

void symbols_close(struct symbols *symbols)
{
    if (!symbols)
        return;
    pthread_mutex_lock(&symbols->lock);
    symbols->closing = true;
    pthread_cond_signal(&symbols->asked);
    pthread_mutex_unlock(&symbols->lock);
    if (symbols->threaded)
        pthread_join(symbols->thread, NULL);
    pthread_cond_destroy(&symbols->asked);
    pthread_cond_destroy(&symbols->answered);
    pthread_mutex_destroy(&symbols->lock);
    arena_free(&symbols->memory);
    free(symbols->queue);
    free(symbols);
}

/* --- asking ----------------------------------------------------------------------------------- */

/* The entry, known or asked for; NULL if it is and stays unknown. Under the lock. */
static struct entry *ask(struct symbols *symbols, uint64_t address)
{
    struct entry *entry = find(symbols, address);

    if (entry || !symbols->threaded)
        return entry;
    if (!array_grow(&symbols->queue, &symbols->queue_capacity, symbols->queued))
        return NULL;
    entry = add(symbols, address);
    if (entry)
        symbols->queue[symbols->queued++] = address;
    pthread_cond_signal(&symbols->asked);
    return entry;
}

static bool get(struct symbols *symbols, uint64_t address, bool is_return, bool wait,
                struct place *ret_place)
{
    struct entry *entry;
    bool known;

    *ret_place = nowhere;
    if (!symbols || !address)
        return true;
    pthread_mutex_lock(&symbols->lock);
    entry = ask(symbols, address - is_return);
    while (entry && !entry->known && wait)
        pthread_cond_wait(&symbols->answered, &symbols->lock);
    known = !entry || entry->known;
    if (entry && known)
        *ret_place = entry->place;
    pthread_mutex_unlock(&symbols->lock);
    return known;
}

bool symbols_find(struct symbols *symbols, uint64_t address, bool is_return,
                  struct place *ret_place)
{
    return get(symbols, address, is_return, false, ret_place);
}

void symbols_wait(struct symbols *symbols, uint64_t address, bool is_return,
                  struct place *ret_place)
{
    get(symbols, address, is_return, true, ret_place);
}
