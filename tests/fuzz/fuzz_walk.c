/* fuzz_walk: hostile items of a walk and of lstat. What is read is written and read the same. */
#include "sensor/bundle/bundle.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_walk(struct arena *arena, struct view rest)
{
    struct walk_record record, again;
    bool more = true;
    while (!failed(walk_decode(arena, &rest, &record, &more)) && more) {
        struct buf out = {0};
        walk_encode(&record, &out);
        struct view text = buf_view(&out);
        must(!failed(walk_decode(arena, &text, &again, &more)) && more);
        must(strcmp(record.path, again.path) == 0 && record.total == again.total);
        buf_free(&out);
    }
}

static void try_stat(struct arena *arena, struct view bytes)
{
    struct stat_fact fact, again;
    struct buf out = {0};
    if (failed(stat_decode(arena, bytes, &fact)))
        return;
    stat_encode(&fact, &out);
    must(!failed(stat_decode(arena, buf_view(&out), &again)));
    must(strcmp(fact.link, again.link) == 0 && fact.mtime == again.mtime);
    buf_free(&out);
}

static void try_escape(struct arena *arena, struct view bytes)
{
    struct buf once = {0}, twice = {0};
    bundle_escape(&once, bytes);
    must(once.len == 0 || (!memchr(once.ptr, '\n', once.len) && !memchr(once.ptr, '\0', once.len)));
    bundle_escape(&twice, view_of(bundle_unescape(arena, buf_view(&once))));
    must(memchr(bytes.ptr, '\0', bytes.len) || view_equal(buf_view(&once), buf_view(&twice)));
    buf_free(&once);
    buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view bytes = {size ? (const char *)data : "", size};
    struct arena *arena = arena_new();
    try_walk(arena, bytes);
    try_stat(arena, bytes);
    try_escape(arena, bytes);
    arena_free(arena);
    return 0;
}
