/*
 * arena: a chain of blocks, the newest first. A request larger than a block gets a block of its
 * own. Freed as a whole; there is no way to give back a part.
 */
#include "foundation/base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE (16u * 1024u)
#define ALIGN      16u

struct block {
    struct block *older;
    size_t used, size;
    _Alignas(ALIGN) char bytes[];
};

struct arena {
    struct block *newest;
    size_t handed_out;
};

void *mem_new(size_t size)
{
    void *memory = calloc(1, size ? size : 1);
    if (!memory)
        panic("out of memory (%zu bytes)", size);
    return memory;
}

void *mem_resize(void *old, size_t size)
{
    void *memory = realloc(old, size ? size : 1);
    if (!memory)
        panic("out of memory (%zu bytes)", size);
    return memory;
}

char *mem_copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = mem_new(size);
    memcpy(copy, text, size);
    return copy;
}

void mem_free(void *memory)
{
    free(memory);
}

struct arena *arena_new(void)
{
    return mem_new(sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    for (struct block *b = arena->newest, *older; b; b = older) {
        older = b->older;
        free(b);
    }
    free(arena);
}

static struct block *block_new(struct arena *arena, size_t least)
{
    size_t size = least > BLOCK_SIZE ? least : BLOCK_SIZE;
    struct block *block = mem_resize(NULL, sizeof *block + size);
    block->used = 0;
    block->size = size;
    block->older = arena->newest;
    arena->newest = block;
    return block;
}

void *arena_take(struct arena *arena, size_t size)
{
    must(size < SIZE_MAX / 2);
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    struct block *block = arena->newest;
    if (!block || block->size - block->used < size)
        block = block_new(arena, size);
    void *memory = block->bytes + block->used;
    block->used += size;
    arena->handed_out += size;
    return memset(memory, 0, size);
}

char *arena_text(struct arena *arena, const char *text)
{
    return view_text(arena, view_of(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    must(len >= 0);
    char *text = arena_take(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

size_t arena_size(const struct arena *arena)
{
    return arena->handed_out;
}
