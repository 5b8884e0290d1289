/* See libuvs.h. Files are read by libelf, which holds damaged ones in bounds. A libuv that was
 * linked in and stripped has no symbol left; it is known by one of its messages, which stands in no
 * other library. A version is a string of its own, and believed only if there is one of its form.
 */
#include "engine/trace/libuvs.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/trace/trace.h"

#define MESSAGE "resolved protocol is unknown"

/* What one file says. */
struct file {
    bool exports, contains;    /* uv_run is among its dynamic symbols; libuv is in it somehow */
    bool calls_itself;         /* by names, which another module may have taken */
    bool needs, is_found_near; /* it needs a libuv; its RPATH leads to the libuv in question */
    char version[16];
    const char *libuv; /* path of the libuv in question; NULL: none */
};

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* --- sections --------------------------------------------------------------------------------- */

static const char *string_at(Elf *elf, size_t section, size_t at)
{
    const char *text = elf_strptr(elf, section, at);

    return text ? text : "";
}

static void read_symbols(Elf *elf, Elf_Scn *section, const GElf_Shdr *header, struct file *file)
{
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Sym symbol;

    for (int i = 0; data && gelf_getsym(data, i, &symbol); i++) {
        if (symbol.st_shndx == SHN_UNDEF ||
            strcmp(string_at(elf, header->sh_link, symbol.st_name), "uv_run") != 0)
            continue;
        file->contains = true;
        file->exports |= header->sh_type == SHT_DYNSYM;
    }
}

/* Does a folder of an RPATH, in which $ORIGIN is the folder of `user`, hold that file? */
static bool leads_to(const char *folder, size_t length, const char *user, const char *file)
{
    char whole[2 * MODULE_PATH], real[2][4096];
    const char *origin = "";
    size_t skip = 0;

    for (int i = 0; i < 2 && !skip; i++) {
        const char *name = i ? "${ORIGIN}" : "$ORIGIN";

        if (length >= strlen(name) && !strncmp(folder, name, strlen(name)))
            origin = user, skip = strlen(name);
    }
    snprintf(whole, sizeof whole, "%.*s%.*s/%s", skip ? (int)(name_of(user) - user) : 0, origin,
             (int)(length - skip), folder + skip, name_of(file));
    return realpath(whole, real[0]) && realpath(file, real[1]) && !strcmp(real[0], real[1]);
}

static void read_search_path(const char *folders, const char *user, struct file *file)
{
    while (*folders) {
        size_t length = strcspn(folders, ":");

        if (file->libuv && leads_to(folders, length, user, file->libuv))
            file->is_found_near = true;
        folders += length + (folders[length] == ':');
    }
}

static void read_dynamic(Elf *elf, Elf_Scn *section, const GElf_Shdr *header, const char *path,
                         struct file *file)
{
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Dyn entry;

    for (int i = 0; data && gelf_getdyn(data, i, &entry) && entry.d_tag != DT_NULL; i++) {
        const char *text = string_at(elf, header->sh_link, entry.d_un.d_val);

        if (entry.d_tag == DT_NEEDED && !strncmp(text, "libuv.so", 8))
            file->needs = true;
        else if (entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH)
            read_search_path(text, path, file);
    }
}

/* "1.44.2", "1.52.2-dev". */
static bool is_version(const char *text, size_t length)
{
    static const char digits[] = "0123456789";
    size_t minor = strspn(text + 2, digits), patch;

    if (length >= sizeof((struct file *)0)->version || minor < 1 || text[2 + minor] != '.')
        return false;
    patch = strspn(text + 3 + minor, digits);
    return patch && (!text[3 + minor + patch] || !strcmp(text + 3 + minor + patch, "-dev"));
}

/* The message and the version among its read-only data. */
static void read_strings(Elf_Scn *section, struct file *file)
{
    Elf_Data *data = elf_getdata(section, NULL);
    const char *text = data ? data->d_buf : NULL, *end = text ? text + data->d_size : NULL;
    bool several = false;

    if (!text || !memmem(text, data->d_size, MESSAGE, sizeof MESSAGE))
        return;
    file->contains = true;
    for (const char *at = text; (at = memmem(at, (size_t)(end - at), "1.", 2)); at++) {
        size_t length = strnlen(at, (size_t)(end - at));

        if (at + length == end || !is_version(at, length) || (at > text && at[-1] > ' '))
            continue;
        several |= file->version[0] && strcmp(file->version, at) != 0;
        memcpy(file->version, at, length + 1);
    }
    if (several)
        file->version[0] = 0;
}

/* Among the functions that it calls by name is one of libuv's that it has itself. */
static void read_calls(Elf *elf, Elf_Scn *section, const GElf_Shdr *header, struct file *file)
{
    Elf_Scn *symbols = elf_getscn(elf, header->sh_link);
    Elf_Data *data = elf_getdata(section, NULL),
             *table = symbols ? elf_getdata(symbols, NULL) : NULL;
    GElf_Shdr names;
    GElf_Rela call;
    GElf_Sym symbol;

    if (!table || !gelf_getshdr(symbols, &names))
        return;
    for (int i = 0; gelf_getrela(data, i, &call); i++)
        if (gelf_getsym(table, (int)GELF_R_SYM(call.r_info), &symbol) &&
            symbol.st_shndx != SHN_UNDEF &&
            !strncmp(string_at(elf, names.sh_link, symbol.st_name), "uv_", 3))
            file->calls_itself = true;
}

