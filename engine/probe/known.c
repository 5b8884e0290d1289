/* A hash table of chains that only grow; see known.h. Only the thread that owns a loop adds and
 * forgets the addresses of its handles, so an entry's fields need no lock: it is found by its
 * address alone, and that is stored before anybody else could look for it. */
#include "engine/probe/known.h"

#include <sys/mman.h>

#include "engine/event/record.h"
#include "engine/probe/thread.h"

enum { BUCKETS = 8192, REGION = 64 << 20 };

static struct known *_Atomic buckets[BUCKETS];
static char *_Atomic region;
static _Atomic uint32_t used;

static struct known *_Atomic *bucket_of(const void *address)
{
    uint64_t hash = (uint64_t)(uintptr_t)address * UINT64_C(0x9E3779B97F4A7C15);

    return &buckets[hash >> 51];
}

static struct known *allocate(void)
{
    char *base = atomic_load(&region);
    uint32_t index;

    if (!base) {
        char *none = NULL;

        base = mmap(NULL, REGION, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (base == MAP_FAILED)
            return NULL;
        if (!atomic_compare_exchange_strong(&region, &none, base)) {
            munmap(base, REGION);
            base = none;
        }
    }
    index = atomic_fetch_add(&used, 1);
    if (index >= REGION / sizeof(struct known))
        return NULL;
    return (struct known *)base + index;
}

OFTEN struct known *known_find(const void *address)
{
    struct known *known = atomic_load_explicit(bucket_of(address), memory_order_acquire);

    while (known && atomic_load_explicit(&known->address, memory_order_acquire) != address)
        known = known->next;
    return known;
}

static struct known *add(struct known *_Atomic *bucket, const void *address)
{
    struct known *known = allocate();

    if (!known)
        return NULL;
    atomic_store_explicit(&known->address, address, memory_order_relaxed);
    known->next = atomic_load(bucket);
    while (!atomic_compare_exchange_weak(bucket, &known->next, known))
        ;
    return known;
}

/* The entry of this address; else one of the same bucket that nobody uses; else a new one. */
static OFTEN struct known *find_or_add(const void *address, bool *ret_found)
{
    struct known *_Atomic *bucket = bucket_of(address);
    struct known *unused = NULL;
    struct known *known = atomic_load_explicit(bucket, memory_order_acquire);

    for (; known; known = known->next) {
        const void *of = atomic_load_explicit(&known->address, memory_order_acquire);

        *ret_found = of == address;
        if (*ret_found)
            return known;
        if (!of)
            unused = known;
    }
    while (unused) {
        const void *none = NULL;

        if (atomic_compare_exchange_strong(&unused->address, &none, address))
            return unused;
        for (unused = unused->next; unused && atomic_load(&unused->address);)
            unused = unused->next;
    }
    return add(bucket, address);
}

static void give_birth(struct known *known, enum entity_type type, uint32_t parent,
                       const void *where)
{
    known->type = type;
    known->serial = thread_serial;
    known->id = event_emit_born(type, parent, where);
}

static void forget_callbacks(struct known *known)
{
    for (int i = 0; i < KNOWN_SLOTS; i++)
        known->callback[i] = NULL;
}

struct known *known_get(const void *address, enum entity_type type, uint32_t parent,
                        const void *where)
{
    bool found = false;
    struct known *known = find_or_add(address, &found);

    if (!known)
        return NULL;
    if (!found)
        forget_callbacks(known);
    if (!found || known->serial != thread_serial)
        give_birth(known, type, parent, where);
    return known;
}

OFTEN struct known *known_new(const void *address, enum entity_type type, uint32_t parent,
                              const void *where)
{
    bool found = false;
    struct known *known = find_or_add(address, &found);

    if (!known)
        return NULL;
    forget_callbacks(known);
    give_birth(known, type, parent, where);
    return known;
}

void known_forget(struct known *known)
{
    atomic_store_explicit(&known->address, NULL, memory_order_release);
}

/* A thread asks for the same loop again and again. */
OFTEN uint32_t known_loop(const void *loop, const void *where)
{
    struct probe_thread *thread = thread_current();
    struct known *known = thread ? thread->asked : NULL;

    if (!known || atomic_load_explicit(&known->address, memory_order_relaxed) != loop ||
        known->serial != thread_serial)
        known = known_get(loop, ENTITY_LOOP, 0, where);
    if (thread)
        thread->asked = known;
    return known ? known->id : 0;
}
