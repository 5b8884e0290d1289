/* The functions that the probe has replaced, as they really are.
 *
 *   REAL(uv_close);        declares real_uv_close, filled before main() and before any thread
 *
 * Each entry lies in one linker section, so the list is wherever the wrappers are. A function that
 * the installed library does not have stays NULL; its wrapper is then never reached. */
#ifndef ASYNCTUT_REAL_H
#define ASYNCTUT_REAL_H

struct real {
    const char *name;
    void **slot;
};

#define REAL(name)                        \
    static __typeof__(&name) real_##name; \
    static struct real real_entry_##name  \
        __attribute__((used, section("probe_real"))) = {#name, (void **)&real_##name}

/* The names of a list in parentheses, for a further one to be put beside them. */
#define BARE(...) __VA_ARGS__

/* For libc functions, which other libraries may call before our constructor has run. */
#define REAL_NOW(name) \
    (__builtin_expect(real_##name != NULL, 1) ? (void)0 : real_resolve(&real_entry_##name))

void real_resolve(struct real *entry);

#endif
