/*
 * ledger: an append-only log that shows every later change, an administrator's included.
 *
 *   leaves       opaque bytes, up to 64 KiB, numbered from 0
 *   the tree     a Merkle tree over them as in RFC 9162 section 2.1, with SM3 in place of SHA-256
 *   checkpoints  size, root, time and epoch of the tree, signed with SM2, each naming the one
 * before epochs       a key lives for one epoch; its successor's certificate is the last thing it
 * signs, then it is erased, so that whoever gains root later cannot sign the past again
 *
 *   FOLDER/epochs                 the certificates of all epochs' keys, one after the other
 *   FOLDER/checkpoints/000001     the checkpoints of epoch 1
 *   FOLDER/entries/000/000/000    the leaves 0 to 255; .../001 the next 256
 *   FOLDER/stamps/                what RFC 3161 servers answered
 *   FOLDER/cosigned               checkpoints with the signatures of witnesses
 *   FOLDER/lock                   held by the one process that appends
 *   KEYS/epoch-000001.key         the private key of the current epoch, mode 0600
 *   CACHE/0/000/000/000           hashes of 256 leaves; level 1: of 256 such tiles; and so on
 *
 * FOLDER holds nothing that could be rebuilt and no private key. CACHE can be removed at any time;
 * while it stands, proofs are quick and a damage is named to the leaf. docs/LEDGER.md has the
 * formats, the threats, and what a verification proves.
 *
 * Times are microseconds since 1970-01-01 UTC and given by the caller.
 * Errors: FAULT_DATA damage, FAULT_ABSENT no ledger or no key, FAULT_LIMIT another process appends,
 * FAULT_IO the disk refused, FAULT_USAGE what cannot be asked for.
 * Threads: one struct ledger serves any number; a struct ledger_reader belongs to one thread.
 */
#ifndef MERLON_LEDGER_H
#define MERLON_LEDGER_H

#include "foundation/crypto/crypto.h"

#define LEDGER_LEAF_MAX    65536u /* bytes of a leaf */
#define LEDGER_MANY_MAX    4096u  /* leaves in one call of ledger_append_many */
#define LEDGER_ORIGIN_MAX  64     /* of an origin with its NUL: "merlon/" and 32 digits */
#define LEDGER_BEAT        60     /* seconds: at least one checkpoint in each while a server runs */
#define LEDGER_EPOCH_USUAL 86400  /* seconds an epoch lasts where nobody says otherwise */

/* ---- the tree ------------------------------------------------------------------------------ */

struct hash {
    uint8_t bytes[SM3_SIZE];
};

/* SM3(00 | leaf), SM3(01 | left | right), SM3(""): RFC 9162 2.1.1. */
MUST_USE struct rc merkle_leaf(struct view leaf, struct hash *out);
MUST_USE struct rc merkle_node(const struct hash *left, const struct hash *right, struct hash *out);
MUST_USE struct rc merkle_empty(struct hash *out);

/* The roots of the complete subtrees that make up a tree of `size` leaves: what it takes to append
 * and to say the root. peaks[h] counts where bit h of `size` is set. Zero-initialise it. */
struct merkle_frontier {
    uint64_t size;
    struct hash peaks[64];
};

/* Appends a complete subtree of 2^height leaves; `size` must be a multiple of that. */
MUST_USE struct rc merkle_push(struct merkle_frontier *frontier, unsigned height,
                               const struct hash *root);
MUST_USE struct rc merkle_root(const struct merkle_frontier *frontier, struct hash *out);

/* Reduces `count` hashes (a power of two) to the root of the complete tree over them, in place. */
MUST_USE struct rc merkle_reduce(struct hash *hashes, size_t count);

#define MERKLE_PATH_MAX 128

struct merkle_path {
    size_t count;
    struct hash hashes[MERKLE_PATH_MAX];
};

/* Where the hashes of complete subtrees come from: leaves [index * 2^height, + 2^height). */
struct merkle_source {
    struct rc (*node)(void *context, unsigned height, uint64_t index, struct hash *out);
    void *context;
};

