/*
 * tiles: hashes of complete subtrees, 256 to a file.
 *
 *   CACHE/0/000/000/005   hashes of the leaves 1280 to 1535
 *   CACHE/1/000/000/000   the roots of the first 256 tiles of level 0; and so on upwards
 *
 * Written without syncing and trusted by nobody: an open or a verification compares their root with
 * the signed one before it uses them, and anything missing or wrong is built again from the leaves.
 */
#include "record/ledger/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LEVELS 5 /* 256^5 = 2^40 leaves, LEDGER_SIZE_MAX */

static struct rc tile_path(const char *cache, unsigned level, uint64_t number,
                           char out[static PATH_SIZE])
{
    return path_make(out, "%s/%u/%03u/%03u/%03u", cache, level, (unsigned)(number / 1000000),
                     (unsigned)(number / 1000 % 1000), (unsigned)(number % 1000));
}

static int tile_open(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* Folders of a cache need not be durable, so none is synced. */
static int skip_syncs(void *context, enum ledger_step step)
{
    (void)context, (void)step;
    return LEDGER_SKIP;
}

struct rc tiles_write(const char *cache, unsigned level, uint64_t at, const struct hash *hashes,
                      size_t count)
{
    static const struct disk unsynced = {skip_syncs, NULL};
    char path[PATH_SIZE];
    must(at % BUNDLE + count <= BUNDLE);
    TRY(tile_path(cache, level, at / BUNDLE, path));
    CLEANUP(sys_close_fdp) int fd = tile_open(path);
    if (fd < 0 && errno == ENOENT) {
        TRY(disk_make_folders(&unsynced, path));
        fd = tile_open(path);
    }
    if (fd < 0)
        return sys_fault(errno, path);
    struct view bytes = {(const char *)hashes, count * sizeof *hashes};
    return disk_write(NULL, LEDGER_WRITE, fd, at % BUNDLE * sizeof *hashes, bytes, path);
}

struct rc tiles_read(const char *cache, unsigned level, uint64_t at, size_t count, struct hash *out)
{
    char path[PATH_SIZE];
    must(at % BUNDLE + count <= BUNDLE);
    TRY(tile_path(cache, level, at / BUNDLE, path));
    CLEANUP(sys_close_fdp) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        return sys_fault(errno, path);
    ssize_t got = pread(fd, out, count * sizeof *out, (off_t)(at % BUNDLE * sizeof *out));
    if (got < 0)
        return sys_fault(errno, path);
    if ((size_t)got != count * sizeof *out)
        return fault(FAULT_ABSENT, "%.900s: a hash tile ends too early", path);
    return RC_OK;
}

struct rc tiles_add(const char *cache, uint64_t number, const struct hash hashes[static BUNDLE],
                    struct hash *root)
{
    struct hash tile[BUNDLE], top;
    TRY(tiles_write(cache, 0, number * BUNDLE, hashes, BUNDLE));
    memcpy(tile, hashes, sizeof tile);
    TRY(merkle_reduce(tile, BUNDLE));
    top = tile[0];
    *root = top;
    for (unsigned level = 1; level < LEVELS; level++) {
        TRY(tiles_write(cache, level, number, &top, 1));
        if (number % BUNDLE != BUNDLE - 1)
            return RC_OK;
        TRY(tiles_read(cache, level, number - number % BUNDLE, BUNDLE, tile));
        TRY(merkle_reduce(tile, BUNDLE));
        top = tile[0];
        number /= BUNDLE;
    }
    return RC_OK;
}

struct rc tiles_node(void *cache, unsigned height, uint64_t index, struct hash *out)
{
    struct hash part[BUNDLE];
    unsigned level = height / 8 < LEVELS ? height / 8 : LEVELS - 1;
    unsigned within = height - 8 * level;
    if (!cache || within > 8)
        return fault(FAULT_ABSENT, "no hash tiles");
    size_t count = (size_t)1 << within;
    TRY(tiles_read(cache, level, index << within, count, part));
    TRY(merkle_reduce(part, count));
    *out = part[0];
    return RC_OK;
}

struct rc tiles_frontier(const char *cache, uint64_t size, struct merkle_frontier *out)
{
    struct merkle_frontier frontier = {.size = size};
    for (unsigned height = 0; height < 64; height++) {
        if (!(size >> height & 1))
            continue;
        /* The subtree of this bit begins where all larger ones end. */
        uint64_t start = height < 63 ? size >> (height + 1) << (height + 1) : 0;
        TRY(tiles_node((void *)(uintptr_t)cache, height, start >> height, &frontier.peaks[height]));
    }
    *out = frontier;
    return RC_OK;
}
