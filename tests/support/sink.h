/* sink: a journal's sink in memory, which can be told to fail. */
#ifndef MERLON_TEST_SINK_H
#define MERLON_TEST_SINK_H

#include "record/journal/journal.h"

#include <stdlib.h>
#include <string.h>

struct memory {
    char **leaves;
    size_t *lengths;
    uint64_t count, room;
    int fail_before, fail_after; /* which append fails, before or after it was kept; 0: none */
    int appends;
};

__attribute__((unused)) static struct rc memory_append(void *context, const struct view *leaves,
                                                       size_t count, uint64_t *first)
{
    struct memory *memory = context;
    if (++memory->appends == memory->fail_before)
        return fault(FAULT_LIMIT, "the disk is full");
    *first = memory->count;
    if (memory->count + count > memory->room) {
        memory->room = 2 * (memory->count + count);
        memory->leaves = realloc(memory->leaves, memory->room * sizeof *memory->leaves);
        memory->lengths = realloc(memory->lengths, memory->room * sizeof *memory->lengths);
    }
    for (size_t i = 0; i < count; i++) {
        memory->leaves[memory->count] = strndup(leaves[i].ptr, leaves[i].len);
        memory->lengths[memory->count++] = leaves[i].len;
    }
    return memory->appends == memory->fail_after ? fault(FAULT_IO, "a crash") : RC_OK;
}

__attribute__((unused)) static struct rc memory_size(void *context, uint64_t *out)
{
    *out = ((struct memory *)context)->count;
    return RC_OK;
}

__attribute__((unused)) static struct rc memory_read(void *context, uint64_t index,
                                                     struct view *leaf)
{
    struct memory *memory = context;
    must(index < memory->count);
    *leaf = (struct view){memory->leaves[index], memory->lengths[index]};
    return RC_OK;
}

/* Takes the last leaves away again. */
__attribute__((unused)) static void memory_cut(struct memory *memory, uint64_t count)
{
    while (memory->count > count)
        free(memory->leaves[--memory->count]);
}

__attribute__((unused)) static void memory_free(struct memory *memory)
{
    for (uint64_t i = 0; i < memory->count; i++)
        free(memory->leaves[i]);
    free(memory->leaves);
    free(memory->lengths);
    memset(memory, 0, sizeof *memory);
}

#endif
