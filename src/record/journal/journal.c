/* journal: deeds into the store, then into the sink. */
#include "record/journal/parts.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

static const struct migration migrations[] = {
    {1, "deeds",
     "CREATE TABLE journal_store (number {int} PRIMARY KEY, id {text} NOT NULL){strict};\n"
     "CREATE TABLE deed (sequence {int} PRIMARY KEY, time {int} NOT NULL, kind {text} NOT NULL, "
     "key {text} NOT NULL, sm3 {text} NOT NULL, payload {bytes}, leaf {int}){strict};\n"
     "CREATE INDEX deed_of ON deed (kind, key, sequence);\n"
     "CREATE INDEX deed_waits ON deed (sequence) WHERE leaf IS NULL;\n"
     "CREATE UNIQUE INDEX deed_leaf ON deed (leaf)"},
};

/* ---- opening ------------------------------------------------------------------------------- */

static struct rc random_id(char out[static STORE_ID_MAX])
{
    uint8_t bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return fault(FAULT_IO, "the system gives no random numbers");
    crypto_to_hex(bytes, sizeof bytes, out);
    return RC_OK;
}

/* Made once; two that open a new store at the same time agree on one. */
static struct rc take_id(struct store *store, void *context)
{
    struct journal *journal = context;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct datum row;
    bool any;
    TRY(store_one(store, "SELECT id FROM journal_store ORDER BY number DESC LIMIT 1", NULL, 0,
                  arena, &row, 1, &any));
    if (any) {
        snprintf(journal->store_id, sizeof journal->store_id, "%.*s", (int)row.bytes.len,
                 row.bytes.ptr);
        return RC_OK;
    }
    TRY(random_id(journal->store_id));
    struct datum id = datum_text(journal->store_id);
    return store_run(store, "INSERT INTO journal_store (number, id) VALUES (1, ?1)", &id, 1);
}

struct rc journal_open(struct store *store, const struct journal_sink *sink, struct journal **out,
                       struct journal_recovery *recovery)
{
    TRY(store_migrate(store, "journal", migrations, COUNT_OF(migrations)));
    struct journal *journal = mem_new(sizeof *journal);
    journal->store = store;
    struct rc rc = store_transact(store, take_id, journal);
    if (!failed(rc) && sink)
        rc = journal_attach(journal, sink, recovery);
    if (failed(rc)) {
        journal_close(journal);
        return rc;
    }
    *out = journal;
    return RC_OK;
}

void journal_close(struct journal *journal)
{
    mem_free(journal);
}

bool journal_can_write(const struct journal *journal)
{
    return journal->sink != NULL;
}

const char *journal_store_id(const struct journal *journal)
{
    return journal->store_id;
}

/* ---- moving -------------------------------------------------------------------------------- */

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

static struct rc move_waiting(struct journal *journal, uint64_t *moved)
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

/* After a crash the sink may hold leaves that no deed knows of: they stand behind the last known.
 */
static struct rc note_known(struct journal *journal, uint64_t *noted, uint64_t *ahead)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct datum last;
    uint64_t size;
    bool any;
    TRY(store_one(journal->store, "SELECT coalesce(max(leaf), -1) FROM deed", NULL, 0, arena, &last,
                  1, &any));
    TRY(journal->sink->size(journal->sink->context, &size));
    for (uint64_t at = (uint64_t)(last.integer + 1); at < size; at++) {
        struct view bytes;
        struct leaf leaf;
        int64_t changed;
        TRY(journal->sink->read(journal->sink->context, at, &bytes));
        if (!leaf_read(bytes, &leaf) || strcmp(leaf.store_id, journal->store_id) != 0)
            continue;
        struct datum values[] = {datum_integer((int64_t)at), datum_integer(leaf.sequence),
                                 datum_text(leaf.sm3)};
        TRY(store_change(
            journal->store,
            "UPDATE deed SET leaf = ?1 WHERE sequence = ?2 AND sm3 = ?3 AND leaf IS NULL", values,
            COUNT_OF(values), &changed));
        *noted += (uint64_t)changed;
        *ahead += changed == 0;
    }
    return RC_OK;
}

