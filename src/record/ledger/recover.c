/*
 * recover: what opening finds. The last checkpoint says what must be there; behind it, leaves that
 * were appended since; behind those, perhaps, the torn end of a write that nobody was told of.
 *
 *   bundles   [ sealed ........ | since then ... | torn ]
 *             root must be        hashed again     cut off, kept under FOLDER/torn
 *             the signed one
 *
 * Anything else is damage: the ledger is not opened, so that nothing is sealed on top of it.
 */
#include "record/ledger/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define CERTIFICATES_MAX ((size_t)512 << 20)

static struct rc cut_file(const char *path, uint64_t size)
{
    CLEANUP(sys_close_fdp) int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0 || fsync(fd) != 0)
        return sys_fault(errno, path);
    return RC_OK;
}

/* ---- certificates and keys ---- */

struct rc chain_load(const char *folder, struct chain *chain, uint64_t *torn)
{
    char path[PATH_SIZE];
    struct buf bytes = {0};
    size_t used = 0;
    TRY(path_make(path, "%s/epochs", folder));
    struct rc rc = sys_read_file(path, CERTIFICATES_MAX, &bytes);
    if (!failed(rc)) {
        rc = chain_read(buf_view(&bytes), chain, &used);
        *torn = bytes.len - used;
        if (rc.kind == FAULT_LIMIT && chain->count && chain->count < EPOCHS_MAX)
            rc = RC_OK;
        if (!failed(rc) && chain->count == 0)
            rc = fault(FAULT_DATA, "%.900s: it holds no certificate", path);
    }
    buf_free(&bytes);
    return rc;
}

static struct rc recover_chain(struct ledger *ledger, struct ledger_recovery *out)
{
    char path[PATH_SIZE];
    uint64_t torn = 0, size = 0;
    TRY(path_make(path, "%s/epochs", ledger->folder));
    TRY(chain_load(ledger->folder, &ledger->chain, &torn));
    if (torn) {
        TRY(disk_size(path, &size));
        TRY(cut_file(path, size - torn));
        out->torn_seal += torn;
    }
    return RC_OK;
}

/* Erases the key of `epoch` where a rotation was interrupted; *found says whether it stood. */
static struct rc erase_left(struct ledger *ledger, uint64_t epoch, bool *found)
{
    char path[PATH_SIZE];
    TRY(keyfile_path(ledger->keys, epoch, path));
    struct rc rc = keyfile_erase(&ledger->disk, path);
    *found = !failed(rc);
    return rc.kind == FAULT_ABSENT ? RC_OK : rc;
}

static struct rc recover_key(struct ledger *ledger, struct ledger_recovery *out)
{
    const struct epoch *current = &ledger->chain.epochs[ledger->chain.count - 1];
    char path[PATH_SIZE];
    TRY(keyfile_path(ledger->keys, current->number, path));
    TRY(fault_within(keyfile_read(path, &ledger->key), "ledger: the key of epoch %llu",
                     (unsigned long long)current->number));
    if (memcmp(sm2_public_of(ledger->key), &current->key, sizeof current->key) != 0)
        return fault(FAULT_DATA, "%.900s: not the key that the ledger's epoch %llu was given", path,
                     (unsigned long long)current->number);
    TRY(erase_left(ledger, current->number + 1, &out->dropped_new_key));
    if (current->number > 1)
        TRY(erase_left(ledger, current->number - 1, &out->erased_late));
    return RC_OK;
}

static struct rc recover_seal(struct ledger *ledger, struct ledger_recovery *out)
{
    const struct epoch *current = &ledger->chain.epochs[ledger->chain.count - 1];
    char path[PATH_SIZE];
    uint64_t size = 0;
    TRY(seals_last(ledger->folder, &ledger->chain, &ledger->seal, NULL));
    if (ledger->seal.torn) {
        TRY(seals_path(ledger->folder, current->number, path));
        TRY(disk_size(path, &size));
        TRY(cut_file(path, size - ledger->seal.torn));
        out->torn_seal += ledger->seal.torn;
        ledger->seal.torn = 0;
    }
    uint64_t sealed = ledger->seal.any ? ledger->seal.last.size : 0;
    if (sealed < current->size)
        return fault(FAULT_DATA,
                     "ledger: checkpoints were cut off: epoch %llu began with %llu "
                     "leaves, the last checkpoint says %llu",
                     (unsigned long long)current->number, (unsigned long long)current->size,
                     (unsigned long long)sealed);
    ledger->sealed_at = ledger->seal.any ? ledger->seal.last.time : 0;
    ledger->epoch_began = current->time;
    return RC_OK;
}

