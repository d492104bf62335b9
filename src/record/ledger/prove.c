/*
 * prove: proofs as texts that need neither the ledger nor Merlon.
 *
 *   merlon ledger inclusion        merlon ledger consistency
 *   origin merlon/0123...          origin merlon/0123...
 *   index 17                       old 200
 *   size 200                       size 300
 *   BASE64 (a hash a line)         BASE64
 *                                  an empty line
 *   the checkpoint of that size
 *
 * Hash tiles are used where they stand; a proof that does not lead to the signed root is made again
 * from the leaves, and if it still does not, there is none.
 */
#include "record/ledger/parts.h"

#include <string.h>

#define INCLUSION   "merlon ledger inclusion"
#define CONSISTENCY "merlon ledger consistency"

/* ---- hashes of subtrees, from tiles or from leaves ---- */

static struct rc leaves_node(struct ledger_reader *reader, unsigned height, uint64_t index,
                             struct hash *out)
{
    uint64_t from = index << height, to = (index + 1) << height;
    struct merkle_frontier frontier = {0};
    while (from < to) {
        struct hash hashes[BUNDLE];
        size_t bad = 0, first = (size_t)(from % BUNDLE);
        size_t count = to - from < BUNDLE - first ? (size_t)(to - from) : BUNDLE - first;
        TRY(reader_bundle(reader, from / BUNDLE));
        TRY(bundle_hash(&reader->bundle, hashes, &bad));
        if (bad < first + count)
            return fault(FAULT_DATA, "ledger: leaf %llu is missing or was altered",
                         (unsigned long long)(from - first + bad));
        TRY(merkle_reduce(hashes + first, count)); /* count is a power of two, as to - from is */
        TRY(merkle_push(&frontier, (unsigned)__builtin_ctzll(count), &hashes[first]));
        from += count;
    }
    return merkle_root(&frontier, out);
}

static struct rc node_of(void *context, unsigned height, uint64_t index, struct hash *out)
{
    struct ledger_reader *reader = context;
    if (reader->cache && !reader->distrust &&
        !failed(tiles_node(reader->cache, height, index, out)))
        return RC_OK;
    return leaves_node(reader, height, index, out);
}

/* ---- making ---- */

static void path_write(const struct merkle_path *path, struct buf *out)
{
    for (size_t i = 0; i < path->count; i++) {
        hash_write(&path->hashes[i], out);
        buf_add_char(out, '\n');
    }
}

static struct rc inclusion(struct ledger_reader *reader, uint64_t index, struct merkle_path *path)
{
    struct merkle_source source = {node_of, reader};
    const struct checkpoint *last = &reader->seal.last;
    struct view leaf;
    struct hash hash;
    TRY(ledger_read(reader, index, &leaf));
    TRY(merkle_leaf(leaf, &hash));
    TRY(merkle_inclusion(&source, index, last->size, path));
    return merkle_prove_inclusion(path, index, last->size, &hash, &last->root);
}

struct rc ledger_prove(struct ledger_reader *reader, uint64_t index, struct buf *text)
{
    struct buf note = {0};
    struct merkle_path path;
    TRY(ledger_last_checkpoint(reader, &note));
    struct rc rc = RC_OK;
    if (index >= reader->seal.last.size)
        rc = fault(FAULT_USAGE, "ledger: leaf %llu is not sealed yet; %llu are",
                   (unsigned long long)index, (unsigned long long)reader->seal.last.size);
    if (!failed(rc)) {
        rc = inclusion(reader, index, &path);
        if (failed(rc) && !reader->distrust) {
            reader->distrust = true; /* the tiles may be what is wrong */
            rc = inclusion(reader, index, &path);
        }
    }
    if (!failed(rc)) {
        buf_printf(text, INCLUSION "\norigin %s\nindex %llu\nsize %llu\n",
                   ledger_reader_origin(reader), (unsigned long long)index,
                   (unsigned long long)reader->seal.last.size);
        path_write(&path, text);
        buf_add_char(text, '\n');
        buf_add_view(text, buf_view(&note));
    }
    buf_free(&note);
    return rc;
}

static struct rc consistency(struct ledger_reader *reader, uint64_t old, uint64_t size,
                             struct merkle_path *path)
{
    struct merkle_source source = {node_of, reader};
    struct hash old_root, root;
    TRY(merkle_consistency(&source, old, size, path));
    TRY(merkle_root_of(&source, old, &old_root));
    TRY(merkle_root_of(&source, size, &root));
    if (reader->seal.any && size == reader->seal.last.size &&
        memcmp(&root, &reader->seal.last.root, sizeof root) != 0)
        return fault(FAULT_DATA, "ledger: its leaves do not give the signed root");
    return merkle_prove_consistency(path, old, size, &old_root, &root);
}

