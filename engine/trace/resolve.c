/* A libdwfl session over the mappings of a process. Modules that the program loads later are found
 * by reading the mappings again when an address lies in none; a bounded number of times, because
 * addresses in a damaged trace lie nowhere. */
#include "engine/trace/resolve.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/event/module.h"
#include "engine/trace/demangle.h"

enum { REREADS_AT_MOST = 64, STALE_AT_MOST = 32 };

struct resolver {
    Dwfl *dwfl;
    const struct module_map *map; /* NULL: of this process */
    int rereads;
    Dwfl_Module *stale[STALE_AT_MOST]; /* files that were replaced since: they say nothing */
    int stale_count;
    Dwarf_Die *unit; /* that was found last by looking at all */
    Dwarf_Addr unit_bias;
    char path[4096];    /* of the last answer, where it had to be put together */
    char unnamed[128];  /* the last address without a function, by its module */
    char readable[256]; /* the last name of C++ */
};

/* Separate debug information by build id, as distributions install it. libdwfl's own function
 * would ask servers (DEBUGINFOD_URLS). */
static int find_debuginfo(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
                          const char *file, const char *link, GElf_Word crc, char **ret_file)
{
    const unsigned char *id;
    GElf_Addr address;
    char path[128];
    int length = dwfl_module_build_id(module, &id, &address), at, fd;

    (void)user, (void)name, (void)base, (void)file, (void)link, (void)crc;
    if (length < 2 || length > 32)
        return -1;
    at = snprintf(path, sizeof path, "/usr/lib/debug/.build-id/%02x/", id[0]);
    for (int i = 1; i < length; i++)
        at += snprintf(path + at, sizeof path - (size_t)at, "%02x", id[i]);
    snprintf(path + at, sizeof path - (size_t)at, ".debug");
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        *ret_file = strdup(path);
    return fd;
}

/* True if the file is still the one that the process ran: it has the same build id, or there is
 * none to compare. */
static bool is_same_file(Dwfl_Module *module, const struct module *wanted)
{
    const unsigned char *id;
    GElf_Addr address;
    int length = dwfl_module_build_id(module, &id, &address);

    return length <= 0 || wanted->build_id_length == 0 ||
           ((uint32_t)length == wanted->build_id_length &&
            memcmp(id, wanted->build_id, (size_t)length) == 0);
}

/* The map lies in memory that another process writes to: each entry is copied before it is used. */
static void report_module(struct resolver *resolver, const struct module *shared)
{
    struct module module = *shared;
    struct stat status;
    Dwfl_Module *found;

    module.path[MODULE_PATH - 1] = 0;
    if (module.path[0] != '/' || module.build_id_length > MODULE_BUILD_ID ||
        stat(module.path, &status) || !S_ISREG(status.st_mode)) /* opening a FIFO would wait */
        return;
    found = dwfl_report_elf(resolver->dwfl, module.path, module.path, -1, module.bias, true);
    if (found && !is_same_file(found, &module) && resolver->stale_count < STALE_AT_MOST)
        resolver->stale[resolver->stale_count++] = found;
}

static void report_map(struct resolver *resolver, const struct module_map *map)
{
    uint32_t count = atomic_load_explicit(&map->count, memory_order_acquire);

    for (uint32_t i = 0; i < count && i < MODULES; i++)
        report_module(resolver, &map->items[i]);
}

static bool read_mappings(struct resolver *resolver)
{
    bool read = true;

    dwfl_report_begin_add(resolver->dwfl);
    if (resolver->map)
        report_map(resolver, resolver->map);
    else
        read = dwfl_linux_proc_report(resolver->dwfl, getpid()) == 0;
    dwfl_report_end(resolver->dwfl, NULL, NULL);
    return read;
}

struct resolver *resolver_new(const struct module_map *map)
{
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_linux_proc_find_elf,
        .find_debuginfo = find_debuginfo,
    };
    struct resolver *resolver = calloc(1, sizeof *resolver);

    if (!resolver)
        return NULL;
    resolver->map = map;
    resolver->dwfl = dwfl_begin(&callbacks);
    if (!resolver->dwfl || !read_mappings(resolver)) {
        resolver_free(resolver);
        return NULL;
    }
    return resolver;
}

