/*
 * verify: deeds and leaves, compared both ways in one pass each.
 *
 *   deeds by sequence: no gap, payload = hash, a leaf that says the same       (store -> ledger)
 *   leaves by number:  ours, known to a deed, in order, none twice             (ledger -> store)
 *
 * The second way needs no look-up: deeds come ordered by their leaf's number, beside the leaves.
 *
 * Others may write meanwhile. The sink's size is taken first, then the store is read as of one
 * moment: every leaf below that size has its deed there; a leaf beyond it may have come since.
 */
#include "record/journal/parts.h"

#include <stdio.h>
#include <string.h>

#define PAGE    2000
#define IDS_MAX 64

struct comparing {
    struct journal *journal;
    const struct journal_sink *sink;
    size_t max;
    void (*each)(void *context, const struct journal_finding *finding);
    void *context;
    struct journal_verdict verdict;
    int64_t expected;                /* the next sequence */
    uint64_t size;                   /* leaves of the sink when it began */
    int64_t forgotten;               /* payloads up to this deed may be gone */
    int64_t last_leaf;               /* of the deed before */
    char ids[IDS_MAX][STORE_ID_MAX]; /* all the store ever had: see journal_adopt */
    size_t id_count;
};

const char *journal_finding_name(enum journal_finding_kind kind)
{
    static const char *const names[] = {
        "gap",        "altered",   "leaf_differs", "leaf_missing", "deed_missing",
        "leaf_twice", "not_moved", "foreign_leaf", "order",        "payload_gone"};
    return names[kind];
}

static struct rc take_id(void *context, const struct datum *row)
{
    struct comparing *at = context;
    if (at->id_count == IDS_MAX)
        return fault(FAULT_LIMIT, "the store was set back more than %d times", IDS_MAX);
    snprintf(at->ids[at->id_count++], STORE_ID_MAX, "%.*s", (int)row[0].bytes.len,
             row[0].bytes.ptr);
    return RC_OK;
}

/* Whether a leaf is of this store, under any id it had. */
static bool is_ours(const struct comparing *at, const struct leaf *leaf)
{
    for (size_t i = 0; i < at->id_count; i++)
        if (strcmp(at->ids[i], leaf->store_id) == 0)
            return true;
    return false;
}

/* Under the id it has now: no earlier life of the store. */
static bool is_current(const struct comparing *at, const struct leaf *leaf)
{
    return strcmp(at->journal->store_id, leaf->store_id) == 0;
}

PRINTF(5, 6)
static void find(struct comparing *at, enum journal_finding_kind kind, int64_t sequence,
                 int64_t leaf, const char *format, ...)
{
    char what[256];
    va_list args;
    if (at->verdict.counts[kind]++ >= at->max)
        return;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    struct journal_finding finding = {kind, sequence, leaf, what};
    at->each(at->context, &finding);
}

/* ---- deeds -> leaves ----------------------------------------------------------------------- */

struct deed_row {
    int64_t sequence, leaf; /* leaf -1: none */
    char sm3[SM3_HEX];
};

struct page {
    struct comparing *at;
    struct deed_row rows[PAGE];
    size_t count;
};

/* Whether the row shows what its payload says: lists and histories are read from the row. */
static bool row_agrees(const struct datum *row)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct deed deed;
    return !failed(deed_decode(arena, row[2].bytes, &deed)) && deed.sequence == row[0].integer &&
           deed.time == row[4].integer && view_is(row[5].bytes, deed.kind ? deed.kind : "") &&
           view_is(row[6].bytes, deed.key ? deed.key : "");
}

static struct rc judge_payload(struct comparing *at, const struct deed_row *kept,
                               const struct datum *row)
{
    char sm3[SM3_HEX];
    if (row[2].kind == DATUM_NULL) {
        at->verdict.removed++;
        if (kept->sequence > at->forgotten)
            find(at, JOURNAL_PAYLOAD_GONE, kept->sequence, kept->leaf,
                 "the payload of deed %lld is gone, and no retention says so",
                 (long long)kept->sequence);
        return RC_OK;
    }
    TRY(sm3_hex(row[2].bytes, sm3));
    if (strcmp(sm3, kept->sm3) != 0)
        find(at, JOURNAL_ALTERED, kept->sequence, kept->leaf,
             "the payload of deed %lld is not what its hash says", (long long)kept->sequence);
    else if (!row_agrees(row))
        find(at, JOURNAL_ALTERED, kept->sequence, kept->leaf,
             "the row of deed %lld has another time, kind or key than its payload",
             (long long)kept->sequence);
    return RC_OK;
}

