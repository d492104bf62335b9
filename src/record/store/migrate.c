/* migrate: a component's schema, forward only. */
#include "record/store/engine.h"

#include "foundation/crypto/crypto.h"

struct work {
    const char *component;
    const struct migration *migrations;
    size_t count;
};

struct done {
    const struct work *work;
    const char *name; /* of the store */
    size_t count;
};

/* Each that was run must be one of ours, in order, with the same text. */
static struct rc compare(void *context, const struct datum *row)
{
    struct done *done = context;
    const struct work *work = done->work;
    size_t number = (size_t)row[0].integer;
    char sm3[SM3_HEX];
    if (number != done->count + 1)
        return fault(FAULT_DATA, "%s: migration %zu of %s is missing before %zu", done->name,
                     done->count + 1, work->component, number);
    if (number > work->count)
        return fault(FAULT_DATA,
                     "%s was written by a newer Merlon (%s has migration %zu, this program knows "
                     "%zu): use that one",
                     done->name, work->component, number, work->count);
    TRY(sm3_hex(view_of(work->migrations[number - 1].sql), sm3));
    if (!view_is(row[1].bytes, sm3))
        return fault(
            FAULT_DATA,
            "%s: migration %zu of %s ('%s') was run with another text: this program or the "
            "database was altered",
            done->name, number, work->component, work->migrations[number - 1].name);
    done->count = number;
    return RC_OK;
}

static struct rc run_one(struct store *store, const struct work *work,
                         const struct migration *migration)
{
    char sm3[SM3_HEX];
    TRY(sm3_hex(view_of(migration->sql), sm3));
    struct rc rc = store_script(store, migration->sql);
    if (failed(rc))
        return fault_within(rc, "migration %lld of %s ('%s')", (long long)migration->number,
                            work->component, migration->name);
    struct datum values[] = {datum_text(work->component), datum_integer(migration->number),
                             datum_text(migration->name), datum_text(sm3)};
    return store_run(store,
                     "INSERT INTO migration (component, number, name, sm3) VALUES (?1, ?2, ?3, ?4)",
                     values, COUNT_OF(values));
}

/* How many of them were run: all that the database has, or it fails. */
static struct rc count_done(struct store *store, const struct work *work, size_t *out)
{
    struct done done = {.work = work, .name = store_name(store)};
    struct datum component = datum_text(work->component);
    bool any;
    TRY(store_has(store, "migration", &any));
    if (any)
        TRY(store_query(store,
                        "SELECT number, sm3 FROM migration WHERE component = ?1 ORDER BY number",
                        &component, 1, 2, compare, &done));
    *out = done.count;
    return RC_OK;
}

static struct rc body(struct store *store, void *context)
{
    const struct work *work = context;
    size_t done;
    TRY(store_script(store, "CREATE TABLE IF NOT EXISTS migration (component {text} NOT NULL, "
                            "number {int} NOT NULL, name {text} NOT NULL, sm3 {text} NOT NULL, "
                            "PRIMARY KEY (component, number)){strict}"));
    TRY(count_done(store, work, &done));
    for (size_t i = done; i < work->count; i++) {
        must(work->migrations[i].number == (int64_t)i + 1);
        TRY(run_one(store, work, &work->migrations[i]));
    }
    return RC_OK;
}

/* A table that is there although no migration made it: is the database damaged? Then that is what
 * to say; otherwise what failed. */
static struct rc explain(struct store *store, struct rc rc)
{
    struct buf words CLEANUP(buf_free) = {0};
    if (rc.kind != FAULT_IO)
        return rc;
    buf_add_text(&words, fault_text());
    TRY(store_check(store));
    return fault(rc.kind, "%s", words.ptr);
}

struct rc store_migrate(struct store *store, const char *component,
                        const struct migration *migrations, size_t count)
{
    struct work work = {component, migrations, count};
    size_t done = 0, before;
    int tries = 0;
    struct rc rc;
    if (store_in_transaction(store))
        return body(store, &work);
    TRY(count_done(store, &work, &done));
    if (done == count)
        return RC_OK;
    /* Where it fails because another process does the same, that one has brought it forward. */
    do {
        before = done;
        rc = store_transact(store, body, &work);
        if (!failed(rc))
            return rc;
        TRY(count_done(store, &work, &done));
    } while (done < count && (done > before || rc.kind == FAULT_CONFLICT) &&
             ++tries < STORE_TRIES_MAX);
    return done == count ? RC_OK : explain(store, rc);
}
