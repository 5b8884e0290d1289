/* Reads the loader's list (dl_iterate_phdr) into a module map. */
#include "engine/event/module.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static size_t aligned(size_t size)
{
    return (size + 3) & ~(size_t)3;
}

/* A PT_NOTE segment is a row of notes: sizes of name and description, type, name, description. */
static void find_build_id(struct module *module, const char *notes, size_t size)
{
    while (size >= sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *note = (const void *)notes;
        size_t name = aligned(note->n_namesz), description = aligned(note->n_descsz);
        size_t whole = sizeof *note + name + description;

        if (whole > size)
            return;
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
            note->n_descsz <= MODULE_BUILD_ID) {
            memcpy(module->build_id, notes + sizeof *note + name, note->n_descsz);
            module->build_id_length = note->n_descsz;
            return;
        }
        notes += whole;
        size -= whole;
    }
}

/* Where the program itself lies. Asked of the kernel once: a program that has since forbidden
 * itself (seccomp) what it does not need would be ended by the question. */
static char own_path[MODULE_PATH];

static void find_own_path(void)
{
    ssize_t length = readlink("/proc/self/exe", own_path, sizeof own_path - 1);

    own_path[length > 0 ? length : 0] = 0;
}

static void find_path(struct module *module, const char *name)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (!name || !name[0]) {
        pthread_once(&once, find_own_path);
        name = own_path;
    }
    snprintf(module->path, sizeof module->path, "%s", name);
}

/* After an exec another program may lie where the one before it lay. */
static bool is_known(const struct module_map *map, uint32_t count, const struct module *module)
{
    for (uint32_t i = 0; i < count; i++)
        if (map->items[i].start == module->start && !strcmp(map->items[i].path, module->path))
            return true;
    return false;
}

static void measure(struct module *module, const struct dl_phdr_info *info)
{
    module->start = UINT64_MAX;
    module->bias = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uint64_t start = info->dlpi_addr + header->p_vaddr;

        if (header->p_type != PT_LOAD)
            continue;
        if (start < module->start)
            module->start = start;
        if (start + header->p_memsz > module->end)
            module->end = start + header->p_memsz;
    }
}

static int note(struct dl_phdr_info *info, size_t size, void *to)
{
    struct module_map *map = to;
    uint32_t count = atomic_load(&map->count);
    struct module *module = &map->items[count];

    (void)size;
    if (count >= MODULES)
        return 1;
    memset(module, 0, sizeof *module);
    measure(module, info);
    find_path(module, info->dlpi_name);
    if (module->end == 0 || is_known(map, count, module))
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_NOTE && !module->build_id_length)
            find_build_id(module, (const char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr,
                          info->dlpi_phdr[i].p_memsz);
    atomic_store_explicit(&map->count, count + 1, memory_order_release);
    return 0;
}

void modules_note(struct module_map *map)
{
    if (atomic_exchange(&map->busy, 1))
        return; /* another thread is at it */
    dl_iterate_phdr(note, map);
    atomic_store(&map->busy, 0);
}