/* RFC 9162 2.1.3.1 and 2.1.4.1. FAULT_USAGE unless index < size, 0 < old <= size. */
MUST_USE struct rc merkle_inclusion(const struct merkle_source *source, uint64_t index,
                                    uint64_t size, struct merkle_path *out);
MUST_USE struct rc merkle_consistency(const struct merkle_source *source, uint64_t old,
                                      uint64_t size, struct merkle_path *out);
/* The root of the first `size` leaves. */
MUST_USE struct rc merkle_root_of(const struct merkle_source *source, uint64_t size,
                                  struct hash *out);

/* RFC 9162 2.1.3.2 and 2.1.4.2: FAULT_DATA when the path does not prove it. */
MUST_USE struct rc merkle_prove_inclusion(const struct merkle_path *path, uint64_t index,
                                          uint64_t size, const struct hash *leaf,
                                          const struct hash *root);
MUST_USE struct rc merkle_prove_consistency(const struct merkle_path *path, uint64_t old,
                                            uint64_t size, const struct hash *old_root,
                                            const struct hash *root);

/* ---- writing ------------------------------------------------------------------------------- */

struct ledger_place {
    const char *folder; /* what is kept for ever: $MERLON_DATA/ledger */
    const char *keys;   /* private keys, outside of it: $MERLON_DATA/keys */
    const char *cache;  /* rebuildable: $MERLON_DATA/cache/ledger; NULL where only reading: none */
};

/* What the ledger asks of the disk; tests let one of them fail. */
enum ledger_step {
    LEDGER_WRITE,       /* leaves into a bundle */
    LEDGER_SYNC,        /* fdatasync of a bundle */
    LEDGER_SYNC_FOLDER, /* fsync of a folder with a new name in it */
    LEDGER_SEAL,        /* writing a checkpoint or certificate */
    LEDGER_SEAL_SYNC,   /* and making it durable */
    LEDGER_ERASE,       /* overwriting a private key */
};
#define LEDGER_SKIP (-1) /* answer: pretend that it was done (benchmarks build large ledgers) */

struct ledger_options {
    struct ledger_place place;
    int64_t wait;  /* microseconds to wait for another process that appends; 0: refuse at once */
    int64_t epoch; /* after how long ledger_tick and ledger_close rotate; 0: never */
    int (*disk)(void *context, enum ledger_step step); /* an errno, 0 or LEDGER_SKIP; or NULL */
    void *context;
};

/* What opening found and mended. Nothing acknowledged is ever among what was cut. */
struct ledger_recovery {
    uint64_t size;        /* leaves that stand */
    uint64_t unsealed;    /* of these, appended after the last checkpoint */
    uint64_t torn_index;  /* where torn_bytes were cut off: a leaf nobody was told is kept */
    uint64_t torn_bytes;  /* 0: none */
    uint64_t torn_seal;   /* bytes of a half-written checkpoint or certificate that were cut off */
    bool cache_rebuilt;   /* hash tiles were missing or did not give the signed root */
    bool erased_late;     /* a rotation had been interrupted before its old key was erased */
    bool dropped_new_key; /* one had been interrupted before its new key was certified */
};

struct ledger;

/* Makes a ledger and its first key. `fingerprint` is to be shown once and kept elsewhere.
 * FAULT_USAGE when one is there already. */
MUST_USE struct rc ledger_create(const struct ledger_place *place, int64_t now,
                                 char fingerprint[static SM3_HEX]);

/* Opens it for appending. One process at a time: FAULT_LIMIT names the one that holds it. */
MUST_USE struct rc ledger_open(const struct ledger_options *options, struct ledger **out,
                               struct ledger_recovery *recovery);

/* Rotates when the epoch is over, seals a last checkpoint that promises no next one, and frees,
 * also when that fails. free alone seals nothing. */
