/* The mapping and the writer's side of it. The hot path is event_emit(): claim a slot, fill it,
 * take the time (by the counter, see ticks.h), commit. Everything a signal handler could disturb is
 * one instruction: the claim is a single xadd of this thread's own counter (not locked: no other
 * thread adds to it), the change of chunks one compare-and-swap, the commit one store of the word
 * that holds the kind. */
#include "engine/event/record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

#define RECORD_MAGIC "atrecord"
enum { RECORD_VERSION = 1 };

_Thread_local struct writer *event_writer __attribute__((tls_model("initial-exec")));

static bool is_attached; /* the chunks are made ready by another process */

static_assert(sizeof(struct record) <= RECORD_HEADER_SIZE,
              "the header fits before the first chunk");

/* --- the mapping ------------------------------------------------------------------------------ */

static uint32_t chunks_in(uint64_t size)
{
    return (uint32_t)((size - RECORD_HEADER_SIZE) / RECORD_CHUNK_SIZE);
}

static void header_init(struct record *record, size_t size)
{
    memcpy(record->magic, RECORD_MAGIC, sizeof record->magic);
    record->version = RECORD_VERSION;
    record->size = size;
    record->chunks = chunks_in(size);
    atomic_store(&record->next_id, 1);
    control_init(&record->control);
    record->start = control_now(&record->control);
}

/* Before each mapping lies memory that no other process sees, with what must be believed: a program
 * that is recorded can write to all of the header. */
enum { OWN_SIZE = RECORD_CHUNK_SIZE }; /* a multiple of every machine's page */
struct own {
    uint64_t size;
    int64_t start;
};

static struct own *own_of(const struct record *record)
{
    return (struct own *)((char *)record - OWN_SIZE);
}

/* fd -1: memory of this process alone. */
static void *map_record(size_t size, int fd)
{
    const int reserved = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    char *map = mmap(NULL, OWN_SIZE + size, PROT_READ | PROT_WRITE, reserved, -1, 0);

    if (map == MAP_FAILED)
        return MAP_FAILED;
    if (fd >= 0 && mmap(map + OWN_SIZE, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
                        0) == MAP_FAILED) {
        munmap(map, OWN_SIZE + size);
        return MAP_FAILED;
    }
    ((struct own *)map)->size = size;
    return map + OWN_SIZE;
}

void record_mend(struct record *record)
{
    const struct own *own = own_of(record);

    memcpy(record->magic, RECORD_MAGIC, sizeof record->magic);
    record->version = RECORD_VERSION;
    record->size = own->size;
    record->chunks = chunks_in(own->size);
    record->start = own->start;
}

