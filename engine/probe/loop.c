/* The loop itself: uv_run, and its end. The poll is in wait.c. */
#include <link.h>
#include <uv.h>

#include "engine/probe/call.h"
#include "engine/probe/pool.h"
#include "engine/probe/real.h"

uintptr_t libuv_text, libuv_text_size, libuv_data, libuv_data_size;

REAL(uv_run);
REAL(uv_loop_init);
REAL(uv_loop_close);
REAL(uv_loop_new);
REAL(uv_loop_delete);
REAL(uv_stop);
REAL(uv_walk);

/* The last segment of an object with these flags; its size goes to ret_size, 0: it has none. */
static uintptr_t find_segment(const struct dl_phdr_info *info, unsigned flags, uintptr_t *ret_size)
{
    uintptr_t start = 0;

    *ret_size = 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];

        if (header->p_type == PT_LOAD && (header->p_flags & (PF_X | PF_W)) == flags) {
            start = info->dlpi_addr + header->p_vaddr;
            *ret_size = header->p_memsz;
        }
    }
    return start;
}

/* libuv is the object in whose code the real uv_run lies, unless that is the program itself (libuv
 * linked statically): then no call can be told from libuv's own. */
static int find_libuv(struct dl_phdr_info *info, size_t size, void *to)
{
    bool *is_program = to;
    uintptr_t text_size, text = find_segment(info, PF_X, &text_size);

    (void)size;
    if (!*is_program && (uintptr_t)real_uv_run - text < text_size) {
        libuv_text = text;
        libuv_text_size = text_size;
        libuv_data = find_segment(info, PF_W, &libuv_data_size);
        return 1;
    }
    *is_program = false; /* the first object was the program; those that follow are libraries */
    return 0;
}

__attribute__((constructor(103))) static void locate_libuv(void)
{
    bool is_program = true;

    dl_iterate_phdr(find_libuv, &is_program);
}

void libuv_note(struct record *record)
{
    atomic_store(&record->libuv, uv_version());
    atomic_store(&record->libuv_pool, pool_is_understood());
    atomic_store(&record->libuv_address, (uintptr_t)real_uv_run);
}

int uv_loop_init(uv_loop_t *loop)
{
    const void *where = WHERE;
    int result = real_uv_loop_init(loop);

    if (!result && TRACED(where))
        known_new(loop, ENTITY_LOOP, 0, where);
    return result;
}

uv_loop_t *uv_loop_new(void)
{
    const void *where = WHERE;
    uv_loop_t *loop = real_uv_loop_new();

    if (loop && TRACED(where))
        known_new(loop, ENTITY_LOOP, 0, where);
    return loop;
}

/* Libraries come while a program runs; asking the loader at every turn of a loop would cost. */
static void note_new_modules(void)
{
    static _Atomic int64_t next;
    int64_t now = control_now(&event_writer->record->control);

    if (now < atomic_load_explicit(&next, memory_order_relaxed))
        return;
    atomic_store_explicit(&next, now + 200000000, memory_order_relaxed);
    modules_note(&event_writer->record->modules);
}

int uv_run(uv_loop_t *loop, uv_run_mode mode)
{
    const void *where = WHERE;
    uint32_t id, outer;
    int result;

    if (!TRACED(where))
        return real_uv_run(loop, mode);
    note_new_modules();
    id = known_loop(loop, where);
    outer = thread_current()->loop;
    event_emit(EVENT_RUN, id, 0, mode, where);
    thread_current()->loop = id;
    result = real_uv_run(loop, mode);
    thread_current()->loop = outer;
    event_emit(EVENT_RUN_END, id, 0, result, where);
    return result;
}

static void closed(uv_loop_t *loop, int result, const void *where)
{
    struct known *known = known_find(loop);

    event_emit(EVENT_CLOSE, known_loop(loop, where), 0, result, where);
    if (!result && known) {
        event_emit(EVENT_GONE, known_id(known), 0, 0, where);
        known_forget(known);
    }
}

int uv_loop_close(uv_loop_t *loop)
{
    const void *where = WHERE;
    int result = real_uv_loop_close(loop);

    if (TRACED(where))
        closed(loop, result, where);
    return result;
}

/* Frees the loop, so that others may have its memory at once: it is forgotten before. */
void uv_loop_delete(uv_loop_t *loop)
{
    const void *where = WHERE;

    if (TRACED(where))
        closed(loop, 0, where);
    real_uv_loop_delete(loop);
}

void uv_stop(uv_loop_t *loop)
{
    const void *where = WHERE;

    if (TRACED(where))
        event_emit(EVENT_STOP, known_loop(loop, where), 0, 0, where);
    real_uv_stop(loop);
}

struct walk {
    uv_walk_cb function;
    void *arg;
};

static void on_walk(uv_handle_t *handle, void *to)
{
    struct walk *walk = to;
    uint32_t id = known_id(known_find(handle));

    call_begin(id, CALLBACK_WALK, 0, (void *)walk->function);
    walk->function(handle, walk->arg);
    call_end(id, CALLBACK_WALK, (void *)walk->function);
}

void uv_walk(uv_loop_t *loop, uv_walk_cb function, void *arg)
{
    struct walk walk = {function, arg};

    if (TRACED(WHERE) && function)
        real_uv_walk(loop, on_walk, &walk);
    else
        real_uv_walk(loop, function, arg);
}