/* ---- leaves ---- */

static struct rc damaged(uint64_t index, const char *what)
{
    return fault(FAULT_DATA, "ledger: damaged at leaf %llu: %s; `merlon ledger verify` tells more",
                 (unsigned long long)index, what);
}

/* The bytes that are cut off may matter to somebody: they are kept aside. */
static struct rc keep_torn(struct ledger *ledger, uint64_t index, struct view bytes)
{
    char path[PATH_SIZE];
    TRY(path_make(path, "%s/torn/%llu", ledger->folder, (unsigned long long)index));
    bool clean;
    return disk_append(&ledger->disk, path, bytes, &clean);
}

/* Cuts bundle `number` after `count` leaves; with none at all it is removed. */
static struct rc cut_bundle(struct ledger *ledger, const struct bundle *bundle, size_t count,
                            struct ledger_recovery *out)
{
    char path[PATH_SIZE], next[PATH_SIZE];
    uint64_t index = bundle->number * BUNDLE + count, size = 0;
    uint64_t sealed = ledger->seal.any ? ledger->seal.last.size : 0;
    TRY(bundle_path(ledger->folder, bundle->number, path));
    TRY(bundle_path(ledger->folder, bundle->number + 1, next));
    if (index < sealed)
        return damaged(index, "it is sealed and not whole");
    if (access(next, F_OK) == 0)
        return damaged(index, "it is not whole, and others follow it");
    size_t good = bundle->headless ? 0 : bundle->good;
    if (count < bundle->count)
        good = (size_t)(bundle->inputs[count].ptr - bundle->bytes.ptr) - (FRAME_HEAD - 1);
    TRY(disk_size(path, &size));
    if (size > good)
        TRY(keep_torn(ledger, index, view_from(buf_view(&bundle->bytes), good)));
    out->torn_index = index;
    out->torn_bytes = size - good;
    if (bundle->headless && unlink(path) != 0)
        return sys_fault(errno, path);
    return bundle->headless ? RC_OK : cut_file(path, good);
}

static struct rc check_root(const struct ledger *ledger)
{
    struct hash root;
    TRY(ledger_root(ledger, &root));
    if (ledger->seal.any && memcmp(&root, &ledger->seal.last.root, sizeof root) != 0)
        return fault(FAULT_DATA,
                     "ledger: its leaves do not give the root of its last checkpoint "
                     "(%llu leaves); `merlon ledger verify` tells more",
                     (unsigned long long)ledger->seal.last.size);
    return RC_OK;
}

/* Lets a bundle's leaves into the tree; where it passes the checkpoint's size, the roots must
 * agree. */
static struct rc take_leaves(struct ledger *ledger, const struct hash *hashes, size_t count)
{
    uint64_t sealed = ledger->seal.any ? ledger->seal.last.size : 0;
    size_t before = 0;
    if (sealed > ledger->size && sealed - ledger->size <= count) {
        before = (size_t)(sealed - ledger->size);
        TRY(ledger_grow(ledger, hashes, before));
        TRY(check_root(ledger));
    }
    return ledger_grow(ledger, hashes + before, count - before);
}