struct rc journal_attach(struct journal *journal, const struct journal_sink *sink,
                         struct journal_recovery *recovery)
{
    struct journal_recovery found = {0};
    uint64_t ahead = 0;
    journal->sink = sink;
    struct rc rc = note_known(journal, &found.noted, &ahead);
    if (!failed(rc) && ahead)
        rc = fault(
            FAULT_CONFLICT,
            "%s: the ledger has %llu deeds of this store that the store does not have: an older "
            "database was put in its place; `merlon ledger verify` names them, `merlon ledger "
            "adopt` goes on from a restored backup",
            store_name(journal->store), (unsigned long long)ahead);
    if (!failed(rc))
        rc = move_waiting(journal, &found.moved);
    if (failed(rc)) {
        journal->sink = NULL;
        return rc;
    }
    if (recovery)
        *recovery = found;
    return RC_OK;
}

/* ---- writing ------------------------------------------------------------------------------- */

struct transaction {
    struct journal *journal;
    struct rc (*body)(struct store *store, void *context);
    void *context;
};

static struct rc run_body(struct store *store, void *context)
{
    struct transaction *transaction = context;
    transaction->journal->next = 0;
    return transaction->body(store, transaction->context);
}

struct rc journal_transact(struct journal *journal,
                           struct rc (*body)(struct store *store, void *context), void *context)
{
    struct transaction transaction = {journal, body, context};
    if (store_in_transaction(journal->store))
        return body(journal->store, context);
    if (!journal->sink)
        return fault(FAULT_USAGE, "%s was opened for reading only", store_name(journal->store));
    TRY(store_transact(journal->store, run_body, &transaction));
    uint64_t moved = 0;
    struct rc rc = move_waiting(journal, &moved);
    if (failed(rc))
        return fault_within(rc,
                            "stored, but not acknowledged: the ledger did not take it, which is "
                            "tried again at the next command");
    return RC_OK;
}

static struct rc next_sequence(struct journal *journal, int64_t *out)
{
    if (!journal->next) {
        struct arena *arena CLEANUP(arena_freep) = arena_new();
        struct datum last;
        bool any;
        TRY(store_one(journal->store, "SELECT coalesce(max(sequence), 0) FROM deed", NULL, 0, arena,
                      &last, 1, &any));
        journal->next = last.integer + 1;
    }
    *out = journal->next++;
    return RC_OK;
}

struct rc journal_write(struct journal *journal, const struct deed *deed)
{
    struct buf payload CLEANUP(buf_free) = {0};
    struct deed numbered = *deed;
    char sm3[SM3_HEX];
    must(store_in_transaction(journal->store));
    TRY(next_sequence(journal, &numbered.sequence));
    deed_encode(&numbered, &payload);
    TRY(sm3_hex(buf_view(&payload), sm3));
    struct datum values[] = {datum_integer(numbered.sequence),
                             datum_integer(deed->time),
                             datum_text(deed->kind),
                             datum_text(deed->key),
                             datum_text(sm3),
                             datum_bytes(buf_view(&payload))};
    return store_run(
        journal->store,
        "INSERT INTO deed (sequence, time, kind, key, sm3, payload) VALUES (?1, ?2, ?3, "
        "?4, ?5, ?6)",
        values, COUNT_OF(values));
}

/* ---- a restored backup --------------------------------------------------------------------- */

struct adoption {
    struct journal *journal;
    const char *actor, *reason;
    int64_t now;
};

static struct rc adopt_body(struct store *store, void *context)
{
    const struct adoption *adoption = context;
    struct journal *journal = adoption->journal;
    char old[STORE_ID_MAX];
    memcpy(old, journal->store_id, sizeof old);
    journal->next = 0;
    TRY(random_id(journal->store_id));
    struct datum id = datum_text(journal->store_id);
    TRY(store_run(store,
                  "INSERT INTO journal_store (number, id) SELECT max(number) + 1, ?1 FROM "
                  "journal_store",
                  &id, 1));
    struct journal_change change = {"id", old, journal->store_id};
    struct deed deed = {.time = adoption->now,
                        .actor = adoption->actor,
                        .action = "adopt",
                        .kind = "store",
                        .key = "store",
                        .reason = adoption->reason,
                        .changes = &change,
                        .change_count = 1};
    return journal_write(journal, &deed);
}

struct rc journal_adopt(struct journal *journal, const struct journal_sink *sink, const char *actor,
                        const char *reason, int64_t now)
{
    struct adoption adoption = {journal, actor, reason, now};
    TRY(store_transact(journal->store, adopt_body, &adoption));
    return journal_attach(journal, sink, NULL);
}
