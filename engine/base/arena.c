/* A chain of blocks, each twice as large as the one before up to a megabyte; the newest is cut from
 * its front. Pieces larger than what is left begin a new block of at least their own size. */
#include "engine/base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1024 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t size;
    _Alignas(max_align_t) char memory[];
};

static bool add_block(struct arena *arena, size_t wanted)
{
    size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;

    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    if (size < wanted)
        size = wanted;
    if (size > SIZE_MAX - sizeof(struct arena_block))
        return false;
    struct arena_block *block = malloc(sizeof *block + size);
    if (!block)
        return false;
    block->older = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->next = block->memory;
    arena->left = size;
    return true;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = _Alignof(max_align_t);

    if (size > SIZE_MAX - align)
        arena->failed = true;
    size = (size + align - 1) & ~(align - 1);
    if (!arena->failed && (!arena->next || size > arena->left) && !add_block(arena, size))
        arena->failed = true;
    if (arena->failed)
        return NULL;
    void *piece = arena->next;
    arena->next += size;
    arena->left -= size;
    return piece;
}

void *arena_zeroed(struct arena *arena, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        arena->failed = true;
    void *piece = arena_alloc(arena, n * size);
    if (piece)
        memset(piece, 0, n * size);
    return piece;
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length)
{
    char *copy = length < SIZE_MAX ? arena_alloc(arena, length + 1) : NULL;

    if (!copy)
        return NULL;
    if (length)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

void arena_free(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->older;
        free(block);
    }
    *arena = (struct arena){0};
}