/* One bundle; *more says whether the next may follow. */
static struct rc recover_bundle(struct ledger *ledger, struct bundle *bundle,
                                struct ledger_recovery *out, bool *more)
{
    struct hash hashes[BUNDLE];
    uint64_t number = ledger->size / BUNDLE;
    size_t bad = 0;
    *more = false;
    struct rc rc = bundle_read(ledger->folder, number, bundle);
    if (rc.kind == FAULT_ABSENT)
        return RC_OK;
    TRY(rc);
    if (!bundle->headless && bundle->first != number * BUNDLE)
        return damaged(number * BUNDLE, "another bundle stands in its place");
    TRY(bundle_hash(bundle, hashes, &bad));
    if (bundle->headless || bad < bundle->count || bundle->good < bundle->bytes.len)
        TRY(cut_bundle(ledger, bundle, bad, out));
    else
        *more = bundle->count == BUNDLE;
    return take_leaves(ledger, hashes, bad);
}

/* From the bundle where `ledger->size` stands to the end. */
static struct rc recover_bundles(struct ledger *ledger, struct ledger_recovery *out)
{
    struct bundle bundle = {0};
    bool more = true;
    struct rc rc = RC_OK;
    while (more && !failed(rc))
        rc = recover_bundle(ledger, &bundle, out, &more);
    bundle_free(&bundle);
    TRY(rc);
    uint64_t sealed = ledger->seal.any ? ledger->seal.last.size : 0;
    if (ledger->size < sealed)
        return fault(FAULT_DATA,
                     "ledger: truncated: %llu leaves stand, its last checkpoint says "
                     "%llu",
                     (unsigned long long)ledger->size, (unsigned long long)sealed);
    return RC_OK;
}

static void start_at(struct ledger *ledger, const struct merkle_frontier *frontier)
{
    ledger->base = *frontier;
    ledger->size = frontier->size;
    ledger->flushed = 0;
    ledger->cache_bad = ledger->cache == NULL;
}

static struct rc recover_leaves(struct ledger *ledger, struct ledger_recovery *out)
{
    struct merkle_frontier frontier = {0};
    uint64_t sealed = ledger->seal.any ? ledger->seal.last.size : 0;
    if (ledger->cache && sealed >= BUNDLE &&
        !failed(tiles_frontier(ledger->cache, sealed / BUNDLE * BUNDLE, &frontier))) {
        struct ledger_recovery attempt = *out;
        start_at(ledger, &frontier);
        if ((sealed % BUNDLE || !failed(check_root(ledger))) &&
            !failed(recover_bundles(ledger, &attempt))) {
            *out = attempt;
            return RC_OK;
        }
        out->torn_index = attempt.torn_index; /* cut already: the second time finds nothing torn */
        out->torn_bytes = attempt.torn_bytes;
    }
    /* No tiles, or they disagree: everything is hashed again, and the tiles are made anew. */
    frontier = (struct merkle_frontier){0};
    start_at(ledger, &frontier);
    TRY(recover_bundles(ledger, out));
    out->cache_rebuilt = sealed >= BUNDLE;
    return RC_OK;
}

/* The last bundle, where it can grow. */
static struct rc open_last(struct ledger *ledger)
{
    char path[PATH_SIZE];
    ledger->fd = -1;
    if (ledger->size % BUNDLE == 0)
        return RC_OK;
    TRY(bundle_path(ledger->folder, ledger->size / BUNDLE, path));
    TRY(disk_size(path, &ledger->fd_size));
    ledger->fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (ledger->fd < 0)
        return sys_fault(errno, path);
    /* Leaves after the last checkpoint may stand in the page cache only: a process that was killed
     * between its write and its sync. They count from now on, so they become durable now. */
    return disk_sync(&ledger->disk, LEDGER_SYNC, ledger->fd, path);
}

struct rc ledger_recover(struct ledger *ledger, struct ledger_recovery *out)
{
    struct ledger_recovery found = {0};
    TRY(recover_chain(ledger, &found));
    TRY(recover_key(ledger, &found));
    TRY(recover_seal(ledger, &found));
    TRY(recover_leaves(ledger, &found));
    TRY(open_last(ledger));
    ledger->durable = ledger->size;
    found.size = ledger->size;
    found.unsealed = ledger->size - (ledger->seal.any ? ledger->seal.last.size : 0);
    *out = found;
    return RC_OK;
}