void resolver_free(struct resolver *resolver)
{
    if (resolver && resolver->dwfl)
        dwfl_end(resolver->dwfl);
    free(resolver);
}

static bool is_stale(const struct resolver *resolver, const Dwfl_Module *module)
{
    for (int i = 0; i < resolver->stale_count; i++)
        if (resolver->stale[i] == module)
            return true;
    return false;
}

/* Compilers name a file as they were called, relative to the folder they ran in. */
static const char *source_path(struct resolver *resolver, const char *folder, const char *path)
{
    if (!path || path[0] == '/' || !folder)
        return path;
    snprintf(resolver->path, sizeof resolver->path, "%s/%s", folder, path);
    return resolver->path;
}

/* --- units without an index ------------------------------------------------------------------- */

/* The unit of the module that an address lies in, by a look at each. libdwfl only finds units that
 * stand in .debug_aranges, which clang does not write. */
static Dwarf_Die *find_unit(struct resolver *resolver, Dwfl_Module *module, uint64_t address)
{
    Dwarf_Die *unit = NULL;
    Dwarf_Addr bias;

    if (resolver->unit && dwarf_haspc(resolver->unit, address - resolver->unit_bias) == 1)
        return resolver->unit; /* modules do not overlap: it is one of this one */
    while ((unit = dwfl_module_nextcu(module, unit, &bias))) {
        if (dwarf_haspc(unit, address - bias) != 1)
            continue;
        resolver->unit = unit;
        resolver->unit_bias = bias;
        return unit;
    }
    return NULL;
}

static void find_in_unit(struct resolver *resolver, Dwfl_Module *module, uint64_t address,
                         struct resolved *resolved)
{
    Dwarf_Die *unit = find_unit(resolver, module, address);
    Dwarf_Line *line = unit ? dwarf_getsrc_die(unit, address - resolver->unit_bias) : NULL;
    Dwarf_Attribute attribute;
    const char *path = line ? dwarf_linesrc(line, NULL, NULL) : NULL;

    if (!path || dwarf_lineno(line, &resolved->line))
        return;
    resolved->path =
        source_path(resolver, dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute)), path);
}

/* "libisc.so+0x1234": where the file has no name for an address, it says at least which file. */
static const char *name_by_module(struct resolver *resolver, Dwfl_Module *module, uint64_t address)
{
    Dwarf_Addr start;
    const char *name = dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, NULL, NULL);
    const char *slash = name ? strrchr(name, '/') : NULL;

    snprintf(resolver->unnamed, sizeof resolver->unnamed, "%s+0x%llx",
             slash  ? slash + 1
             : name ? name
                    : "?",
             (unsigned long long)(address - start));
    return resolver->unnamed;
}

void resolver_find(struct resolver *resolver, uint64_t address, struct resolved *ret_resolved)
{
    Dwfl_Module *module = dwfl_addrmodule(resolver->dwfl, address);
    Dwfl_Line *line;
    GElf_Off offset;
    GElf_Sym symbol;

    *ret_resolved = (struct resolved){0};
    if (!module && resolver->rereads++ < REREADS_AT_MOST && read_mappings(resolver))
        module = dwfl_addrmodule(resolver->dwfl, address);
    if (!module || is_stale(resolver, module))
        return;
    ret_resolved->function =
        dwfl_module_addrinfo(module, address, &offset, &symbol, NULL, NULL, NULL);
    if (ret_resolved->function)
        ret_resolved->function =
            demangle(ret_resolved->function, resolver->readable, sizeof resolver->readable);
    else
        ret_resolved->function = name_by_module(resolver, module, address);
    line = dwfl_module_getsrc(module, address);
    if (line)
        ret_resolved->path =
            source_path(resolver, dwfl_line_comp_dir(line),
                        dwfl_lineinfo(line, NULL, &ret_resolved->line, NULL, NULL, NULL));
    else
        find_in_unit(resolver, module, address, ret_resolved);
}
