/*
 * archive: tar + zstd through libarchive, written and read strictly.
 *
 * Written: plain files, mode 0600, owner 0, no times: the same entries give the same bytes.
 * Read: the caller names each entry it expects; anything else in its place (another name, a link, a
 * device, a sparse file, the end) is refused. Bytes are counted as they are inflated, and a size
 * that an entry declares is only believed when it is small enough.
 */
#include "sensor/bundle/parts.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define ZSTD_LEVEL "6"

/* ---- writing ---------------------------------------------------------------------------- */

struct packer {
    struct archive *archive;
    struct buf *out;
};

static la_ssize_t take(struct archive *archive, void *context, const void *bytes, size_t len)
{
    (void)archive;
    const struct packer *packer = context;
    buf_add(packer->out, bytes, len);
    return (la_ssize_t)len;
}

static struct rc packing_failed(const struct packer *packer)
{
    const char *why = archive_error_string(packer->archive);
    return fault(FAULT_IO, "packing a bundle: %s", why ? why : "libarchive failed");
}

/* Compressed bytes go out as they come, without padding at the end. */
static bool set_up(struct packer *packer)
{
    struct archive *a = packer->archive;
    return archive_write_set_format_pax_restricted(a) == ARCHIVE_OK &&
           archive_write_add_filter_zstd(a) == ARCHIVE_OK &&
           archive_write_set_filter_option(a, "zstd", "compression-level", ZSTD_LEVEL) ==
               ARCHIVE_OK &&
           archive_write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK &&
           archive_write_open(a, packer, NULL, take, NULL) == ARCHIVE_OK;
}

struct rc packer_new(struct buf *out, struct packer **packer)
{
    struct packer *fresh = mem_new(sizeof *fresh);
    fresh->out = out;
    fresh->archive = archive_write_new();
    if (!fresh->archive)
        panic("out of memory");
    if (!set_up(fresh)) {
        struct rc rc = packing_failed(fresh);
        packer_free(fresh);
        return rc;
    }
    *packer = fresh;
    return RC_OK;
}

struct rc packer_add(struct packer *packer, const char *name, struct view bytes)
{
    struct archive_entry *entry = archive_entry_new();
    if (!entry)
        panic("out of memory");
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (la_int64_t)bytes.len);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_mtime(entry, 0, 0);
    bool good = archive_write_header(packer->archive, entry) == ARCHIVE_OK;
    archive_entry_free(entry);
    good = good && (bytes.len == 0 || archive_write_data(packer->archive, bytes.ptr, bytes.len) ==
                                          (la_ssize_t)bytes.len);
    return good ? RC_OK : packing_failed(packer);
}

struct rc packer_end(struct packer *packer)
{
    return archive_write_close(packer->archive) == ARCHIVE_OK ? RC_OK : packing_failed(packer);
}

void packer_free(struct packer *packer)
{
    if (!packer)
        return;
    archive_write_free(packer->archive);
    mem_free(packer);
}

/* ---- reading ---------------------------------------------------------------------------- */

struct unpacker {
    struct archive *archive;
    size_t left; /* bytes that may still be inflated */
};

static struct rc damaged(const struct unpacker *unpacker, const char *name)
{
    const char *why = archive_error_string(unpacker->archive);
    return fault(FAULT_TARGET, "damaged at %s (%s); copy or collect it again", name,
                 why ? why : "not readable");
}

struct rc unpacker_new(struct view bytes, struct unpacker **unpacker)
{
    struct unpacker *fresh = mem_new(sizeof *fresh);
    fresh->left = BUNDLE_SIZE_MAX;
    fresh->archive = archive_read_new();
    if (!fresh->archive)
        panic("out of memory");
    struct archive *a = fresh->archive;
    if (archive_read_support_filter_zstd(a) != ARCHIVE_OK ||
        archive_read_support_format_tar(a) != ARCHIVE_OK ||
        archive_read_open_memory(a, bytes.ptr, bytes.len) != ARCHIVE_OK) {
        struct rc rc = damaged(fresh, "its start");
        unpacker_free(fresh);
        return rc;
    }
    *unpacker = fresh;
    return RC_OK;
}

/* Only a plain file of the expected name, with a size, will do. */
static struct rc check_entry(const struct unpacker *unpacker, struct archive_entry *entry,
                             const char *name)
{
    const char *found = archive_entry_pathname(entry);
    if (!found || strcmp(found, name) != 0)
        return fault(FAULT_TARGET, "its parts are not in order: %s is missing; collect it again",
                     name);
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) ||
        archive_entry_symlink(entry) || archive_entry_sparse_count(entry) > 0)
        return fault(FAULT_TARGET, "%s in it is no plain file; collect it again", name);
    la_int64_t size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : -1;
    if (size < 0 || (uint64_t)size > unpacker->left)
        return fault(FAULT_TARGET, "larger than %zu MiB when unpacked, which no bundle is",
                     BUNDLE_SIZE_MAX >> 20);
    return RC_OK;
}

static struct rc read_bytes(struct unpacker *unpacker, const char *name, size_t size,
                            struct buf *out)
{
    char chunk[65536];
    for (;;) {
        la_ssize_t got = archive_read_data(unpacker->archive, chunk, sizeof chunk);
        if (got < 0 || (size_t)got > size - out->len)
            return damaged(unpacker, name);
        if (got == 0)
            break;
        unpacker->left -= (size_t)got;
        buf_add(out, chunk, (size_t)got);
    }
    return out->len == size ? RC_OK : damaged(unpacker, name);
}

struct rc unpacker_next(struct unpacker *unpacker, const char *name, struct buf *out)
{
    struct archive_entry *entry = NULL;
    out->len = 0;
    int got = archive_read_next_header(unpacker->archive, &entry);
    if (got == ARCHIVE_EOF)
        return fault(FAULT_TARGET, "%s is missing: the bundle is not whole; collect it again",
                     name);
    if (got != ARCHIVE_OK)
        return damaged(unpacker, name);
    TRY(check_entry(unpacker, entry, name));
    return read_bytes(unpacker, name, (size_t)archive_entry_size(entry), out);
}

struct rc unpacker_end(struct unpacker *unpacker)
{
    struct archive_entry *entry = NULL;
    int got = archive_read_next_header(unpacker->archive, &entry);
    if (got == ARCHIVE_EOF)
        return RC_OK;
    if (got != ARCHIVE_OK)
        return damaged(unpacker, "its end");
    return fault(FAULT_TARGET, "it holds more than its manifest lists; collect it again");
}

void unpacker_free(struct unpacker *unpacker)
{
    if (!unpacker)
        return;
    archive_read_free(unpacker->archive);
    mem_free(unpacker);
}
