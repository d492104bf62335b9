/*
 * journal: what was done, by whom, when, with old and new values; and its way into the ledger.
 *
 *   body of a transaction:  rows change, journal_write() adds a deed      one SQL transaction
 *   after its commit:       deeds without a leaf -> sink, in order        the ledger
 *                           their leaves' numbers -> back to the deeds
 *   only then:              journal_transact() returns                    acknowledged: both
 * durable
 *
 * A deed has a gapless sequence number, and a payload: its canonical bytes (deed.c). The ledger
 * gets a leaf of four lines: "merlon-leaf-1", the store's id, the sequence, the payload's SM3. So
 * payloads lie apart from leaves: retention may remove them, and what the leaves say stays
 * provable. A repeat after a crash is recognised by store id and sequence.
 *
 * Canonical bytes: JSON without blanks, keys in byte order, integers and texts only, texts with
 * nothing escaped but ", \ and control characters.
 *
 * Errors: those of the store and the sink. When the sink fails after the commit, the deed stands,
 * is not acknowledged, and is moved at the next chance; the sentence says so. Threads: one thread a
 * journal.
 */
#ifndef MERLON_JOURNAL_H
#define MERLON_JOURNAL_H

#include "foundation/crypto/crypto.h"
#include "record/store/store.h"

/* Where leaves go: a ledger, or memory in tests. */
struct journal_sink {
    /* Appends durably; *first: the number of the first; the others follow it. All or none. Refuses
     * while another process appends: so one process at a time writes deeds. */
    MUST_USE struct rc (*append)(void *context, const struct view *leaves, size_t count,
                                 uint64_t *first);
    /* As of now; it may have grown since the last call. */
    MUST_USE struct rc (*size)(void *context, uint64_t *out);
    /* *leaf is valid until the next call. */
    MUST_USE struct rc (*read)(void *context, uint64_t index, struct view *leaf);
    void *context;
};

#define JOURNAL_BATCH 4096 /* leaves given to the sink at once, at most */

struct journal;

/* What opening found: deeds whose leaf was missing or not yet noted. */
struct journal_recovery {
    uint64_t noted; /* their leaf was there: a crash between appending and noting */
    uint64_t moved; /* appended now */
};

/*
 * Opening with a sink compares the ends of both; the sentence names the deed or leaf, and it
 * refuses with FAULT_CONFLICT, for going on would bury what happened:
 *
 *   the sink has deeds that the store has not     an older database was put in its place, or deeds
 *                                                 were deleted
 *   the sink says something else about a deed     the database was edited by hand
 *   the store names leaves that the sink has not  the ledger was cut or set back
 *   the last leaves are not those of the deeds    it is another store's ledger, or was altered
 *
 * journal_verify names all of it. Where an older database or ledger was meant (a restored backup:
 * the first and the third), journal_adopt gives the store a new id and writes down that it was;
 * nothing else is forgiven.
 */
#define JOURNAL_TAIL 64 /* last deeds that are compared with their leaves when opening */
MUST_USE struct rc journal_adopt(struct journal *journal, const struct journal_sink *sink,
                                 const char *actor, const char *reason, int64_t now);

/* Makes the journal's tables. With a sink: brings over what a crash left behind. `sink` NULL: for
 * reading only; journal_transact then refuses. Store and sink are borrowed. */
MUST_USE struct rc journal_open(struct store *store, const struct journal_sink *sink,
                                struct journal **out, struct journal_recovery *recovery);
void journal_close(struct journal *journal); /* accepts NULL */

/* The sink for a journal that was opened without one: when it turns out that something is to be
 * written. Brings over what a crash left behind. */
MUST_USE struct rc journal_attach(struct journal *journal, const struct journal_sink *sink,
                                  struct journal_recovery *recovery);
bool journal_can_write(const struct journal *journal);

const char *journal_store_id(const struct journal *journal); /* 32 hexadecimal digits */

/* ---- writing ------------------------------------------------------------------------------- */

struct journal_change {
    const char *field, *before, *after; /* NULL: empty */
};

