/*
 * reader: a ledger as it stood when it was opened for reading. No lock: what is durable never
 * changes, and the end is found by what is whole.
 */
#include "record/ledger/parts.h"

#include <string.h>

static char *copy_or_null(const char *text)
{
    return text ? mem_copy_text(text) : NULL;
}

/* Counts whole leaves from the last checkpoint on. */
static struct rc find_size(struct ledger_reader *reader)
{
    struct bundle bundle = {0};
    struct rc rc = RC_OK;
    uint64_t number = reader->seal.any ? reader->seal.last.size / BUNDLE : 0;
    reader->size = number * BUNDLE;
    for (bool more = true; more; number++) {
        struct hash hashes[BUNDLE];
        size_t bad = 0;
        rc = bundle_read(reader->folder, number, &bundle);
        if (!failed(rc))
            rc = bundle_hash(&bundle, hashes, &bad);
        if (failed(rc))
            break;
        reader->size += bad;
        more = bad == BUNDLE;
    }
    bundle_free(&bundle);
    return rc.kind == FAULT_ABSENT ? RC_OK : rc;
}

static struct rc reader_load(struct ledger_reader *reader)
{
    uint64_t torn = 0;
    TRY(chain_load(reader->folder, &reader->chain, &torn));
    TRY(seals_last(reader->folder, &reader->chain, &reader->seal, NULL));
    return find_size(reader);
}

struct rc ledger_reader_open(const struct ledger_place *place, struct ledger_reader **out)
{
    struct ledger_reader *reader = mem_new(sizeof *reader);
    reader->folder = mem_copy_text(place->folder);
    reader->cache = copy_or_null(place->cache);
    struct rc rc = reader_load(reader);
    if (failed(rc))
        ledger_reader_free(reader);
    else
        *out = reader;
    return rc;
}

void ledger_reader_free(struct ledger_reader *reader)
{
    if (!reader)
        return;
    bundle_free(&reader->bundle);
    chain_free(&reader->chain);
    mem_free(reader->folder);
    mem_free(reader->cache);
    mem_free(reader);
}

uint64_t ledger_reader_size(const struct ledger_reader *reader)
{
    return reader->size;
}

uint64_t ledger_reader_sealed(const struct ledger_reader *reader)
{
    return reader->seal.any ? reader->seal.last.size : 0;
}

const char *ledger_reader_origin(const struct ledger_reader *reader)
{
    return reader->chain.epochs[0].origin;
}

struct rc reader_bundle(struct ledger_reader *reader, uint64_t number)
{
    if (reader->loaded && reader->bundle.number == number && reader->bundle.count == BUNDLE)
        return RC_OK;
    reader->loaded = false;
    TRY(bundle_read(reader->folder, number, &reader->bundle));
    if (reader->bundle.headless || reader->bundle.first != number * BUNDLE)
        return fault(FAULT_DATA,
                     "ledger: the bundle of leaf %llu is not the one that belongs there",
                     (unsigned long long)(number * BUNDLE));
    reader->loaded = true;
    return RC_OK;
}

struct rc ledger_read(struct ledger_reader *reader, uint64_t index, struct view *leaf)
{
    struct hash hash;
    if (index >= reader->size)
        return fault(FAULT_USAGE, "ledger: there is no leaf %llu; it has %llu",
                     (unsigned long long)index, (unsigned long long)reader->size);
    /* A partial bundle that has grown is read once more only when it does not reach far enough. */
    bool there = reader->loaded && reader->bundle.number == index / BUNDLE &&
                 index % BUNDLE < reader->bundle.count;
    if (!there)
        TRY(reader_bundle(reader, index / BUNDLE));
    if (index % BUNDLE >= reader->bundle.count)
        return fault(FAULT_DATA, "ledger: leaf %llu is missing", (unsigned long long)index);
    struct view input = reader->bundle.inputs[index % BUNDLE];
    TRY(sm3_digest(input, hash.bytes));
    if (memcmp(hash.bytes, reader->bundle.checks[index % BUNDLE], 4) != 0)
        return fault(FAULT_DATA, "ledger: leaf %llu was altered", (unsigned long long)index);
    *leaf = view_from(input, 1);
    return RC_OK;
}

struct rc ledger_last_checkpoint(struct ledger_reader *reader, struct buf *note)
{
    struct seal seal;
    struct buf fresh = {0};
    struct rc rc = seals_last(reader->folder, &reader->chain, &seal, &fresh);
    if (!failed(rc) && !seal.any)
        rc = fault(FAULT_ABSENT, "ledger: it has no checkpoint yet");
    if (!failed(rc)) {
        reader->seal = seal;
        if (seal.last.size > reader->size)
            rc = find_size(reader);
        buf_add_view(note, buf_view(&fresh));
    }
    buf_free(&fresh);
    return rc;
}

struct rc ledger_certificates(struct ledger_reader *reader, struct buf *out)
{
    char path[PATH_SIZE];
    TRY(path_make(path, "%s/epochs", reader->folder));
    return sys_read_file(path, (size_t)512 << 20, out);
}
