/*
 * parts: what the files of the ledger share.
 *
 *   merkle.c path.c            the tree and its proofs: no disk
 *   field.c note.c checkpoint.c epoch.c   the signed texts: no disk
 *   disk.c                     files, with a place where tests let them fail
 *   bundle.c tiles.c seals.c keyfile.c    leaves, hash tiles, checkpoints, private keys on disk
 *   recover.c append.c seal.c rotate.c ledger.c   the writer
 *   reader.c prove.c witness.c stamps.c           reading and proving
 *   finding.c diagnose.c verify.c                 verifying
 */
#ifndef MERLON_LEDGER_PARTS_H
#define MERLON_LEDGER_PARTS_H

#include "foundation/sys/sys.h"
#include "record/ledger/ledger.h"

#include <pthread.h>

#define LEDGER_SIZE_MAX (INT64_C(1) << 40) /* leaves: what three folders of digits can name */
#define BUNDLE          256u               /* leaves in a bundle, hashes in a tile */
#define EPOCHS_MAX      1000000
#define TIME_TEXT       32
#define PATH_SIZE       4096

/* Puts a path together; FAULT_LIMIT when it does not fit. */
MUST_USE PRINTF(2, 3) struct rc path_make(char out[static PATH_SIZE], const char *format, ...);

/* ---- texts (field.c, note.c, checkpoint.c, epoch.c) ---- */

bool field_take(struct view *rest, const char *name, struct view *value);
bool field_number(struct view text, uint64_t *out); /* at most LEDGER_SIZE_MAX */
bool field_hash(struct view text, struct hash *out);
void hash_write(const struct hash *hash, struct buf *out);
void time_write(int64_t us, char out[static TIME_TEXT]);
bool time_read(struct view text, int64_t *out);
bool origin_read(struct view text, char out[static LEDGER_ORIGIN_MAX]);

MUST_USE struct rc signature_line(struct view message, struct view prefix, const char *name,
                                  const struct sm2_key *key, struct buf *out);
bool signature_is_of(const struct note_signature *signature, const char *name,
                     const struct sm2_public *key);

struct epoch {
    char origin[LEDGER_ORIGIN_MAX];
    uint64_t number;
    struct sm2_public key;
    uint64_t size; /* leaves when it began */
    struct hash root;
    int64_t time;
};

struct chain {
    struct epoch *epochs;
    size_t count, room;
};

void epoch_encode(const struct epoch *epoch, struct buf *out);
MUST_USE struct rc epoch_decode(struct view text, struct epoch *out);
MUST_USE struct rc epoch_origin(const struct sm2_public *first, char out[static LEDGER_ORIGIN_MAX]);
/* Adds verified certificates to the chain as long as they hold; *used: bytes they took. FAULT_LIMIT
 * when the bytes end within one (a torn end). */
MUST_USE struct rc chain_read(struct view bytes, struct chain *chain, size_t *used);
void chain_add(struct chain *chain, const struct epoch *epoch);
void chain_free(struct chain *chain);
/* Reads FOLDER/epochs; *torn: bytes of a half-written certificate at its end. */
MUST_USE struct rc chain_load(const char *folder, struct chain *chain, uint64_t *torn);

/* ---- disk (disk.c) ---- */

struct disk {
    int (*fail)(void *context, enum ledger_step step);
    void *context;
};

MUST_USE struct rc disk_write(const struct disk *disk, enum ledger_step step, int fd, uint64_t at,
                              struct view bytes, const char *path);
MUST_USE struct rc disk_sync(const struct disk *disk, enum ledger_step step, int fd,
                             const char *path);
MUST_USE struct rc disk_sync_folder(const struct disk *disk, const char *folder);
/* mkdir -p of the folder part of `path`, each new folder made durable; mode 0700. */
MUST_USE struct rc disk_make_folders(const struct disk *disk, const char *path);
/* Appends to a file (made when absent, 0644) and makes it durable. On failure *clean says whether
 * the file is surely as it was. */
MUST_USE struct rc disk_append(const struct disk *disk, const char *path, struct view bytes,
                               bool *clean);
MUST_USE struct rc disk_size(const char *path, uint64_t *size); /* FAULT_ABSENT */