MUST_USE struct rc ledger_close(struct ledger *ledger, int64_t now);
void ledger_free(struct ledger *ledger); /* accepts NULL */

uint64_t ledger_size(struct ledger *ledger); /* leaves that are durable */
const char *ledger_origin(const struct ledger *ledger);

/* Appends; when it returns, the leaf is durable and has that index. Callers from several threads
 * share one fdatasync. A full disk (FAULT_IO) fails these leaves only; after a failed sync nobody
 * knows what the disk holds, so the ledger refuses everything until it is opened again. */
MUST_USE struct rc ledger_append(struct ledger *ledger, struct view leaf, uint64_t *index);
/* The same for up to LEDGER_MANY_MAX leaves, which get consecutive indices: all or none. */
MUST_USE struct rc ledger_append_many(struct ledger *ledger, const struct view *leaves,
                                      size_t count, uint64_t *first);

/* Signs and keeps a checkpoint of all durable leaves; its text is appended to `note` unless NULL.
 * `next`: within how many seconds another one is promised; 0 promises none. */
MUST_USE struct rc ledger_checkpoint(struct ledger *ledger, int64_t now, unsigned next,
                                     struct buf *note);

/* To be called by a server at least every second: seals when half a beat has passed since the last
 * checkpoint and rotates when the epoch is over. */
MUST_USE struct rc ledger_tick(struct ledger *ledger, int64_t now);

/* Ends the epoch: a new key, certified by the old one, which is then erased. */
MUST_USE struct rc ledger_rotate(struct ledger *ledger, int64_t now,
                                 char fingerprint[static SM3_HEX]);

/* ---- reading ------------------------------------------------------------------------------- */

/* Readers take no lock and see what was durable when they were opened. */
struct ledger_reader;
MUST_USE struct rc ledger_reader_open(const struct ledger_place *place, struct ledger_reader **out);
void ledger_reader_free(struct ledger_reader *reader);             /* accepts NULL */
uint64_t ledger_reader_size(const struct ledger_reader *reader);   /* leaves */
uint64_t ledger_reader_sealed(const struct ledger_reader *reader); /* under the last checkpoint */
const char *ledger_reader_origin(const struct ledger_reader *reader);

/* One leaf; *leaf is valid until the next call. Consecutive ones read each bundle once. */
MUST_USE struct rc ledger_read(struct ledger_reader *reader, uint64_t index, struct view *leaf);

/* The last checkpoint and all certificates, as they stand on disk. */
MUST_USE struct rc ledger_last_checkpoint(struct ledger_reader *reader, struct buf *note);
MUST_USE struct rc ledger_certificates(struct ledger_reader *reader, struct buf *out);

/* Proof texts for somebody who has neither the ledger nor Merlon: the proof, an empty line, and for
 * an inclusion the checkpoint it ends at. FAULT_USAGE when the leaf is not sealed yet. */
MUST_USE struct rc ledger_prove(struct ledger_reader *reader, uint64_t index, struct buf *text);
MUST_USE struct rc ledger_consistency(struct ledger_reader *reader, uint64_t old, uint64_t size,
                                      struct buf *text);

/* Checks a text of ledger_prove for `leaf`, against the ledger's certificates, whose first key must
 * have that fingerprint (NULL: any). */
MUST_USE struct rc ledger_proof_check(struct view text, struct view leaf, struct view certificates,
                                      const char *fingerprint, uint64_t *index, int64_t *time);
/* Checks a text of ledger_consistency against the two roots it is about. */
MUST_USE struct rc ledger_consistency_check(struct view text, const struct hash *old_root,
                                            const struct hash *root);

/* ---- checkpoints --------------------------------------------------------------------------- */

struct checkpoint {
    char origin[LEDGER_ORIGIN_MAX];
    uint64_t size;
    struct hash root;
    int64_t time;
    uint64_t epoch;       /* from 1 */
    uint32_t next;        /* seconds within which another was promised; 0: none */
    struct hash previous; /* SM3 of the checkpoint before, with its signature; zeros: none */
};