/* A memfd of that size, which nobody can make smaller under who reads it. */
static int make_memfd(size_t size)
{
    struct rlimit most;
    int fd;

    if (getrlimit(RLIMIT_FSIZE, &most) == 0 && most.rlim_cur < size)
        return -EFBIG; /* to try would end us by a signal */
    fd = memfd_create("asynctut-record", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -errno;
    if (ftruncate(fd, (off_t)size) ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) {
        int error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

int record_create(size_t cap, struct record **ret_record, int *ret_fd)
{
    size_t size = RECORD_HEADER_SIZE + (cap / RECORD_CHUNK_SIZE + 1) * RECORD_CHUNK_SIZE;
    int fd = -1;
    void *map;

    if (size / RECORD_CHUNK_SIZE > UINT32_MAX)
        return -EINVAL;
    ticks_open();
    if (ret_fd) {
        fd = make_memfd(size);
        if (fd < 0)
            return fd;
    }
    map = map_record(size, fd);
    if (map == MAP_FAILED) {
        int error = -errno;
        if (fd >= 0)
            close(fd);
        return error;
    }
    header_init(map, size);
    own_of(map)->start = ((struct record *)map)->start;
    record_refill(map, chunks_in(size), RECORD_FIRST_TARGET);
    *ret_record = map;
    if (ret_fd)
        *ret_fd = fd;
    return 0;
}

static bool header_is_sound(const struct record *record, uint64_t size)
{
    return !memcmp(record->magic, RECORD_MAGIC, sizeof record->magic) &&
           record->version == RECORD_VERSION && record->size == size &&
           record->chunks == chunks_in(size);
}

int record_attach(int fd, struct record **ret_record)
{
    struct stat status;
    void *map;

    ticks_open();
    if (fstat(fd, &status))
        return -errno;
    if (status.st_size <= RECORD_HEADER_SIZE || status.st_size % RECORD_CHUNK_SIZE)
        return -EPROTO;
    map = map_record((size_t)status.st_size, fd);
    if (map == MAP_FAILED)
        return -errno;
    if (!header_is_sound(map, (uint64_t)status.st_size)) {
        record_destroy(map);
        return -EPROTO;
    }
    own_of(map)->start = ((struct record *)map)->start;
    is_attached = true;
    *ret_record = map;
    return 0;
}

void record_destroy(struct record *record)
{
    if (record)
        munmap(own_of(record), OWN_SIZE + own_of(record)->size);
}

/* --- chunks ----------------------------------------------------------------------------------- */

static void populate(struct chunk *chunk)
{
    if (!madvise(chunk, RECORD_CHUNK_SIZE, MADV_POPULATE_WRITE))
        return;
    for (size_t at = 0; at < RECORD_CHUNK_SIZE; at += 4096) /* older kernels: touch each page */
        *((volatile char *)chunk + at) = 0;
}

static uint32_t count_spares(struct record *record, uint32_t target)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < target; i++)
        count += atomic_load_explicit(&record->spares[i], memory_order_relaxed) != 0;
    return count;
}

/* The next chunk that nobody had, as its index + 1, which is then the caller's; 0: there is none.
 */
static uint32_t claim_fresh(struct record *record, uint32_t chunks)
{
    uint32_t next = atomic_load_explicit(&record->fresh, memory_order_relaxed);

    while (next < chunks)
        if (atomic_compare_exchange_weak(&record->fresh, &next, next + 1))
            return next + 1;
    return 0;
}

uint32_t record_refill(struct record *record, uint32_t chunks, uint32_t target)
{
    if (count_spares(record, target) < target / 2 && target < RECORD_SPARES)
        target *= 2;
    for (uint32_t i = 0; i < target; i++) {
        uint32_t index;

        if (atomic_load_explicit(&record->spares[i], memory_order_relaxed))
            continue;
        index = claim_fresh(record, chunks);
        if (!index)
            break;
        populate(record_chunk(record, index - 1));
        atomic_store_explicit(&record->spares[i], index, memory_order_release);
    }
    return target;
}

/* The pages are there, but this process has not mapped them yet. A write would map one page, and
 * the next write the next: a fault for every 128 events. A read maps all that are there within the
 * same aligned 64 KiB, and since the mapping is shared, they may be written then too. */
static void map_pages(const struct chunk *chunk)
{
    (void)*(const volatile uint32_t *)&chunk->thread;
    (void)*(const volatile int64_t *)&chunk->slots[RECORD_CHUNK_SLOTS - 1].arg;
}

/* A ready one, or where threads came faster than the recorder looks, one whose pages come as it is
 * written. NULL: the record is full. */
static struct chunk *take_chunk(struct record *record)
{
    uint32_t index;

    for (uint32_t i = 0; i < RECORD_SPARES; i++) {
        if (!atomic_load_explicit(&record->spares[i], memory_order_relaxed))
            continue;
        index = atomic_exchange_explicit(&record->spares[i], 0, memory_order_acquire);
        if (index && index <= record->chunks)
            return record_chunk(record, index - 1);
    }
    index = claim_fresh(record, record->chunks);
    return index ? record_chunk(record, index - 1) : NULL;
}

static void give_back(struct record *record, struct chunk *chunk)
{
    uint32_t index = (uint32_t)(((char *)chunk - (char *)record) / RECORD_CHUNK_SIZE);

    for (uint32_t i = 0; i < RECORD_SPARES; i++) {
        uint32_t none = 0;

        if (atomic_compare_exchange_strong(&record->spares[i], &none, index))
            return;
    }
}

/* Replaces the full (or missing) chunk `old`. False: there is none to be had. A signal handler may
 * have replaced it already; then the spare goes back. */
static bool next_chunk(struct writer *writer, struct chunk *old)
{
    struct chunk *chunk = take_chunk(writer->record);

    if (chunk && is_attached)
        map_pages(chunk);
    if (chunk && !writer->sequence)
        atomic_fetch_add(&writer->record->control.threads, 1);
    if (chunk) {
        chunk->thread = writer->thread;
        chunk->tid = writer->tid;
        chunk->sequence = writer->sequence++;
    }
    if (!atomic_compare_exchange_strong(&writer->chunk, &old, chunk)) {
        if (chunk)
            give_back(writer->record, chunk);
        return true;
    }
    if (old)
        atomic_store_explicit(&old->full, 1, memory_order_release);
    return chunk != NULL;
}

/* --- writing ---------------------------------------------------------------------------------- */

static inline uint32_t claim_slots(struct chunk *chunk, uint32_t count)
{
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
    __asm__ volatile("xaddl %0, %1" : "+r"(count), "+m"(chunk->claimed) : : "memory", "cc");
    return count;
#else
    return atomic_fetch_add_explicit(&chunk->claimed, count, memory_order_relaxed);
#endif
}

static void count_drop(struct record *record)
{
    uint64_t none = 0;
    uint64_t now = (uint64_t)(control_now(&record->control) - record->start);

    atomic_fetch_add_explicit(&record->dropped, 1, memory_order_relaxed);
    atomic_compare_exchange_strong(&record->first_dropped, &none, now ? now : 1);
}

/* NULL: the chunk is full, or there is none. */
static inline struct event *claim(struct chunk *chunk, uint32_t count)
{
    uint32_t first;

    if (__builtin_expect(!chunk, 0))
        return NULL;
    first = claim_slots(chunk, count);
    if (__builtin_expect(first + count > RECORD_CHUNK_SLOTS, 0))
        return NULL;
    /* The recorder's core has zeroed these lines; ask for them before they are needed. */
    __builtin_prefetch(&chunk->slots[first + 16], 1);
    return &chunk->slots[first];
}

static struct chunk *chunk_of(struct writer *writer)
{
    return atomic_load_explicit(&writer->chunk, memory_order_relaxed);
}

/* With the next chunk, if need be. NULL: there is none to be had. */
static SELDOM struct event *claim_any(struct writer *writer, uint32_t count)
{
    for (;;) {
        struct chunk *chunk = chunk_of(writer);
        struct event *slot = claim(chunk, count);

        if (slot)
            return slot;
        if (!next_chunk(writer, chunk)) {
            count_drop(writer->record);
            return NULL;
        }
    }
}

/* The word of a slot that holds `where` and `kind`; storing it makes the slot visible. */
static inline uint64_t word_of(enum event_kind kind, const void *where)
{
    return ((uint64_t)(uintptr_t)where & UINT64_C(0xffffffffffff)) | (uint64_t)kind << 48;
}

static inline void commit(struct event *slot, uint64_t word)
{
    atomic_store_explicit((_Atomic uint64_t *)((uint64_t *)slot + 1), word, memory_order_release);
}

/* A thread's time never goes back. */
static inline uint64_t not_before(struct writer *writer, int64_t now)
{
    uint64_t time = (uint64_t)(now - writer->record->start);

    if (time < writer->last)
        time = writer->last;
    writer->last = time;
    return time;
}

static uint64_t look_at_clock(struct writer *writer)
{
    return not_before(writer, ticks_look(&writer->ticks, &writer->record->control));
}

static inline void fill(struct event *slot, uint32_t subject, uint32_t object, int64_t arg)
{
    slot->subject = subject;
    slot->object = object;
    slot->arg = arg;
}

static inline bool is_attended(struct control *control)
{
    return __builtin_expect(atomic_load_explicit(&control->attention, memory_order_relaxed) != 0,
                            0);
}

static void pass_gate(struct record *record, const struct event *event)
{
    if (is_attended(&record->control) && event_gate) {
        int saved = errno;

        event_gate(&record->control, event);
        errno = saved;
    }
}

/* The time is asked of the clock itself, and the program may be held. */
static SELDOM void finish(uint64_t word, struct event *slot, struct writer *writer)
{
    slot->time = look_at_clock(writer);
    commit(slot, word);
    pass_gate(writer->record, slot);
}

/* Whatever it takes: another chunk, or a drop. */
static SELDOM void emit_in_next(uint64_t word, uint32_t subject, uint32_t object, int64_t arg,
                                struct writer *writer)
{
    struct event *slot = claim_any(writer, 1);

    if (!slot)
        return;
    fill(slot, subject, object, arg);
    finish(word, slot, writer);
}

/* The path of nearly every event calls nothing: a slot is free, and the time is counted. */
OFTEN void event_emit(enum event_kind kind, uint32_t subject, uint32_t object, int64_t arg,
                      const void *where)
{
    uint64_t word = word_of(kind, where);
    struct writer *writer = event_writer;
    struct control *control;
    struct event *slot;
    int64_t now;

    if (!writer)
        return;
    slot = claim(chunk_of(writer), 1);
    if (!slot) {
        emit_in_next(word, subject, object, arg, writer);
        return;
    }
    fill(slot, subject, object, arg);
    control = &writer->record->control;
    if (is_attended(control) || !ticks_count(&writer->ticks, control, &now)) {
        finish(word, slot, writer);
        return;
    }
    slot->time = not_before(writer, now);
    commit(slot, word);
}

/* A program that may have stood at the gate since its last event is asked for the time anew. */
OFTEN void event_emit_more(enum event_kind kind, uint32_t subject, uint32_t object, int64_t arg,
                           const void *where)
{
    uint64_t word = word_of(kind, where);
    struct writer *writer = event_writer;
    struct event *slot;

    if (!writer)
        return;
    slot = claim(chunk_of(writer), 1);
    if (!slot) {
        emit_in_next(word, subject, object, arg, writer);
        return;
    }
    fill(slot, subject, object, arg);
    if (!writer->last || is_attended(&writer->record->control)) {
        finish(word, slot, writer);
        return;
    }
    slot->time = writer->last;
    commit(slot, word);
}

void event_emit_text(enum text_role role, uint32_t subject, const char *text, size_t length)
{
    struct writer *writer = event_writer;
    struct event *slot;

    if (!writer || !length)
        return;
    if (length > EVENT_TEXT_MAX)
        length = EVENT_TEXT_MAX;
    slot = claim_any(writer, 1 + (uint32_t)((length + sizeof *slot - 1) / sizeof *slot));
    if (!slot)
        return;
    memcpy(slot + 1, text, length);
    fill(slot, subject, role, (int64_t)length);
    finish(word_of(EVENT_TEXT, NULL), slot, writer);
}

OFTEN uint32_t event_emit_born(enum entity_type type, uint32_t parent, const void *where)
{
    uint32_t id;

    if (!event_writer)
        return 0;
    id = record_new_id(event_writer->record);
    event_emit(EVENT_BORN, id, parent, type, where);
    return id;
}