/* sequence, sm3, payload, leaf, time, kind, key */
static struct rc take_deed(void *context, const struct datum *row)
{
    struct page *page = context;
    struct comparing *at = page->at;
    struct deed_row *kept = &page->rows[page->count++];
    *kept = (struct deed_row){row[0].integer, row[3].kind == DATUM_NULL ? -1 : row[3].integer, ""};
    snprintf(kept->sm3, sizeof kept->sm3, "%.*s", (int)row[1].bytes.len, row[1].bytes.ptr);
    at->verdict.deeds++;
    if (kept->sequence > at->expected)
        find(at, JOURNAL_GAP, at->expected, -1, "deeds %lld to %lld are missing in the store",
             (long long)at->expected, (long long)kept->sequence - 1);
    at->expected = kept->sequence + 1;
    return judge_payload(at, kept, row);
}

/* Whether the sink has that leaf now. */
static struct rc has_leaf(struct comparing *at, int64_t number, bool *out)
{
    uint64_t size = at->size;
    if ((uint64_t)number >= size)
        TRY(at->sink->size(at->sink->context, &size));
    *out = (uint64_t)number < size;
    return RC_OK;
}

static struct rc compare_deed(struct comparing *at, const struct deed_row *deed)
{
    struct view bytes;
    struct leaf leaf;
    bool there;
    if (deed->leaf < 0) {
        find(at, JOURNAL_NOT_MOVED, deed->sequence, -1,
             "deed %lld names no leaf yet: it was not acknowledged", (long long)deed->sequence);
        return RC_OK;
    }
    TRY(has_leaf(at, deed->leaf, &there));
    if (!there) {
        find(at, JOURNAL_LEAF_MISSING, deed->sequence, deed->leaf,
             "deed %lld names leaf %lld, and the ledger ends before it", (long long)deed->sequence,
             (long long)deed->leaf);
        return RC_OK;
    }
    TRY(at->sink->read(at->sink->context, (uint64_t)deed->leaf, &bytes));
    if (!leaf_read(bytes, &leaf) || !is_ours(at, &leaf) || leaf.sequence != deed->sequence ||
        strcmp(leaf.sm3, deed->sm3) != 0)
        find(at, JOURNAL_LEAF_DIFFERS, deed->sequence, deed->leaf,
             "leaf %lld says something else than deed %lld", (long long)deed->leaf,
             (long long)deed->sequence);
    if (deed->leaf <= at->last_leaf)
        find(at, JOURNAL_ORDER, deed->sequence, deed->leaf,
             "the leaf of deed %lld stands before that of an earlier deed",
             (long long)deed->sequence);
    at->last_leaf = deed->leaf;
    return RC_OK;
}

static struct rc compare_deeds(struct comparing *at, struct page *page)
{
    at->expected = 1;
    at->last_leaf = -1;
    do {
        struct datum values[] = {datum_integer(at->expected), datum_integer(PAGE)};
        page->count = 0;
        TRY(store_query(
            at->journal->store,
            "SELECT sequence, sm3, payload, leaf, time, kind, key FROM deed WHERE sequence >= ?1 "
            "ORDER BY sequence LIMIT ?2",
            values, COUNT_OF(values), 7, take_deed, page));
        for (size_t i = 0; i < page->count; i++)
            TRY(compare_deed(at, &page->rows[i]));
    } while (page->count == PAGE);
    return RC_OK;
}

/* ---- leaves -> deeds ----------------------------------------------------------------------- */

static struct rc take_number(void *context, const struct datum *row)
{
    struct page *page = context;
    page->rows[page->count++] = (struct deed_row){row[0].integer, row[1].integer, ""};
    return RC_OK;
}

