/* Whether a program has the probe linked in: its file has the section of attach.c. Such programs
 * attach themselves; the library preloaded as well would only be in the way, and before the
 * run-time of AddressSanitizer, which has to be the first. Files are read by libelf, which holds
 * damaged ones in bounds. */
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/probe/attach.h"
#include "engine/probe/tracee.h"

static bool has_section(Elf *elf, const char *wanted)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    size_t names;

    if (elf_getshdrstrndx(elf, &names))
        return false;
    while ((section = elf_nextscn(elf, section)) && gelf_getshdr(section, &header)) {
        const char *name = elf_strptr(elf, names, header.sh_name);

        if (name && strcmp(name, wanted) == 0)
            return true;
    }
    return false;
}

static bool file_has_mark(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    Elf *elf;
    bool has;

    elf_version(EV_CURRENT);
    elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
    has = elf && elf_kind(elf) == ELF_K_ELF && has_section(elf, ATTACH_SECTION);
    elf_end(elf);
    if (fd >= 0)
        close(fd);
    return has;
}

bool tracee_has_probe(const char *command)
{
    const char *folder = getenv("PATH");
    char path[4096];

    if (strchr(command, '/'))
        return file_has_mark(command);
    while (folder && *folder) {
        int length = (int)strcspn(folder, ":");

        snprintf(path, sizeof path, "%.*s/%s", length ? length : 1, length ? folder : ".", command);
        if (access(path, X_OK) == 0)
            return file_has_mark(path);
        folder += length + (folder[length] == ':');
    }
    return false;
}
