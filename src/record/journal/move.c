/* move: deeds that wait go into the sink, in order, and get the numbers of their leaves. */
#include "record/journal/parts.h"

/* Deeds that wait for their leaf, the oldest first, at most a batch. */
struct batch {
    struct arena *arena;
    const char *store_id;
    int64_t sequences[JOURNAL_BATCH];
    struct view leaves[JOURNAL_BATCH];
    size_t count;
};

static struct rc take_waiting(void *context, const struct datum *row)
{
    struct batch *batch = context;
    struct buf leaf CLEANUP(buf_free) = {0};
    batch->sequences[batch->count] = row[0].integer;
    deed_leaf(batch->store_id, row[0].integer, view_text(batch->arena, row[1].bytes), &leaf);
    batch->leaves[batch->count++] = view_of(arena_text(batch->arena, leaf.ptr));
    return RC_OK;
}

static struct rc read_batch(struct journal *journal, struct batch *batch)
{
    struct datum limit = datum_integer(JOURNAL_BATCH);
    batch->count = 0;
    batch->store_id = journal->store_id;
    return store_query(
        journal->store,
        "SELECT sequence, sm3 FROM deed WHERE leaf IS NULL ORDER BY sequence LIMIT ?1", &limit, 1,
        2, take_waiting, batch);
}

/* Sequences of a batch have no gaps: their leaves' numbers follow from the first. */
static struct rc note_leaves(struct journal *journal, const struct batch *batch, size_t count,
                             uint64_t first)
{
    struct datum values[] = {datum_integer((int64_t)first - batch->sequences[0]),
                             datum_integer(batch->sequences[0]),
                             datum_integer(batch->sequences[count - 1])};
    return store_run(journal->store,
                     "UPDATE deed SET leaf = sequence + ?1 WHERE sequence BETWEEN ?2 AND ?3 AND "
                     "leaf IS NULL",
                     values, COUNT_OF(values));
}

/* How many deeds from the front have neighbouring numbers. */
static size_t run_length(const struct batch *batch)
{
    size_t count = 1;
    while (count < batch->count && batch->sequences[count] == batch->sequences[count - 1] + 1)
        count++;
    return count;
}

static struct rc move_all(struct journal *journal, uint64_t *moved)
{
    struct batch *batch CLEANUP(mem_freep) = mem_new(sizeof *batch);
    for (;;) {
        struct arena *arena CLEANUP(arena_freep) = arena_new();
        uint64_t first;
        batch->arena = arena;
        TRY(read_batch(journal, batch));
        if (batch->count == 0)
            return RC_OK;
        size_t count = run_length(batch);
        TRY(journal->sink->append(journal->sink->context, batch->leaves, count, &first));
        TRY(note_leaves(journal, batch, count, first));
        *moved += count;
    }
}

/* After a failure nobody knows how far it came: before anything is appended again, what the sink
 * has is noted, so that no deed gets two leaves. */
struct rc journal_move(struct journal *journal, uint64_t *moved)
{
    uint64_t noted;
    if (journal->unsure)
        TRY(journal_catch_up(journal, journal->sink, &noted));
    journal->unsure = true;
    TRY(move_all(journal, moved));
    journal->unsure = false;
    return RC_OK;
}