/* A leaf of ours that no deed names: its deed is gone, names another leaf, or waits to be told. */
static struct rc judge_ours(struct comparing *at, int64_t number, const struct leaf *leaf)
{
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct datum sequence = datum_integer(leaf->sequence), row[2];
    bool any;
    TRY(store_one(at->journal->store, "SELECT leaf, sm3 FROM deed WHERE sequence = ?1", &sequence,
                  1, arena, row, 2, &any));
    if (!any && leaf->sequence >= at->expected)
        find(at, JOURNAL_DEED_MISSING, leaf->sequence, number,
             "the ledger has deed %lld, the store ends at %lld: an older database was put in its "
             "place, or deeds were deleted",
             (long long)leaf->sequence, (long long)at->expected - 1);
    else if (!any)
        find(at, JOURNAL_DEED_MISSING, leaf->sequence, number,
             "the ledger has deed %lld, which was deleted from the store",
             (long long)leaf->sequence);
    else if (row[0].kind != DATUM_NULL)
        find(at, JOURNAL_LEAF_TWICE, leaf->sequence, number,
             "leaf %lld is of deed %lld, which names leaf %lld", (long long)number,
             (long long)leaf->sequence, (long long)row[0].integer);
    else if (!view_is(row[1].bytes, leaf->sm3))
        find(at, JOURNAL_LEAF_DIFFERS, leaf->sequence, number,
             "leaf %lld says something else than deed %lld", (long long)number,
             (long long)leaf->sequence);
    return RC_OK; /* the deed was found as not moved already */
}

/* A leaf that no deed names. Of an earlier id: a restored backup gave it up, which was written
 * down. */
static struct rc judge_unnamed(struct comparing *at, uint64_t number, struct view bytes)
{
    struct leaf leaf;
    if (!leaf_read(bytes, &leaf) || !is_ours(at, &leaf)) {
        find(at, JOURNAL_FOREIGN_LEAF, -1, (int64_t)number, "leaf %llu is not of this store",
             (unsigned long long)number);
        return RC_OK;
    }
    if (is_current(at, &leaf))
        return judge_ours(at, (int64_t)number, &leaf);
    at->verdict.given_up++;
    return RC_OK;
}

/* The deeds that name leaves from `from` on, in the order of leaves. */
static struct rc read_numbers(struct comparing *at, struct page *page, uint64_t from)
{
    struct datum values[] = {datum_integer((int64_t)from), datum_integer(PAGE)};
    page->count = 0;
    return store_query(at->journal->store,
                       "SELECT sequence, leaf FROM deed WHERE leaf >= ?1 ORDER BY leaf LIMIT ?2",
                       values, COUNT_OF(values), 2, take_number, page);
}

static struct rc compare_leaves(struct comparing *at, struct page *page)
{
    size_t next = 0;
    page->count = 0;
    bool more = true;
    for (uint64_t number = 0; number < at->size; number++) {
        if (next == page->count && more) {
            TRY(read_numbers(at, page, number));
            more = page->count == PAGE;
            next = 0;
        }
        if (next < page->count && page->rows[next].leaf == (int64_t)number) {
            next++;
            continue;
        }
        struct view bytes;
        TRY(at->sink->read(at->sink->context, number, &bytes));
        TRY(judge_unnamed(at, number, bytes));
    }
    return RC_OK;
}

static struct rc compare(struct store *store, void *context)
{
    struct comparing *at = context;
    struct page *page CLEANUP(mem_freep) = mem_new(sizeof *page);
    page->at = at;
    TRY(store_query(store, "SELECT id FROM journal_store", NULL, 0, 1, take_id, at));
    TRY(journal_forgotten_through(store, at->sink, at->size, &at->forgotten));
    TRY(compare_deeds(at, page));
    return compare_leaves(at, page);
}

struct rc journal_verify(struct journal *journal, const struct journal_sink *sink, size_t max,
                         void (*each)(void *context, const struct journal_finding *finding),
                         void *context, struct journal_verdict *out)
{
    struct comparing at = {
        .journal = journal, .sink = sink, .max = max, .each = each, .context = context};
    TRY(sink->size(sink->context, &at.size));
    TRY(store_read(journal->store, compare, &at));
    at.verdict.leaves = (int64_t)at.size;
    *out = at.verdict;
    return RC_OK;
}
