/* A libdwfl session over the mappings of a process. Modules that the program loads later are found
 * by reading the mappings again when an address lies in none; a bounded number of times, because
 * addresses in a damaged trace lie nowhere. */
#include "engine/trace/resolve.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REREADS_AT_MOST = 64 };

struct resolver {
    Dwfl *dwfl;
    pid_t pid;
    int rereads;
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

static bool read_mappings(struct resolver *resolver)
{
    bool read;

    dwfl_report_begin_add(resolver->dwfl);
    read = dwfl_linux_proc_report(resolver->dwfl, resolver->pid) == 0;
    dwfl_report_end(resolver->dwfl, NULL, NULL);
    return read;
}

struct resolver *resolver_new(int pid)
{
    static const Dwfl_Callbacks callbacks = {
        .find_elf = dwfl_linux_proc_find_elf,
        .find_debuginfo = find_debuginfo,
    };
    struct resolver *resolver = calloc(1, sizeof *resolver);

    if (!resolver)
        return NULL;
    resolver->pid = pid;
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

void resolver_find(struct resolver *resolver, uint64_t address, struct resolved *ret_resolved)
{
    Dwfl_Module *module = dwfl_addrmodule(resolver->dwfl, address);
    Dwfl_Line *line;
    GElf_Off offset;
    GElf_Sym symbol;

    *ret_resolved = (struct resolved){0};
    if (!module && resolver->rereads++ < REREADS_AT_MOST && read_mappings(resolver))
        module = dwfl_addrmodule(resolver->dwfl, address);
    if (!module)
        return;
    ret_resolved->function =
        dwfl_module_addrinfo(module, address, &offset, &symbol, NULL, NULL, NULL);
    line = dwfl_module_getsrc(module, address);
    if (line)
        ret_resolved->path = dwfl_lineinfo(line, NULL, &ret_resolved->line, NULL, NULL, NULL);
}