struct rc reader_consistency(struct ledger_reader *reader, uint64_t old, uint64_t size,
                             struct merkle_path *path)
{
    if (old == 0 || old > size || size > reader->size)
        return fault(
            FAULT_USAGE, "ledger: no consistency of %llu with %llu: 0 < OLD <= NEW <= %llu",
            (unsigned long long)old, (unsigned long long)size, (unsigned long long)reader->size);
    struct rc rc = consistency(reader, old, size, path);
    if (failed(rc) && !reader->distrust) {
        reader->distrust = true;
        rc = consistency(reader, old, size, path);
    }
    return rc;
}

struct rc ledger_consistency(struct ledger_reader *reader, uint64_t old, uint64_t size,
                             struct buf *text)
{
    struct merkle_path path;
    TRY(reader_consistency(reader, old, size, &path));
    buf_printf(text, CONSISTENCY "\norigin %s\nold %llu\nsize %llu\n", ledger_reader_origin(reader),
               (unsigned long long)old, (unsigned long long)size);
    path_write(&path, text);
    return RC_OK;
}

/* ---- checking ---- */

/* Hash lines up to an empty line or the end. */
bool path_take(struct view *rest, struct merkle_path *path)
{
    struct view line;
    path->count = 0;
    while (view_line(rest, &line) && line.len) {
        if (path->count == MERKLE_PATH_MAX || !field_hash(line, &path->hashes[path->count]))
            return false;
        path->count++;
    }
    return true;
}

struct proof {
    struct view origin;
    uint64_t first, size; /* index or old */
    struct merkle_path path;
};

static struct rc proof_take(struct view *rest, const char *title, const char *first,
                            struct proof *out)
{
    struct view value;
    if (!field_take(rest, "", &value) || !view_is(value, title) ||
        !field_take(rest, "origin", &out->origin) || !field_take(rest, first, &value) ||
        !field_number(value, &out->first) || !field_take(rest, "size", &value) ||
        !field_number(value, &out->size) || !path_take(rest, &out->path))
        return fault(FAULT_DATA, "proof: this is no text of \"%s\"", title);
    return RC_OK;
}

struct rc chain_checkpoint(const struct chain *chain, const char *fingerprint,
                           const struct note *note, struct checkpoint *out)
{
    char first[SM3_HEX];
    struct checkpoint read;
    TRY(checkpoint_decode(note->text, &read));
    if (chain->count == 0 || read.epoch > chain->count)
        return fault(FAULT_DATA, "checkpoint: there is no certificate of its epoch %llu",
                     (unsigned long long)read.epoch);
    TRY(sm2_fingerprint(&chain->epochs[0].key, first));
    if (fingerprint && strcmp(first, fingerprint) != 0)
        return fault(FAULT_DATA, "the ledger's first key is not the one that was kept");
    const struct epoch *epoch = &chain->epochs[read.epoch - 1];
    if (strcmp(epoch->origin, read.origin) != 0)
        return fault(FAULT_DATA, "checkpoint: it is of another ledger (%s)", read.origin);
    TRY(note_verify(note, epoch->origin, &epoch->key));
    *out = read;
    return RC_OK;
}

static struct rc check_with(const struct proof *proof, struct view rest, struct view leaf,
                            const struct chain *chain, const char *fingerprint, int64_t *time)
{
    struct note note;
    struct checkpoint checkpoint;
    struct hash hash;
    TRY(note_take(&rest, &note));
    TRY(chain_checkpoint(chain, fingerprint, &note, &checkpoint));
    if (checkpoint.size != proof->size || !view_is(proof->origin, checkpoint.origin))
        return fault(FAULT_DATA, "proof: it is not for the checkpoint that follows it");
    TRY(merkle_leaf(leaf, &hash));
    TRY(merkle_prove_inclusion(&proof->path, proof->first, proof->size, &hash, &checkpoint.root));
    *time = checkpoint.time;
    return RC_OK;
}

struct rc ledger_proof_check(struct view text, struct view leaf, struct view certificates,
                             const char *fingerprint, uint64_t *index, int64_t *time)
{
    struct proof proof = {0};
    struct chain chain = {0};
    size_t used = 0;
    TRY(proof_take(&text, INCLUSION, "index", &proof));
    struct rc rc = chain_read(certificates, &chain, &used);
    if (!failed(rc))
        rc = check_with(&proof, text, leaf, &chain, fingerprint, time);
    chain_free(&chain);
    if (!failed(rc))
        *index = proof.first;
    return rc;
}

struct rc ledger_consistency_check(struct view text, const struct hash *old_root,
                                   const struct hash *root)
{
    struct proof proof = {0};
    TRY(proof_take(&text, CONSISTENCY, "old", &proof));
    return merkle_prove_consistency(&proof.path, proof.first, proof.size, old_root, root);
}