/* ---- leaves (bundle.c) ----
 *
 * A bundle:  "MLEDGER1" | first index, 8 bytes | frames
 * A frame:   length of the leaf, 4 bytes | first 4 bytes of its hash | 00 | the leaf
 */
#define BUNDLE_HEAD 16u
#define FRAME_HEAD  9u
#define BUNDLE_MAX  (BUNDLE_HEAD + BUNDLE * (FRAME_HEAD + LEDGER_LEAF_MAX))

struct bundle {
    struct buf bytes;
    uint64_t number;
    uint64_t first;                /* index its head names */
    size_t count;                  /* whole frames */
    struct view inputs[BUNDLE];    /* 00 | leaf: what is hashed */
    const uint8_t *checks[BUNDLE]; /* the 4 bytes of each frame */
    size_t good;                   /* bytes up to the end of the last whole frame */
    bool headless;                 /* shorter than its head, or with another magic */
};

MUST_USE struct rc bundle_path(const char *folder, uint64_t number, char out[static PATH_SIZE]);
void bundle_head(uint64_t number, char out[static BUNDLE_HEAD]);
void frame_add(struct buf *out, struct view leaf, const struct hash *hash);
/* Takes bytes apart; never fails: what does not fit ends the frames. */
void bundle_parse(struct bundle *bundle, uint64_t number);
MUST_USE struct rc bundle_read(const char *folder, uint64_t number, struct bundle *out);
/* Hashes of its leaves; *bad is the first whose check differs (count: none). */
MUST_USE struct rc bundle_hash(const struct bundle *bundle, struct hash out[static BUNDLE],
                               size_t *bad);
static inline void bundle_free(struct bundle *bundle)
{
    buf_free(&bundle->bytes);
}

/* ---- hash tiles (tiles.c): rebuildable, never synced ---- */

/* Writes hashes [at, at + count) of a tile at `level`. */
MUST_USE struct rc tiles_write(const char *cache, unsigned level, uint64_t at,
                               const struct hash *hashes, size_t count);
MUST_USE struct rc tiles_read(const char *cache, unsigned level, uint64_t at, size_t count,
                              struct hash *out);
/* A complete bundle's hashes: writes its tile and the levels above; *root is the tile's root. */
MUST_USE struct rc tiles_add(const char *cache, uint64_t number,
                             const struct hash hashes[static BUNDLE], struct hash *root);
MUST_USE struct rc tiles_node(void *cache, unsigned height, uint64_t index, struct hash *out);
/* The frontier of `size` leaves, a multiple of BUNDLE or any number whose tiles were flushed. */
MUST_USE struct rc tiles_frontier(const char *cache, uint64_t size, struct merkle_frontier *out);

/* ---- checkpoints on disk (seals.c) ---- */

struct seal {
    bool any;
    struct checkpoint last;
    struct hash hash; /* SM3 of its note: what the next one names */
    uint64_t torn;    /* bytes of a half-written note after it */
};

MUST_USE struct rc seals_path(const char *folder, uint64_t epoch, char out[static PATH_SIZE]);
/* The last whole checkpoint of the newest epoch that has one; its note is appended to `note`
 * unless NULL. Signatures are verified against the chain. */
MUST_USE struct rc seals_last(const char *folder, const struct chain *chain, struct seal *out,
                              struct buf *note);
MUST_USE struct rc note_hash(struct view whole, struct hash *out);

/* ---- private keys (keyfile.c) ---- */

MUST_USE struct rc keyfile_path(const char *keys, uint64_t epoch, char out[static PATH_SIZE]);
MUST_USE struct rc keyfile_write(const struct disk *disk, const char *path,
                                 const struct sm2_key *key);
MUST_USE struct rc keyfile_read(const char *path, struct sm2_key **out);
/* Overwrites, syncs, removes. FAULT_ABSENT when there is none. */
MUST_USE struct rc keyfile_erase(const struct disk *disk, const char *path);

/* ---- the writer ---- */

struct waiter;

struct ledger {
    struct ledger_options options;
    char *folder, *keys, *cache;
    struct disk disk;
    int lock_fd;
    pid_t owner;

