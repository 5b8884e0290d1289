/* Halting and waiting under control; see gate.h.
 *
 * Design notes. A wait is a ppoll() whose signal mask lets GATE_SIGNAL in, while it is blocked
 * everywhere around it; so "look at the clock again" can never be missed between the look and the
 * wait. A stopped program waits without a time limit, a running one until its deadline. */
#include "engine/probe/gate.h"

#include <errno.h>
#include <link.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "engine/probe/raw.h"
#include "engine/probe/thread.h"

bool gate_controlled;

static uintptr_t text_start, text_end; /* of the program's own executable */

static long futex(_Atomic uint32_t *word, int operation, uint32_t value)
{
    return syscall(SYS_futex, word, operation, value, NULL, NULL, 0);
}

/* --- holding ---------------------------------------------------------------------------------- */

static void hold(struct probe_thread *thread, struct control *control)
{
    uint32_t attention;

    atomic_store(&thread->state, THREAD_HELD);
    while ((attention = atomic_load(&control->attention)) & ATTENTION_STOP)
        futex(&control->attention, FUTEX_WAIT, attention);
    atomic_store(&thread->state, THREAD_RUNNING);
}

static bool step_ends_at(uint32_t until, const struct event *event)
{
    if (until == STEP_TURN)
        return event->kind == EVENT_POLL_END;
    if (event->kind == EVENT_TEXT && event->object == TEXT_NAME)
        return false;
    return event_level(event->kind) <= (enum event_level)until;
}

/* The thread whose event ends the step stops the clock itself, at the time of that event. */
static void end_step(struct control *control, const struct event *event)
{
    if (!step_ends_at(atomic_load(&control->step_until), event))
        return;
    if (atomic_fetch_and(&control->attention, ~(uint32_t)ATTENTION_STEP) & ATTENTION_STEP)
        control_stop(control);
}

static void on_event(struct control *control, const struct event *event)
{
    uint32_t attention = atomic_load(&control->attention);

    if (!thread_current()->listed)
        return; /* the controller itself */
    if (attention & ATTENTION_STEP && !(attention & ATTENTION_STOP))
        end_step(control, event);
    if (atomic_load(&control->attention) & ATTENTION_STOP)
        hold(thread_current(), control);
}

/* --- the signal ------------------------------------------------------------------------------- */

static bool in_program_text(const ucontext_t *context)
{
#if defined(__x86_64__)
    uintptr_t at = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    uintptr_t at = (uintptr_t)context->uc_mcontext.pc;
#else
    uintptr_t at = 0; /* then threads halt at probe points only */
    (void)context;
#endif
    return at >= text_start && at < text_end;
}

/* True if the interrupted code has claimed a slot of its chunk that it has not committed yet. The
 * raw slots of a text are skipped by its length: what lies in them means nothing here. */
static bool is_writing(struct writer *writer)
{
    struct chunk *chunk = atomic_load_explicit(&writer->chunk, memory_order_relaxed);
    uint32_t claimed;

    if (!chunk)
        return true;
    claimed = atomic_load_explicit(&chunk->claimed, memory_order_relaxed);
    for (uint32_t i = 0; i < claimed && i < RECORD_CHUNK_SLOTS; i++) {
        const struct event *event = &chunk->slots[i];

        if (event->kind == EVENT_NONE)
            return claimed <= RECORD_CHUNK_SLOTS;
        if (event->kind == EVENT_TEXT)
            i += (uint32_t)(event->arg + 31) / 32;
    }
    return false;
}

static void on_gate_signal(int number, siginfo_t *info, void *context)
{
    struct probe_thread *thread = thread_current();
    struct control *control;
    int saved = errno;

    (void)number, (void)info;
    if (!thread)
        return;
    thread->poked = 1;
    control = &thread->writer.record->control;
    if (atomic_load(&control->attention) & ATTENTION_STOP && !thread->busy &&
        atomic_load(&thread->state) == THREAD_RUNNING && in_program_text(context) &&
        !is_writing(&thread->writer))
        hold(thread, control);
    errno = saved;
}

static int find_text(struct dl_phdr_info *info, size_t size, void *to)
{
    (void)size, (void)to;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];

        if (header->p_type == PT_LOAD && header->p_flags & PF_X) {
            text_start = info->dlpi_addr + header->p_vaddr;
            text_end = text_start + header->p_memsz;
        }
    }
    return 1; /* the executable comes first */
}

