/* journal: opening, and deeds into the store. */
#include "record/journal/parts.h"

#include "foundation/text/text.h"

#include <stdio.h>
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

struct rc journal_random_id(char out[static STORE_ID_MAX])
{
    uint8_t bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return fault(FAULT_IO, "the system gives no random numbers");
    crypto_to_hex(bytes, sizeof bytes, out);
    return RC_OK;
}

static struct rc read_id(struct journal *journal, bool *any)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct datum row;
    TRY(store_one(journal->store, "SELECT id FROM journal_store ORDER BY number DESC LIMIT 1", NULL,
                  0, arena, &row, 1, any));
    if (*any)
        snprintf(journal->store_id, sizeof journal->store_id, "%.*s", (int)row.bytes.len,
                 row.bytes.ptr);
    return RC_OK;
}

/* Made once; two that open a new store at the same time agree on one. */
static struct rc make_id(struct store *store, void *context)
{
    struct journal *journal = context;
    bool any;
    TRY(read_id(journal, &any));
    if (any)
        return RC_OK;
    TRY(journal_random_id(journal->store_id));
    struct datum id = datum_text(journal->store_id);
    return store_run(store, "INSERT INTO journal_store (number, id) VALUES (1, ?1)", &id, 1);
}

static struct rc take_id(struct journal *journal)
{
    bool any;
    TRY(read_id(journal, &any));
    return any ? RC_OK : store_transact(journal->store, make_id, journal);
}

struct rc journal_open(struct store *store, const struct journal_sink *sink, struct journal **out,
                       struct journal_recovery *recovery)
{
    TRY(store_migrate(store, "journal", migrations, COUNT_OF(migrations)));
    struct journal *journal = mem_new(sizeof *journal);
    journal->store = store;
    struct rc rc = take_id(journal);
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
    struct rc rc = journal_move(journal, &moved);
    if (failed(rc))
        return fault_within(
            rc, "stored, but not acknowledged: its way into the ledger is tried again at the "
                "next command");
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

/* What is written once must be read for ever. Only a body, made elsewhere, can be misshapen. */
static struct rc verify_readable(const struct buf *payload, const struct deed *deed)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct deed back;
    if (deed->body)
        return deed_decode(arena, buf_view(payload), &back);
    return text_is_utf8(buf_view(payload))
               ? RC_OK
               : fault(FAULT_DATA, "%s '%s': a value is not UTF-8", deed->kind, deed->key);
}

struct rc journal_write(struct journal *journal, const struct deed *deed)
{
    struct buf payload CLEANUP(buf_free) = {0};
    struct deed numbered = *deed;
    char sm3[SM3_HEX];
    must(store_in_transaction(journal->store));
    TRY(next_sequence(journal, &numbered.sequence));
    deed_encode(&numbered, &payload);
    TRY(verify_readable(&payload, deed));
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