/* Text of a checkpoint (without signatures), and back: FAULT_DATA for anything else. */
void checkpoint_encode(const struct checkpoint *checkpoint, struct buf *out);
MUST_USE struct rc checkpoint_decode(struct view text, struct checkpoint *out);

/* A signed note: text that ends in a newline, an empty line, lines "— NAME BASE64". */
#define NOTE_SIGNATURES 16

struct note_signature {
    struct view name;
    uint8_t key_hash[4];
    uint8_t bytes[128];
    size_t size;
};

struct note {
    struct view whole, text;
    struct note_signature signatures[NOTE_SIGNATURES];
    size_t signature_count;
};

/* Takes one note off the front of *rest; FAULT_ABSENT at the end, FAULT_DATA for what is none (then
 * *rest is untouched), FAULT_LIMIT when *rest ends before the note does. */
MUST_USE struct rc note_take(struct view *rest, struct note *out);

/* FAULT_DATA unless `key` signed the note under that name. note_sign appends text and signature. */
MUST_USE struct rc note_verify(const struct note *note, const char *name,
                               const struct sm2_public *key);
MUST_USE struct rc note_sign(struct view text, const char *name, const struct sm2_key *key,
                             struct buf *out);

/* ---- witnesses and stamps -------------------------------------------------------------------- */

/* Another Merlon co-signs: it keeps what it signed last and demands a proof that the new checkpoint
 * continues it. All three steps take and give bytes of files; how they travel is the caller's. */

/* Loads this machine's witness key from KEYS/witness.key, or makes it. */
MUST_USE struct rc witness_key(const char *keys, struct sm2_key **out);

/* Step 1, by the owner: a request, continuing the `seen` checkpoint's size (0: the first time). */
MUST_USE struct rc witness_request(struct ledger_reader *reader, uint64_t seen, struct buf *out);

/* Step 2, by the witness: verifies certificates (first key's fingerprint as agreed on), signature
 * and consistency with `kept` (what it signed last for this ledger; empty the first time) and
 * appends the note with its own signature line to `cosigned`, which it keeps in place of `kept`. */
MUST_USE struct rc witness_cosign(struct view request, struct view kept, const char *fingerprint,
                                  const char *name, const struct sm2_key *key, int64_t now,
                                  struct buf *cosigned);

/* Step 3, by anybody: FAULT_DATA unless that witness signed this note. */
MUST_USE struct rc witness_verify(struct view cosigned, const char *name,
                                  const struct sm2_public *key, struct checkpoint *out,
                                  int64_t *time);
/* The owner keeps it in FOLDER/cosigned. */
MUST_USE struct rc witness_keep(const struct ledger_place *place, struct view cosigned);

/* A stamp by an RFC 3161 server over the last checkpoint: the request to send (kept in
 * FOLDER/stamps beside the checkpoint's text), and what to do with the answer. */
MUST_USE struct rc ledger_stamp_request(struct ledger_reader *reader, struct buf *request);
MUST_USE struct rc ledger_stamp_keep(struct ledger_reader *reader, struct view response,
                                     struct view roots_pem, int64_t *time, struct buf *signer);

/* ---- verifying --------------------------------------------------------------------------------
 */