    pthread_mutex_t mutex;
    pthread_cond_t idle; /* nobody leads any more: for the sealers */
    bool leading;        /* one thread at a time writes, seals or rotates */
    bool broken;         /* a sync failed */
    char reason[512];    /* why the last batch failed, or all is broken */
    struct waiter *head, *tail;
    unsigned sealers; /* threads that wait to seal or rotate */
    uint64_t durable; /* leaves */
    int64_t sealed_at, epoch_began;

    /* Only the leader touches what follows. */
    uint64_t size;               /* durable leaves */
    struct merkle_frontier base; /* of the complete bundles */
    struct hash partial[BUNDLE]; /* hashes of the last bundle's leaves */
    size_t flushed;              /* of these, in the cache */
    bool cache_bad;              /* writing it failed: it is left alone until the next open */
    int fd;                      /* of the last bundle; -1: to be made */
    uint64_t fd_size;
    struct chain chain;
    struct sm2_key *key;
    struct seal seal;
};

/* Becomes the one who writes; ledger_lead fails when the ledger is broken or belongs to a parent.
 */
MUST_USE struct rc ledger_lead(struct ledger *ledger);
void ledger_follow(struct ledger *ledger);
void ledger_break(struct ledger *ledger); /* keeps fault_text() as the reason */

/* Hashes of new durable leaves enter the tree and the cache. */
MUST_USE struct rc ledger_grow(struct ledger *ledger, const struct hash *hashes, size_t count);
MUST_USE struct rc ledger_root(const struct ledger *ledger, struct hash *out);
/* For the leader: signs and keeps a checkpoint. */
MUST_USE struct rc ledger_seal(struct ledger *ledger, int64_t now, unsigned next, struct buf *note);
MUST_USE struct rc ledger_recover(struct ledger *ledger, struct ledger_recovery *out);
void ledger_flush_tile(struct ledger *ledger); /* the last bundle's hashes so far, into the cache */
/* A new key in its file; a certificate at the end of FOLDER/epochs and of the chain. */
MUST_USE struct rc ledger_new_key(const struct disk *disk, const char *keys, uint64_t number,
                                  struct sm2_key **out);
MUST_USE struct rc ledger_certify(const struct disk *disk, const char *folder, struct chain *chain,
                                  const struct epoch *epoch, const struct sm2_key *signer);

/* ---- reading ---- */

struct ledger_reader {
    char *folder, *cache;
    bool distrust; /* the cache led to no proof: leaves only */
    struct chain chain;
    struct seal seal;
    uint64_t size;
    struct bundle bundle;
    bool loaded;
};

MUST_USE struct rc reader_bundle(struct ledger_reader *reader, uint64_t number);
MUST_USE struct rc reader_consistency(struct ledger_reader *reader, uint64_t old, uint64_t size,
                                      struct merkle_path *path);
bool path_take(struct view *rest, struct merkle_path *path);
/* A checkpoint signed by the key of its epoch; the first key's fingerprint unless NULL. */
MUST_USE struct rc chain_checkpoint(const struct chain *chain, const char *fingerprint,
                                    const struct note *note, struct checkpoint *out);
MUST_USE struct rc note_cosigned(const struct note *note, const char *name,
                                 const struct sm2_public *key, int64_t *time);
/* Stamps: each open request or each answer; one of them against its checkpoint. `base` lacks the
 * suffix. */
MUST_USE struct rc stamps_each(const char *folder, bool answered,
                               struct rc (*each)(void *context, const char *base), void *context);
MUST_USE struct rc stamp_check(const char *base, struct view response, struct view roots,
                               struct buf *note, int64_t *time, struct buf *signer);
MUST_USE struct rc stamp_response(const char *base, struct buf *out);

/* ---- verifying (finding.c, diagnose.c) ---- */

PRINTF(6, 7)
void finding_add(struct ledger_report *report, enum finding_kind kind, uint64_t first,
                 uint64_t last, int64_t time, const char *format, ...);
/* Names which leaves from `from` on are not those that gave the checkpoint's root, by hash tiles
 * that give it. */
void diagnose(const struct ledger_place *place, uint64_t from, const struct checkpoint *checkpoint,
              struct ledger_report *report);
/* The same without tiles: the range, or where leaves are missing. `stands` were there in a row,
 * `end` are sealed in all. */
void diagnose_blind(const struct ledger_place *place, uint64_t from, uint64_t stands, uint64_t end,
                    const struct checkpoint *checkpoint, struct ledger_report *report);

#endif
