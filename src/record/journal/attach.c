/*
 * attach: a sink for a journal; what a crash left behind is brought over, and the ends of store and
 * sink are compared, so that nobody goes on upon a database or a ledger that was set back.
 *
 *   deeds    1 2 3 4 5 6 7 8 9 .       8, 9: committed, not appended      -> moved
 *   leaves   0 1 2 3 4 5 6             leaf 6 appended, not noted         -> noted
 *                        ^ behind the last leaf that a deed names, every leaf must find its deed
 */
#include "record/journal/parts.h"

#include <stdio.h>
#include <string.h>

/* What stands behind the last leaf that a deed names. */
struct ends {
    uint64_t noted, ahead, different;
    int64_t first_ahead, first_different; /* sequences */
};

/* A leaf of this store, behind all that deeds name. */
static struct rc note_leaf(struct journal *journal, uint64_t at, const struct leaf *leaf,
                           struct ends *ends)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct datum values[] = {datum_integer((int64_t)at), datum_integer(leaf->sequence),
                             datum_text(leaf->sm3)};
    struct datum row;
    int64_t changed;
    bool any;
    TRY(store_change(journal->store,
                     "UPDATE deed SET leaf = ?1 WHERE sequence = ?2 AND sm3 = ?3 AND leaf IS NULL",
                     values, COUNT_OF(values), &changed));
    if (changed) {
        ends->noted++;
        return RC_OK;
    }
    TRY(store_one(journal->store, "SELECT 1 FROM deed WHERE sequence = ?1", &values[1], 1, arena,
                  &row, 1, &any));
    if (any && ends->different++ == 0)
        ends->first_different = leaf->sequence;
    else if (!any && ends->ahead++ == 0)
        ends->first_ahead = leaf->sequence;
    return RC_OK;
}

static struct rc note_known(struct journal *journal, const struct journal_sink *sink, uint64_t from,
                            uint64_t size, struct ends *ends)
{
    for (uint64_t at = from; at < size; at++) {
        struct view bytes;
        struct leaf leaf;
        TRY(sink->read(sink->context, at, &bytes));
        if (leaf_read(bytes, &leaf) && strcmp(leaf.store_id, journal->store_id) == 0)
            TRY(note_leaf(journal, at, &leaf, ends));
    }
    return RC_OK;
}

/* ---- the last deeds and their leaves -------------------------------------------------------- */

struct tail {
    int64_t sequences[JOURNAL_TAIL], leaves[JOURNAL_TAIL];
    char sm3[JOURNAL_TAIL][SM3_HEX];
    size_t count;
};

static struct rc take_tail(void *context, const struct datum *row)
{
    struct tail *tail = context;
    tail->sequences[tail->count] = row[0].integer;
    tail->leaves[tail->count] = row[1].integer;
    snprintf(tail->sm3[tail->count++], SM3_HEX, "%.*s", (int)row[2].bytes.len, row[2].bytes.ptr);
    return RC_OK;
}

static struct rc verify_tail(struct journal *journal, const struct journal_sink *sink,
                             const struct tail *tail)
{
    for (size_t i = 0; i < tail->count; i++) {
        struct view bytes;
        struct leaf leaf;
        TRY(sink->read(sink->context, (uint64_t)tail->leaves[i], &bytes));
        if (!leaf_read(bytes, &leaf) || leaf.sequence != tail->sequences[i] ||
            strcmp(leaf.sm3, tail->sm3[i]) != 0)
            return fault(
                FAULT_CONFLICT,
                "%s: leaf %lld of the ledger is not that of deed %lld: it is the ledger of "
                "another store, or one of the two was altered; `merlon ledger verify` "
                "tells more",
                store_name(journal->store), (long long)tail->leaves[i],
                (long long)tail->sequences[i]);
    }
    return RC_OK;
}

static struct rc read_tail(struct journal *journal, struct tail *tail)
{
    struct datum limit = datum_integer(JOURNAL_TAIL);
    return store_query(journal->store,
                       "SELECT sequence, leaf, sm3 FROM deed WHERE leaf IS NOT NULL ORDER BY leaf "
                       "DESC LIMIT ?1",
                       &limit, 1, 3, take_tail, tail);
}

/* *next: the number behind the last leaf that a deed names. */
static struct rc compare_ends(struct journal *journal, const struct journal_sink *sink,
                              uint64_t size, uint64_t *next)
{
    struct tail *tail CLEANUP(mem_freep) = mem_new(sizeof *tail);
    TRY(read_tail(journal, tail));
    *next = tail->count ? (uint64_t)tail->leaves[0] + 1 : 0;
    if (*next > size)
        return fault(FAULT_CONFLICT,
                     "%s: deed %lld names leaf %lld, and the ledger ends at %llu: the ledger was "
                     "cut or set back, or is another one; `merlon ledger adopt` goes on where that "
                     "was meant",
                     store_name(journal->store), (long long)tail->sequences[0],
                     (long long)tail->leaves[0], (unsigned long long)size);
    return verify_tail(journal, sink, tail);
}