enum finding_kind {
    FINDING_EDITED,      /* a leaf is not the one that was sealed */
    FINDING_DELETED,     /* leaves are missing in between */
    FINDING_INSERTED,    /* leaves stand between that were not sealed there */
    FINDING_REORDERED,   /* the sealed leaves, in another order */
    FINDING_SWAPPED,     /* a bundle in another one's place */
    FINDING_ALTERED,     /* leaves do not give the signed root; nothing tells which of them */
    FINDING_TRUNCATED,   /* sealed leaves are missing at the end */
    FINDING_MISSING,     /* a file in between is gone */
    FINDING_MALFORMED,   /* bytes that do not follow their format */
    FINDING_TORN,        /* a half-written end after the last checkpoint: a crash */
    FINDING_FOREIGN_KEY, /* sealed by a key that the chain of certificates does not have there */
    FINDING_SIGNATURE,   /* the right key, but not over these bytes */
    FINDING_CHAIN,       /* a checkpoint does not name the one before it: removed or replaced */
    FINDING_SHRUNK,      /* a checkpoint over fewer leaves than an earlier one */
    FINDING_CLOCK,       /* a checkpoint older than the one before it */
    FINDING_INTERVAL,    /* a promised checkpoint did not come in time */
    FINDING_FINGERPRINT, /* the first key is not the one that was kept */
    FINDING_WITNESS,     /* a witness saw another tree, or a larger one */
    FINDING_STAMP,       /* a stamp does not hold */
    FINDING_CACHE,       /* a hash tile is not that of its leaves; rebuildable */
    FINDING_KEY_LEFT,    /* the private key of an ended epoch still stands */
    FINDING_COUNT
};

/* "edited", "foreign-key": for machines, and for text keys. */
const char *finding_name(enum finding_kind kind);

/* Damage is what no crash explains; the others (torn, clock, interval, cache, key-left) are to be
 * looked at. */
bool finding_is_damage(enum finding_kind kind);

struct finding {
    enum finding_kind kind;
    uint64_t first, last; /* leaves, where it is about leaves; else first > last */
    int64_t time;         /* of the checkpoint it was found at; 0: none */
    char text[240];       /* what and where, in English */
};

/* What a verification could not prove, whatever it found. */
enum unproven {
    UNPROVEN_WHOLE,  /* neither witness nor fingerprint: all could have been replaced */
    UNPROVEN_EPOCH,  /* who reads the current key can seal this epoch anew, from `epoch_size` on */
    UNPROVEN_TAIL,   /* leaves after the last checkpoint are not sealed yet */
    UNPROVEN_BEFORE, /* leaves before --since were not read */
    UNPROVEN_COSIGNED, /* the witness's signatures were not verified: its key was not given */
    UNPROVEN_STAMPS,   /* stamps stand there, trusted roots were not given */
    UNPROVEN_REST,     /* behind a damage, nothing could be checked any more */
    UNPROVEN_COUNT
};

const char *unproven_name(enum unproven unproven); /* "whole", "epoch", ... */
const char *unproven_text(enum unproven unproven); /* a sentence, in English */

struct ledger_verify_options {
    int64_t since;                        /* 0: from the beginning; begins with an epoch */
    int64_t now;                          /* 0: whether the end is fresh is not asked */
    struct view witness;                  /* notes kept elsewhere, with or without co-signatures */
    const char *witness_name;             /* with its key: co-signatures are verified */
    const struct sm2_public *witness_key; /* or NULL */
    const char *fingerprint;              /* of the first key, kept elsewhere; or NULL */
    struct view stamp_roots;              /* PEM */
};

#define FINDINGS_MAX 256

struct ledger_report {
    char origin[LEDGER_ORIGIN_MAX];
    char fingerprint[SM3_HEX]; /* of the first key as the folder has it */
    uint64_t size, sealed;     /* leaves that stand; under the last checkpoint */
    uint64_t checkpoints, epochs, stamps, witnessed;
    uint64_t epoch_size; /* leaves when the current epoch began */
    int64_t first, last; /* times of the checkpoints read */
    struct finding findings[FINDINGS_MAX];
    size_t finding_count;   /* kept */
    uint64_t finding_total; /* found */
    uint64_t damage;        /* of these, finding_is_damage */
    bool unproven[UNPROVEN_COUNT];
};

/* Reads the ledger whole (or since) in constant memory and reports; it fails only when there is no
 * ledger or it cannot be read at all. place->keys may be NULL (then left keys are not looked for),
 * place->cache too (then damage is named less precisely). *out is to be freed with mem_free. */
MUST_USE struct rc ledger_verify(const struct ledger_place *place,
                                 const struct ledger_verify_options *options,
                                 struct ledger_report **out);

#endif
