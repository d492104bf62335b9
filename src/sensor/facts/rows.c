/*
 * rows: the rows of one table. Slots lie row after row in one array; texts lie in blocks, which
 * never move, so that SQLite may read them where they are.
 *
 * An index is made when a query first looks rows up by a set of columns, and thrown away when the
 * rows change:
 *
 *   hash -> first[hash & mask] -> row -> following[row - 1] -> row -> ... -> 0
 *
 * Whoever follows a chain compares the values himself. A target may choose texts that all fall into
 * one chain; looking them up then costs as much as a scan, which a query's steps bound.
 * All memory is SQLite's, so that its heap limit counts it.
 */
#include "sensor/facts/rows.h"

#include <string.h>

#define BLOCK_SIZE ((size_t)32 << 10)

struct block {
    struct block *next;
    size_t used, size;
    char bytes[];
};

struct index {
    struct index *next;
    uint32_t columns;
    uint32_t mask;       /* number of chains, a power of two, less one */
    uint32_t *following; /* one for each row; behind them the chains */
    uint32_t first[];
};

/* ---- storing ----------------------------------------------------------------------------- */

static void drop_indexes(struct rows *rows)
{
    while (rows->indexes) {
        struct index *gone = rows->indexes;
        rows->indexes = gone->next;
        sqlite3_free(gone);
    }
}

struct slot *rows_next(struct rows *rows)
{
    if (rows->count == rows->room) {
        size_t room = rows->room ? 2 * rows->room : 32;
        struct slot *slots = sqlite3_realloc64(rows->slots, room * rows->width * sizeof *slots);
        if (!slots)
            return NULL;
        rows->slots = slots;
        rows->room = room;
    }
    return &rows->slots[rows->count * rows->width];
}

void rows_keep(struct rows *rows)
{
    drop_indexes(rows);
    rows->count++;
}

static char *take_bytes(struct rows *rows, size_t size)
{
    struct block *block = rows->blocks;
    if (!block || block->size - block->used < size) {
        size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = sqlite3_malloc64(sizeof *block + room);
        if (!block)
            return NULL;
        *block = (struct block){.next = rows->blocks, .size = room};
        rows->blocks = block;
    }
    char *bytes = block->bytes + block->used;
    block->used += size;
    return bytes;
}

bool rows_text(struct rows *rows, struct view v, struct slot *out)
{
    size_t length = v.len ? strnlen(v.ptr, v.len) : 0;
    char *text = take_bytes(rows, length + 1);
    if (!text)
        return false;
    if (length)
        memcpy(text, v.ptr, length);
    text[length] = '\0';
    *out = (struct slot){.kind = CELL_TEXT, .length = (uint32_t)length, .text = text};
    return true;
}

void rows_empty(struct rows *rows)
{
    drop_indexes(rows);
    while (rows->blocks) {
        struct block *gone = rows->blocks;
        rows->blocks = gone->next;
        sqlite3_free(gone);
    }
    sqlite3_free(rows->slots);
    rows->slots = NULL;
    rows->count = rows->room = 0;
}

/* ---- lookup ------------------------------------------------------------------------------ */

static uint32_t mix(uint32_t hash, uint64_t n)
{
    uint64_t product = (n ^ hash ^ 0x9e3779b97f4a7c15u) * 0xd6e8feb86659fd93u;
    return (uint32_t)(product >> 32) ^ (uint32_t)product;
}

uint32_t rows_mix_integer(uint32_t hash, int64_t n)
{
    return mix(hash, (uint64_t)n);
}

uint32_t rows_mix_text(uint32_t hash, const char *text, size_t length)
{
    uint64_t eight;
    for (; length >= 8; text += 8, length -= 8) {
        memcpy(&eight, text, 8);
        hash = mix(hash, eight);
    }
    eight = length;
    for (size_t i = 0; i < length; i++)
        eight = eight << 8 | (unsigned char)text[i];
    return mix(hash, eight);
}

static uint32_t hash_row(const struct rows *rows, size_t row, uint32_t columns)
{
    const struct slot *slots = &rows->slots[row * rows->width];
    uint32_t hash = 0;
    for (; columns; columns &= columns - 1) {
        const struct slot *slot = &slots[__builtin_ctz(columns)];
        if (slot->kind == CELL_TEXT)
            hash = rows_mix_text(hash, slot->text, slot->length);
        else
            hash = rows_mix_integer(hash, slot->kind == CELL_NULL ? ROWS_NULL : slot->integer);
    }
    return hash;
}

/* From the last row to the first, so that each chain ascends. */
static void fill_index(const struct rows *rows, struct index *index)
{
    for (size_t row = rows->count; row-- > 0;) {
        uint32_t *chain = &index->first[hash_row(rows, row, index->columns) & index->mask];
        index->following[row] = *chain;
        *chain = (uint32_t)row + 1;
    }
}

const struct index *rows_index(struct rows *rows, uint32_t columns)
{
    size_t chains = 16;
    for (struct index *index = rows->indexes; index; index = index->next)
        if (index->columns == columns)
            return index;
    while (chains < rows->count)
        chains *= 2;
    size_t size = sizeof(struct index) + (chains + rows->count) * sizeof(uint32_t);
    struct index *index = sqlite3_malloc64(size);
    if (!index)
        return NULL;
    memset(index, 0, size);
    index->columns = columns;
    index->mask = (uint32_t)chains - 1;
    index->following = index->first + chains;
    index->next = rows->indexes;
    rows->indexes = index;
    fill_index(rows, index);
    return index;
}

uint32_t rows_first(const struct index *index, uint32_t hash)
{
    return index->first[hash & index->mask];
}

uint32_t rows_after(const struct index *index, uint32_t row)
{
    return index->following[row - 1];
}