int gate_open(void)
{
    struct sigaction action = {.sa_sigaction = on_gate_signal,
                               .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};

    dl_iterate_phdr(find_text, NULL);
    sigemptyset(&action.sa_mask);
    if (sigaction(GATE_SIGNAL, &action, NULL))
        return -errno;
    event_gate = on_event;
    gate_controlled = true;
    return 0;
}

static bool signal_if_in(struct probe_thread *thread, void *to)
{
    if (atomic_load(&thread->state) == *(int *)to && thread != thread_current())
        pthread_kill(thread->pthread, GATE_SIGNAL);
    return true;
}

void gate_halt_running(void)
{
    int state = THREAD_RUNNING;

    threads_each(signal_if_in, &state);
}

void gate_wake_waiting(void)
{
    int state = THREAD_WAITING;

    threads_each(signal_if_in, &state);
}

void gate_release(struct control *control)
{
    futex(&control->attention, FUTEX_WAKE, INT32_MAX);
    gate_wake_waiting();
}

static bool is_still(struct probe_thread *thread, void *to)
{
    *(bool *)to = true;
    return atomic_load(&thread->state) != THREAD_RUNNING;
}

bool gate_all_held(void)
{
    bool any = false;

    return threads_each(is_still, &any) && any;
}

/* --- waiting ---------------------------------------------------------------------------------- */

static void block_until(int64_t deadline)
{
    struct probe_thread *thread = thread_current();

    atomic_store(&thread->deadline, deadline);
    atomic_store(&thread->state, THREAD_BLOCKED);
}

void gate_block(void)
{
    block_until(INT64_MAX);
}

void gate_block_aside(void)
{
    block_until(0); /* due already: there is nothing to skip to */
}

void gate_unblock(void)
{
    atomic_store(&thread_current()->state, THREAD_RUNNING);
}

void gate_pass(void)
{
    struct probe_thread *thread = thread_current();

    if (atomic_load(&thread->writer.record->control.attention) & ATTENTION_STOP)
        hold(thread, &thread->writer.record->control);
}

/* One wait: until ready, until `deadline` by the clock as it stands, or until poked. */
static int wait_once(struct control *control, struct pollfd *fds, nfds_t count, int64_t deadline,
                     const sigset_t *mask)
{
    int64_t left = deadline - control_now(control);
    struct timespec time = {0, 0};

    if (deadline == INT64_MAX || atomic_load(&control->attention) & ATTENTION_STOP)
        return raw_ppoll(fds, count, NULL, mask);
    if (left > 0) {
        time.tv_sec = left / 1000000000;
        time.tv_nsec = left % 1000000000;
    }
    return raw_ppoll(fds, count, &time, mask);
}

static int wait_until(struct probe_thread *thread, struct control *control, struct pollfd *fds,
                      nfds_t count, int64_t deadline, const sigset_t *mask)
{
    for (;;) {
        int ready;

        if (atomic_load(&control->attention) & ATTENTION_INSTANT && deadline != INT64_MAX)
            instant_skip(control);
        thread->poked = 0;
        ready = wait_once(control, fds, count, deadline, mask);
        if (ready > 0)
            return ready;
        if (ready < 0 && !(errno == EINTR && thread->poked))
            return ready;
        if (ready == 0 && control_now(control) >= deadline)
            return 0;
    }
}

int gate_wait(struct pollfd *fds, nfds_t count, int64_t deadline, const sigset_t *mask)
{
    struct probe_thread *thread = thread_current();
    struct control *control = &thread->writer.record->control;
    sigset_t poke, outer, inner;
    int ready;

    sigemptyset(&poke);
    sigaddset(&poke, GATE_SIGNAL);
    pthread_sigmask(SIG_BLOCK, &poke, &outer);
    inner = mask ? *mask : outer;
    sigdelset(&inner, GATE_SIGNAL);
    atomic_store(&thread->deadline, deadline);
    atomic_store(&thread->state, THREAD_WAITING);
    ready = wait_until(thread, control, fds, count, deadline, &inner);
    atomic_store(&thread->state, THREAD_RUNNING);
    int saved = errno;
    pthread_sigmask(SIG_SETMASK, &outer, NULL);
    errno = saved;
    return ready;
}