/* ---- opening ------------------------------------------------------------------------------- */

static struct rc catch_up(struct journal *journal, const struct journal_sink *sink,
                          struct ends *ends)
{
    uint64_t size, next;
    TRY(sink->size(sink->context, &size));
    TRY(compare_ends(journal, sink, size, &next));
    return note_known(journal, sink, next, size, ends);
}

static struct rc judge(const struct journal *journal, const struct ends *ends)
{
    const char *name = store_name(journal->store);
    if (ends->different)
        return fault(FAULT_CONFLICT,
                     "%s: the ledger says something else about deed %lld than the store: the "
                     "database was edited by hand; `merlon ledger verify` tells more",
                     name, (long long)ends->first_different);
    if (ends->ahead)
        return fault(FAULT_CONFLICT,
                     "%s: the ledger has %llu deeds of this store that the store does not have, "
                     "from deed %lld on: an older database was put in its place; `merlon ledger "
                     "verify` names them, `merlon ledger adopt` goes on from a restored backup",
                     name, (unsigned long long)ends->ahead, (long long)ends->first_ahead);
    return RC_OK;
}

struct rc journal_catch_up(struct journal *journal, const struct journal_sink *sink,
                           uint64_t *noted)
{
    struct ends ends = {0};
    TRY(catch_up(journal, sink, &ends));
    TRY(judge(journal, &ends));
    *noted = ends.noted;
    return RC_OK;
}

struct rc journal_attach(struct journal *journal, const struct journal_sink *sink,
                         struct journal_recovery *recovery)
{
    uint64_t noted, moved = 0;
    TRY(journal_catch_up(journal, sink, &noted));
    journal->unsure = false;
    journal->sink = sink;
    struct rc rc = journal_move(journal, &moved);
    if (failed(rc)) {
        journal->sink = NULL;
        return rc;
    }
    if (recovery)
        *recovery = (struct journal_recovery){noted, moved};
    return RC_OK;
}

/* ---- a restored backup --------------------------------------------------------------------- *
 * Of the database: the ledger keeps what the store lost, under the old id. Of the ledger: the deeds
 * whose leaves it lost wait again, and get new leaves under the new id. Either way a deed says so.
 */

struct adoption {
    struct journal *journal;
    const char *actor, *reason;
    int64_t now;
    uint64_t size; /* leaves the sink has */
    char old[STORE_ID_MAX], fresh[STORE_ID_MAX];
};

static struct rc adopt_body(struct store *store, void *context)
{
    struct adoption *adoption = context;
    struct datum id = datum_text(adoption->fresh);
    adoption->journal->next = 0;
    TRY(store_run(store,
                  "INSERT INTO journal_store (number, id) SELECT max(number) + 1, ?1 FROM "
                  "journal_store",
                  &id, 1));
    struct datum size = datum_integer((int64_t)adoption->size);
    TRY(store_run(store, "UPDATE deed SET leaf = NULL WHERE leaf >= ?1", &size, 1));
    struct journal_change change = {"id", adoption->old, adoption->fresh};
    struct deed deed = {.time = adoption->now,
                        .actor = adoption->actor,
                        .action = "adopt",
                        .kind = "store",
                        .key = "store",
                        .reason = adoption->reason,
                        .changes = &change,
                        .change_count = 1};
    return journal_write(adoption->journal, &deed);
}

/* What the sink knows of the deeds that the backup has is noted under the old id first. */
struct rc journal_adopt(struct journal *journal, const struct journal_sink *sink, const char *actor,
                        const char *reason, int64_t now)
{
    struct adoption adoption = {.journal = journal, .actor = actor, .reason = reason, .now = now};
    struct ends ends = {0};
    struct tail *tail CLEANUP(mem_freep) = mem_new(sizeof *tail);
    TRY(sink->size(sink->context, &adoption.size));
    TRY(read_tail(journal, tail));
    bool lost_leaves = tail->count && (uint64_t)tail->leaves[0] >= adoption.size;
    if (!lost_leaves)
        TRY(catch_up(journal, sink, &ends));
    if (ends.different)
        return judge(journal, &ends);
    if (!ends.ahead && !lost_leaves)
        return fault(FAULT_USAGE, "%s: store and ledger end alike: there is nothing to adopt",
                     store_name(journal->store));
    memcpy(adoption.old, journal->store_id, sizeof adoption.old);
    TRY(journal_random_id(adoption.fresh));
    TRY(store_transact(journal->store, adopt_body, &adoption));
    memcpy(journal->store_id, adoption.fresh, sizeof adoption.fresh);
    return journal_attach(journal, sink, NULL);
}
