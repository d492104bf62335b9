/*
 * file: a whole bundle to bytes and back.
 *
 *   encode   manifest, contents (each once, in the order of the items), manifest's digest, seal
 *   decode   the same in the same order; the manifest says which part comes next
 *
 * Decoding fills a new bundle that the caller sees only when everything held.
 */
#include "foundation/sys/sys.h"
#include "sensor/bundle/parts.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME_SIZE (sizeof "items/" + 2 * SM3_SIZE)

static void content_name(const char *sm3, char out[static NAME_SIZE])
{
    snprintf(out, NAME_SIZE, "items/%s", sm3);
}

/* ---- encode ----------------------------------------------------------------------------- */

static struct rc pack_contents(struct packer *packer, struct bundle *bundle, struct index *seen)
{
    for (size_t i = 0; i < bundle_count(bundle); i++) {
        const struct item *item = bundle_at(bundle, i);
        uint32_t number;
        if (!item_has_bytes(item->status))
            continue;
        const char *sm3 = bundle_sm3(bundle, item);
        if (index_find(seen, 0, sm3, &number))
            continue;
        char name[NAME_SIZE];
        content_name(sm3, name);
        TRY(packer_add(packer, name, item->bytes));
        index_put(seen, 0, sm3, item->number);
    }
    return RC_OK;
}

static struct rc pack(struct packer *packer, struct bundle *bundle)
{
    struct buf manifest CLEANUP(buf_free) = {0};
    struct index seen CLEANUP(index_free) = {0};
    char hex[SM3_HEX + 1];
    manifest_write(bundle, &manifest);
    TRY(packer_add(packer, "manifest.json", buf_view(&manifest)));
    TRY(pack_contents(packer, bundle, &seen));
    TRY(sm3_hex(buf_view(&manifest), hex));
    hex[SM3_HEX - 1] = '\n';
    TRY(packer_add(packer, "manifest.sm3", (struct view){hex, SM3_HEX}));
    return packer_end(packer);
}

struct rc bundle_digest(struct bundle *bundle, char out[static SM3_HEX])
{
    struct buf manifest CLEANUP(buf_free) = {0};
    manifest_write(bundle, &manifest);
    return sm3_hex(buf_view(&manifest), out);
}

struct rc bundle_encode(struct bundle *bundle, struct buf *out)
{
    struct buf bytes CLEANUP(buf_free) = {0};
    struct packer *packer = NULL;
    TRY(packer_new(&bytes, &packer));
    struct rc rc = pack(packer, bundle);
    packer_free(packer);
    TRY(rc);
    TRY(seal_add(&bytes));
    buf_add_view(out, buf_view(&bytes));
    return RC_OK;
}

/* A bundle tells much of its target: a new file is its owner's alone. */
struct rc bundle_save(struct bundle *bundle, const char *path)
{
    struct buf bytes CLEANUP(buf_free) = {0};
    TRY(bundle_encode(bundle, &bytes));
    if (strcmp(path, "-") == 0)
        return sys_write_fd(STDOUT_FILENO, "standard output", buf_view(&bytes));
    return sys_write_file(path, buf_view(&bytes), 0600);
}

/* ---- decode ----------------------------------------------------------------------------- */

struct loading {
    struct bundle *bundle;
    struct unpacker *unpacker;
    struct arena *arena; /* texts of one item at a time are small: freed with the rest */
    struct buf manifest, content;
    struct index seen; /* digest -> the first item that has it */
};

/* The bytes of an item: those of an earlier one with the same digest, or the archive's next part,
 * which must have the digest it is named after. */
static struct rc load_bytes(struct loading *l, struct listed *listed)
{
    uint32_t number;
    if (index_find(&l->seen, 0, listed->sm3, &number)) {
        listed->item.bytes = bundle_at(l->bundle, number)->bytes;
    } else {
        char name[NAME_SIZE], hex[SM3_HEX];
        content_name(listed->sm3, name);
        TRY(unpacker_next(l->unpacker, name, &l->content));
        TRY(sm3_hex(buf_view(&l->content), hex));
        if (strcmp(hex, listed->sm3) != 0)
            return fault(FAULT_TARGET,
                         "%s does not have the digest it is named after; collect it "
                         "again",
                         name);
        listed->item.bytes = buf_view(&l->content);
    }
    if (listed->item.bytes.len != listed->size)
        return fault(FAULT_TARGET, "manifest.json: the size of %s is wrong; collect it again",
                     listed->item.name);
    return RC_OK;
}

static struct rc load_item(struct loading *l, struct listed *listed)
{
    bool bytes = item_has_bytes(listed->item.status);
    if (bytes)
        TRY(load_bytes(l, listed));
    TRY(bundle_add(l->bundle, &listed->item));
    if (!bytes)
        return RC_OK;
    const struct item *added = bundle_at(l->bundle, bundle_count(l->bundle) - 1);
    bundle_know_sm3(l->bundle, added->number, listed->sm3);
    const char *sm3 = bundle_sm3(l->bundle, added);
    uint32_t number;
    if (!index_find(&l->seen, 0, sm3, &number))
        index_put(&l->seen, 0, sm3, added->number);
    return RC_OK;
}

static struct rc check_manifest(struct loading *l)
{
    char hex[SM3_HEX];
    TRY(sm3_hex(buf_view(&l->manifest), hex));
    TRY(unpacker_next(l->unpacker, "manifest.sm3", &l->content));
    struct view digest = buf_view(&l->content);
    if (!view_starts(digest, hex) || !view_is(view_from(digest, SM3_HEX - 1), "\n"))
        return fault(FAULT_TARGET, "manifest.sm3 is not the digest of manifest.json; collect it "
                                   "again");
    return unpacker_end(l->unpacker);
}

static struct rc load(struct loading *l)
{
    TRY(unpacker_next(l->unpacker, "manifest.json", &l->manifest));
    struct view rest = buf_view(&l->manifest);
    TRY(manifest_read_head(l->bundle, l->arena, &rest));
    for (;;) {
        struct listed listed;
        bool more;
        TRY(manifest_read_item(l->arena, &rest, &listed, &more));
        if (!more)
            break;
        TRY(load_item(l, &listed));
    }
    return check_manifest(l);
}

static struct rc load_sealed(struct loading *l, struct view bytes)
{
    TRY(seal_check(&bytes));
    TRY(unpacker_new(bytes, &l->unpacker));
    return load(l);
}

struct rc bundle_decode(struct view bytes, const char *origin, struct bundle **out)
{
    struct loading l = {.bundle = bundle_new(), .arena = arena_new()};
    struct rc rc = load_sealed(&l, bytes);
    unpacker_free(l.unpacker);
    arena_free(l.arena);
    buf_free(&l.manifest);
    buf_free(&l.content);
    index_free(&l.seen);
    if (failed(rc)) {
        bundle_free(l.bundle);
        /* Whatever was wrong, it means that this target cannot be used. */
        return fault(FAULT_TARGET, "%s: %s", origin, fault_text());
    }
    *out = l.bundle;
    return RC_OK;
}

struct rc bundle_load(const char *path, struct bundle **out)
{
    struct buf bytes CLEANUP(buf_free) = {0};
    if (failed(sys_read_file(path, BUNDLE_SIZE_MAX, &bytes)))
        return fault(FAULT_TARGET, "%s", fault_text());
    return bundle_decode(buf_view(&bytes), path, out);
}
