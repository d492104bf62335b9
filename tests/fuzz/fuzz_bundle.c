/*
 * fuzz_bundle: hostile bytes where a bundle is expected. The seal and the compression would keep a
 * fuzzer out, so each input is tried three times: as a sealed archive, as a tar stored in zstd and
 * sealed, and as the text of a manifest. A bundle that is taken must be written and read again.
 */
#include "sensor/bundle/parts.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_bundle(struct view bytes)
{
    struct bundle *bundle = NULL, *again = NULL;
    struct buf out = {0};
    if (!failed(bundle_decode(bytes, "fuzz", &bundle))) {
        must(!failed(bundle_encode(bundle, &out)));
        must(!failed(bundle_decode(buf_view(&out), "again", &again)));
        must(bundle_count(bundle) == bundle_count(again));
    }
    buf_free(&out);
    bundle_free(again);
    bundle_free(bundle);
}

static void try_sealed(struct view bytes)
{
    struct buf sealed = {0};
    buf_add_view(&sealed, bytes);
    must(!failed(seal_add(&sealed)));
    try_bundle(buf_view(&sealed));
    buf_free(&sealed);
}

/* A zstd frame of stored blocks (RFC 8878, 3.1.1): a window of 1 MiB, no checksum. */
static void try_tar(struct view tar)
{
    struct buf frame = {0};
    buf_add(&frame, "\x28\xb5\x2f\xfd\x00\x50", 6);
    do {
        size_t len = tar.len < 100000 ? tar.len : 100000;
        uint32_t head = (uint32_t)len << 3 | (len == tar.len);
        buf_add(&frame, (uint8_t[]){(uint8_t)head, (uint8_t)(head >> 8), (uint8_t)(head >> 16)}, 3);
        buf_add(&frame, tar.ptr, len);
        tar = view_from(tar, len);
    } while (tar.len);
    try_sealed(buf_view(&frame));
    buf_free(&frame);
}

static void try_manifest(struct view rest)
{
    struct bundle *bundle = bundle_new();
    struct arena *arena = arena_new();
    struct listed listed;
    bool more = !failed(manifest_read_head(bundle, arena, &rest));
    while (more && !failed(manifest_read_item(arena, &rest, &listed, &more)))
        if (more) {
            listed.item.bytes = VIEW("");
            rc_ignore(bundle_add(bundle, &listed.item)); /* twice the same name is refused */
        }
    bundle_free(bundle);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = {(const char *)data, size};
    try_bundle(bytes);
    try_sealed(bytes);
    try_tar(bytes);
    try_manifest(bytes);
    return 0;
}