static void read_sections(Elf *elf, const char *path, bool whole, struct file *file)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    size_t names;

    if (elf_getshdrstrndx(elf, &names))
        return;
    while ((section = elf_nextscn(elf, section)) && gelf_getshdr(section, &header)) {
        if (header.sh_type == SHT_DYNSYM || header.sh_type == SHT_SYMTAB)
            read_symbols(elf, section, &header, file);
        else if (header.sh_type == SHT_DYNAMIC)
            read_dynamic(elf, section, &header, path, file);
        else if (whole && header.sh_type == SHT_RELA)
            read_calls(elf, section, &header, file);
        else if (whole && !strcmp(string_at(elf, names, header.sh_name), ".rodata"))
            read_strings(section, file);
    }
}

/* whole: also its read-only data, which may be large. */
static struct file read_file(const char *path, const char *libuv, bool whole)
{
    struct file file = {.libuv = libuv};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    Elf *elf;

    elf_version(EV_CURRENT);
    elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ_MMAP, NULL);
    if (elf && elf_kind(elf) == ELF_K_ELF)
        read_sections(elf, path, whole, &file);
    elf_end(elf);
    if (fd >= 0)
        close(fd);
    return file;
}

/* --- modules ---------------------------------------------------------------------------------- */

static bool is_probe(const struct module *module)
{
    return !strncmp(name_of(module->path), "libasynctut-probe", 17);
}

static bool is_libuv_file(const struct module *module)
{
    return !strncmp(name_of(module->path), "libuv.so", 8);
}

static uint32_t count_of(const struct module_map *map)
{
    uint32_t count = atomic_load(&map->count);

    return count < MODULES ? count : MODULES;
}

/* The program's own executable; what was there before belonged to one that executed it. */
static uint32_t first_of(struct record *record)
{
    uint32_t first = atomic_load(&record->program);

    return first < count_of(&record->modules) ? first : 0;
}

/* Who needs that libuv, and whether by its own path. The loader asks the program first, and the one
 * that it loaded first is watched. */
static void find_user(struct record *record, struct libuv *libuv)
{
    const struct module_map *map = &record->modules;
    uint32_t first = first_of(record);

    libuv->origin = LIBUV_OPENED;
    for (uint32_t i = first; i < count_of(map); i++) {
        struct file file;

        if (is_probe(&map->items[i]) || is_libuv_file(&map->items[i]))
            continue;
        file = read_file(map->items[i].path, libuv->path, false);
        if (!file.needs || (!libuv->watched && !file.is_found_near))
            continue;
        libuv->origin = file.is_found_near ? LIBUV_BY_PATH : LIBUV_LINKED;
        snprintf(libuv->by, sizeof libuv->by, "%s", i > first ? map->items[i].path : "");
        return;
    }
}

static bool lies_in(const struct module *module, uint64_t address)
{
    return address >= module->start && address < module->end;
}

/* What the trace shows of it. */
static void look_at_events(const struct trace *trace, const struct module *module,
                           struct libuv *libuv)
{
    for (size_t i = 0; i < trace_count(trace) && !(libuv->called && libuv->polled); i++) {
        const struct event *event = trace_event(trace, i);
        bool is_poll = event->kind == EVENT_POLL ||
                       (event->kind == EVENT_BLOCK && event->object == BLOCK_POLL);
        bool is_call =
            event->kind == EVENT_RUN || event->kind == EVENT_START || event->kind == EVENT_SUBMIT;

        libuv->polled |= is_poll && lies_in(module, event->where);
        libuv->called |= libuv->watched && is_call;
    }
}

/* False: there is no libuv in this module. */
static bool examine(const struct trace *trace, struct record *record, const struct module *module,
                    struct libuv *libuv)
{
    bool is_program = module == &record->modules.items[first_of(record)];
    bool is_own = is_libuv_file(module);
    struct file file = read_file(module->path, NULL, is_program || is_own);

    if (!file.contains || is_probe(module))
        return false;
    memset(libuv, 0, sizeof *libuv);
    snprintf(libuv->path, sizeof libuv->path, "%s", module->path);
    libuv->watched = lies_in(module, record->libuv_address);
    libuv->replaced =
        !libuv->watched && record->libuv_address && (is_own ? file.calls_itself : file.exports);
    libuv->pool = libuv->watched && record->libuv_pool;
    if (is_own)
        find_user(record, libuv);
    else
        libuv->origin = is_program ? LIBUV_STATIC : LIBUV_INSIDE;
    if (libuv->watched)
        snprintf(libuv->version, sizeof libuv->version, "%u.%u.%u", record->libuv >> 16,
                 record->libuv >> 8 & 0xff, record->libuv & 0xff);
    else
        memcpy(libuv->version, file.version, sizeof libuv->version);
    look_at_events(trace, module, libuv);
    return true;
}

/* The probe brings a libuv along, in case that the program opens one. */
static bool is_idle(const struct libuv *libuv)
{
    return libuv->watched && libuv->origin == LIBUV_OPENED && !libuv->called && !libuv->polled;
}

size_t libuvs_find(const struct trace *trace, struct record *record, struct libuv ret_found[LIBUVS])
{
    size_t count = 0;

    for (uint32_t i = first_of(record); i < count_of(&record->modules) && count < LIBUVS; i++)
        if (examine(trace, record, &record->modules.items[i], &ret_found[count]) &&
            !is_idle(&ret_found[count]))
            count++;
    return count;
}
