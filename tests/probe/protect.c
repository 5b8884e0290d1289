/* protect FROM TO: copies a library and makes its functions protected there: its calls to them are
 * its own and nobody's else, as in one that was linked with -Bsymbolic-functions. So both kinds of
 * libuv can be tried where only one is installed. */
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_whole(const char *path, size_t *ret_size)
{
    FILE *in = fopen(path, "rb");
    char *bytes = NULL;
    long size;

    if (in && !fseek(in, 0, SEEK_END) && (size = ftell(in)) > 0 && (bytes = malloc((size_t)size))) {
        rewind(in);
        *ret_size = fread(bytes, 1, (size_t)size, in);
    }
    if (in)
        fclose(in);
    return bytes;
}

static int protect(char *bytes, size_t size)
{
    ElfW(Ehdr) *header = (void *)bytes;
    ElfW(Shdr) *sections = (void *)(bytes + header->e_shoff);
    int changed = 0;

    if (size < sizeof *header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return 0;
    for (int i = 0; i < header->e_shnum; i++) {
        ElfW(Sym) *symbols = (void *)(bytes + sections[i].sh_offset);

        if (sections[i].sh_type != SHT_DYNSYM)
            continue;
        for (size_t k = 0; k < sections[i].sh_size / sizeof *symbols; k++)
            if (symbols[k].st_shndx != SHN_UNDEF && (symbols[k].st_info & 15) == STT_FUNC) {
                symbols[k].st_other = STV_PROTECTED;
                changed++;
            }
    }
    return changed;
}

int main(int count, char **words)
{
    size_t size = 0;
    char *bytes = count == 3 ? read_whole(words[1], &size) : NULL;
    FILE *out;

    if (!bytes || !protect(bytes, size))
        return 1;
    out = fopen(words[2], "wb");
    if (!out || fwrite(bytes, 1, size, out) != size || fclose(out))
        return 1;
    free(bytes);
    return 0;
}