struct deed {
    int64_t sequence; /* given by the journal */
    int64_t time;     /* microseconds since 1970 */
    const char *actor, *action;
    const char *kind, *key; /* of the record it is about */
    int64_t version;        /* of the record after it; 0: has none */
    const char *reason;     /* or NULL */
    const char *state;      /* SM3 of the record after it, for reg_verify and its kin; or NULL */
    const char *body;       /* more, as canonical JSON without reals; or NULL */
    const struct journal_change *changes;
    size_t change_count;
};

/* Runs a body like store_transact and returns when its deeds are durable in store and sink. */
MUST_USE struct rc journal_transact(struct journal *journal,
                                    struct rc (*body)(struct store *store, void *context),
                                    void *context);

/* Adds a deed, within journal_transact. FAULT_DATA for one whose bytes could not be read again. */
MUST_USE struct rc journal_write(struct journal *journal, const struct deed *deed);

/* Retention: removes the payloads of deeds older than `before`, whose leaves stay; the last deed
 * about each record keeps its own, so that the record can still be compared with it. That it was
 * done is itself a deed; a payload that is gone without one is a finding. */
MUST_USE struct rc journal_forget(struct journal *journal, int64_t before, const char *actor,
                                  const char *reason, int64_t now, int64_t *removed);

/* ---- reading ------------------------------------------------------------------------------- */

/* The deeds about one record, oldest first; those whose payload was removed have only sequence,
 * time, kind and key. */
MUST_USE struct rc journal_of(struct journal *journal, const char *kind, const char *key,
                              struct arena *arena, const struct deed **out, size_t *count);

/* One deed by its sequence; FAULT_ABSENT. *leaf: its leaf's number, or -1. */
MUST_USE struct rc journal_get(struct journal *journal, int64_t sequence, struct arena *arena,
                               struct deed *out, int64_t *leaf);

/* The last deed about each record of a kind: what reg_verify compares rows with. */
MUST_USE struct rc journal_latest(struct journal *journal, const char *kind,
                                  struct rc (*each)(void *context, const struct deed *deed),
                                  void *context);

/* Canonical bytes and back; decoding takes only what encoding gives (FAULT_DATA otherwise). */
void deed_encode(const struct deed *deed, struct buf *out);
MUST_USE struct rc deed_decode(struct arena *arena, struct view bytes, struct deed *out);

/* The leaf of a deed. */
void deed_leaf(const char *store_id, int64_t sequence, const char *payload_sm3, struct buf *out);

/* ---- verifying ------------------------------------------------------------------------------ */

enum journal_finding_kind {
    JOURNAL_GAP,          /* a sequence number is missing in the store */
    JOURNAL_ALTERED,      /* a payload is not what its hash, or its row, says */
    JOURNAL_LEAF_DIFFERS, /* the leaf says something else than the deed */
    JOURNAL_LEAF_MISSING, /* the deed names a leaf that the ledger does not have */
    JOURNAL_DEED_MISSING, /* the ledger has a leaf of this store whose deed is not there */
    JOURNAL_LEAF_TWICE,   /* a leaf of a deed that names another one */
    JOURNAL_NOT_MOVED,    /* a deed that names no leaf yet: not acknowledged */
    JOURNAL_FOREIGN_LEAF, /* a leaf of another store, or of no store */
    JOURNAL_ORDER,        /* leaves are not in the order of their deeds */
    JOURNAL_PAYLOAD_GONE, /* a payload is gone, and no retention says so */
    JOURNAL_FINDING_COUNT,
};

const char *journal_finding_name(enum journal_finding_kind kind); /* "gap", "altered", ... */

struct journal_finding {
    enum journal_finding_kind kind;
    int64_t sequence; /* -1: none */
    int64_t leaf;     /* -1: none */
    const char *what; /* one sentence in English, precise; valid during the call */
};

struct journal_verdict {
    int64_t deeds, leaves;
    int64_t removed;  /* payloads taken away by retention */
    int64_t given_up; /* leaves of deeds that a restored backup did not have, see journal_adopt */
    uint64_t counts[JOURNAL_FINDING_COUNT];
};

/* Compares every deed with its leaf and every leaf with its deed, in constant memory, while others
 * may write. `each` gets at most `max` findings of each kind; all are counted. */
MUST_USE struct rc
journal_verify(struct journal *journal, const struct journal_sink *sink, size_t max,
               void (*each)(void *context, const struct journal_finding *finding), void *context,
               struct journal_verdict *out);

#endif
