/*
 * Bundles with a right seal and wrong insides, as somebody who knows the format would make them.
 * They are packed here from parts; every one must be refused with its own sentence.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sensor/bundle/parts.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ABC "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
#define HEAD                                                                                       \
    "{\"format\":\"merlon-bundle\",\"version\":1,\"target\":{\"kind\":\"root\",\"name\":\"/mnt\"," \
    "\"running\":false,\"collected_at\":5,\"tool\":\"t\"},\"items\":[\n"
#define ITEM(name)                                                                                 \
    "{\"kind\":\"file\",\"name\":\"" name "\",\"status\":\"ok\",\"size\":3,\"sm3\":\"" ABC "\"}"
#define DENIED(name) "{\"kind\":\"file\",\"name\":\"" name "\",\"status\":\"denied\"}"
#define TAIL         "]}\n"

/* One entry of the archive; type 0 is a plain file. */
struct part {
    const char *name, *bytes;
    unsigned type;
    const char *link;
    bool hard;
};

static la_ssize_t take(struct archive *archive, void *context, const void *bytes, size_t len)
{
    (void)archive;
    buf_add(context, bytes, len);
    return (la_ssize_t)len;
}

static void pack_part(struct archive *archive, const struct part *part)
{
    struct archive_entry *entry = archive_entry_new();
    size_t len = part->bytes ? strlen(part->bytes) : 0;
    archive_entry_set_pathname(entry, part->name);
    archive_entry_set_filetype(entry, part->type ? part->type : AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, (la_int64_t)len);
    if (part->link && part->hard)
        archive_entry_set_hardlink(entry, part->link);
    else if (part->link)
        archive_entry_set_symlink(entry, part->link);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    if (len)
        assert_int_equal(archive_write_data(archive, part->bytes, len), len);
    archive_entry_free(entry);
}

static struct buf packed(const struct part *parts, size_t count)
{
    struct buf bytes = {0};
    struct archive *archive = archive_write_new();
    archive_write_set_format_pax_restricted(archive);
    archive_write_add_filter_zstd(archive);
    archive_write_set_bytes_in_last_block(archive, 1);
    assert_int_equal(archive_write_open(archive, &bytes, NULL, take, NULL), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++)
        pack_part(archive, &parts[i]);
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    assert_false(failed(seal_add(&bytes)));
    return bytes;
}

static struct rc decode_parts(const struct part *parts, size_t count)
{
    struct buf bytes = packed(parts, count);
    struct bundle *bundle = NULL;
    struct rc rc = bundle_decode(buf_view(&bytes), "h", &bundle);
    assert_true(failed(rc) == (bundle == NULL));
    bundle_free(bundle);
    buf_free(&bytes);
    return rc;
}

static void assert_parts(const struct part *parts, size_t count, const char *sentence)
{
    struct rc rc = decode_parts(parts, count);
    if (rc.kind != FAULT_TARGET || !strstr(fault_text(), sentence))
        fail_msg("wanted '%s', got %d '%s'", sentence, (int)rc.kind, fault_text());
}

static char *digest_of(struct arena *arena, const char *manifest)
{
    char hex[SM3_HEX];
    assert_false(failed(sm3_hex(view_of(manifest), hex)));
    return arena_printf(arena, "%s\n", hex);
}

/* A manifest with the right digest, and the content "abc". */
static struct rc decode_manifest(const char *manifest)
{
    struct arena *arena = arena_new();
    struct part parts[] = {{.name = "manifest.json", .bytes = manifest},
                           {.name = "items/" ABC, .bytes = "abc"},
                           {.name = "manifest.sm3", .bytes = digest_of(arena, manifest)}};
    struct rc rc = decode_parts(parts, COUNT_OF(parts));
    arena_free(arena);
    return rc;
}

static void assert_manifest(const char *manifest, const char *sentence)
{
    struct rc rc = decode_manifest(manifest);
    if (rc.kind != FAULT_TARGET || !strstr(fault_text(), sentence))
        fail_msg("wanted '%s', got %d '%s' for %.200s", sentence, (int)rc.kind, fault_text(),
                 manifest);
}

#define GOOD HEAD ITEM("/a") "\n" TAIL

static void test_the_right_one_is_taken(void **state)
{
    (void)state;
    if (failed(decode_manifest(GOOD)))
        fail_msg("%s", fault_text());
    if (failed(decode_manifest(HEAD ITEM("/a") ",\n" ITEM("/b") ",\n" DENIED("/c") "\n" TAIL)))
        fail_msg("%s", fault_text());
}

static void test_parts_out_of_place(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    char *sm3 = digest_of(arena, GOOD);
    struct part m = {.name = "manifest.json", .bytes = GOOD};
    struct part c = {.name = "items/" ABC, .bytes = "abc"};
    struct part s = {.name = "manifest.sm3", .bytes = sm3};
    struct part x = {.name = "items/x", .bytes = "abc"};
    assert_parts((struct part[]){m, c, s, x}, 4, "more than its manifest lists");
    assert_parts((struct part[]){m, c, s, s}, 4, "more than its manifest lists");
    assert_parts((struct part[]){m, c, c, s}, 4, "manifest.sm3 is missing");
    assert_parts((struct part[]){m, x, c, s}, 4, "not in order");
    assert_parts((struct part[]){c, m, s}, 3, "manifest.json is missing");
    assert_parts((struct part[]){m, s, c}, 3, "items/" ABC " is missing");
    assert_parts((struct part[]){m, c}, 2, "manifest.sm3 is missing");
    assert_parts((struct part[]){m}, 1, "items/" ABC " is missing");
    assert_parts(NULL, 0, "manifest.json");
    arena_free(arena);
}

static void test_wrong_contents(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct part m = {.name = "manifest.json", .bytes = GOOD};
    struct part c = {.name = "items/" ABC, .bytes = "abc"};
    struct part s = {.name = "manifest.sm3", .bytes = digest_of(arena, GOOD)};
    struct part other = {.name = "items/" ABC, .bytes = "abd"};
    struct part longer = {.name = "items/" ABC, .bytes = "abcd"};
    struct part wrong = {.name = "manifest.sm3", .bytes = digest_of(arena, "else")};
    struct part none = {.name = "manifest.sm3", .bytes = ""};
    assert_parts((struct part[]){m, other, s}, 3, "does not have the digest");
    assert_parts((struct part[]){m, longer, s}, 3, "does not have the digest");
    assert_parts((struct part[]){m, c, wrong}, 3, "manifest.sm3 is not the digest");
    assert_parts((struct part[]){m, c, none}, 3, "manifest.sm3 is not the digest");
    arena_free(arena);
}

static void test_parts_of_other_types(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct part m = {.name = "manifest.json", .bytes = GOOD};
    struct part s = {.name = "manifest.sm3", .bytes = digest_of(arena, GOOD)};
    struct part link = {.name = "items/" ABC, .type = AE_IFLNK, .link = "/etc/shadow"};
    struct part hard = {.name = "items/" ABC, .link = "/etc/shadow", .hard = true};
    struct part device = {.name = "items/" ABC, .type = AE_IFCHR};
    struct part pipe = {.name = "items/" ABC, .type = AE_IFIFO};
    struct part folder = {.name = "items/", .type = AE_IFDIR};
    assert_parts((struct part[]){m, link, s}, 3, "no plain file");
    assert_parts((struct part[]){m, hard, s}, 3, "no plain file");
    assert_parts((struct part[]){m, device, s}, 3, "no plain file");
    assert_parts((struct part[]){m, pipe, s}, 3, "no plain file");
    assert_parts((struct part[]){m, folder, s}, 3, "not in order");
    arena_free(arena);
}

static void test_heads(void **state)
{
    (void)state;
    assert_manifest("", "not a bundle");
    assert_manifest("{}\n", "not a bundle");
    assert_manifest("{\"format\":\"other\",\"version\":1,\"items\":[\n]}\n", "not a bundle");
    assert_manifest("{\"format\":\"merlon-bundle\",\"version\":2,\"items\":[\n]}\n", "version 2");
    assert_manifest("{\"format\":\"merlon-bundle\",\"version\":1,\"items\":[\n]}\n",
                    "not complete");
    assert_manifest("{\"format\":\"merlon-bundle\",\"format\":\"merlon-bundle\",\"items\":[\n]}\n",
                    "no JSON");
    assert_manifest("{{,\"items\":[\n]}\n", "no JSON");
    assert_manifest("{\"format\":\"merlon-bundle\",\"version\":1,\"target\":{\"kind\":\"root\","
                    "\"name\":\"\",\"running\":false,\"collected_at\":-1,\"tool\":\"t\"},"
                    "\"items\":[\n]}\n",
                    "time of collection");
    assert_manifest("{\"format\":\"merlon-bundle\",\"version\":1,\"target\":{\"kind\":\"root\","
                    "\"name\":\"\\\\q\",\"running\":false,\"collected_at\":1,\"tool\":\"t\"},"
                    "\"items\":[\n]}\n",
                    "not written as it should be");
}

static void test_frames_of_the_manifest(void **state)
{
    (void)state;
    assert_manifest(HEAD, "cut");
    assert_manifest(HEAD ITEM("/a") "\n", "lines do not end");
    assert_manifest(HEAD ITEM("/a") ",\n" TAIL, "lines do not end");
    assert_manifest(HEAD ITEM("/a") "\n" ITEM("/b") "\n" TAIL, "lines do not end");
    assert_manifest(HEAD TAIL TAIL, "more after its end");
    assert_manifest(HEAD "nonsense\n" TAIL, "no JSON");
    assert_manifest(HEAD "[]\n" TAIL, "lacks a field");
    assert_manifest(HEAD "{\"kind\":\"file\"}\n" TAIL, "lacks a field");
    assert_manifest(HEAD "{\"kind\":\"file\",\"name\":\"/a\",\"status\":\"denied\",\"x\":1}\n" TAIL,
                    "one too many");
}

static void test_items(void **state)
{
    (void)state;
    assert_manifest(HEAD ITEM("/a") ",\n" ITEM("/a") "\n" TAIL, "already");
    assert_manifest(HEAD "{\"kind\":\"soul\",\"name\":\"/a\",\"status\":\"denied\"}\n" TAIL,
                    "unknown kind");
    assert_manifest(HEAD "{\"kind\":\"file\",\"name\":\"/a\",\"status\":\"fine\"}\n" TAIL,
                    "unknown kind or status");
    assert_manifest(HEAD "{\"kind\":\"file\",\"name\":\"/a\",\"status\":\"ok\"}\n" TAIL,
                    "size or digest");
    assert_manifest(HEAD "{\"kind\":\"file\",\"name\":\"/a\",\"status\":\"denied\",\"size\":3,"
                         "\"sm3\":\"" ABC "\"}\n" TAIL,
                    "size or digest");
    assert_manifest(HEAD "{\"kind\":\"file\",\"name\":\"/a\",\"status\":\"ok\",\"size\":4,"
                         "\"sm3\":\"" ABC "\"}\n" TAIL,
                    "the size of /a is wrong");
    assert_manifest(HEAD "{\"kind\":\"file\",\"name\":\"/a\",\"status\":\"ok\",\"size\":3,"
                         "\"sm3\":\"../../etc\"}\n" TAIL,
                    "digest is none");
}

static void test_names(void **state)
{
    (void)state;
    assert_manifest(HEAD DENIED("a\\u0000b") "\n" TAIL, "no JSON");
    assert_manifest(HEAD DENIED("a\xff") "\n" TAIL, "no JSON");
    assert_manifest(HEAD DENIED("a\\\\x00b") "\n" TAIL, "name or reason");
    assert_manifest(HEAD DENIED("a\\\\q") "\n" TAIL, "name or reason");
    assert_manifest(HEAD DENIED("a\\n") "\n" TAIL, "name or reason");
    assert_manifest(HEAD DENIED("\\\\x41") "\n" TAIL, "name or reason");
}

/* Depth and length: bounded by a line, and by the parser's own depth. */
static void test_deep_and_long(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_add_text(&text, HEAD);
    for (int i = 0; i < 100000; i++)
        buf_add_char(&text, '[');
    buf_add_text(&text, "\n" TAIL);
    assert_manifest(text.ptr, "no JSON");
    text.len = 0;
    buf_add_text(&text, HEAD "\"");
    for (int i = 0; i < 1000000; i++)
        buf_add_char(&text, 'a');
    buf_add_text(&text, "\"\n" TAIL);
    assert_manifest(text.ptr, "longer than an item");
    text.len = 0;
    buf_add_text(&text, HEAD "{\"kind\":\"file\",\"status\":\"denied\",\"name\":\"");
    for (int i = 0; i < BUNDLE_TEXT_MAX + 1; i++)
        buf_add_char(&text, 'a');
    buf_add_text(&text, "\"}\n" TAIL);
    assert_manifest(text.ptr, "longer than 16384 bytes");
    buf_free(&text);
}

/* A few KiB that inflate to more than a bundle may hold: refused before they are in memory. */
static void test_bomb(void **state)
{
    (void)state;
    struct buf bytes = {0};
    struct archive *archive = archive_write_new();
    archive_write_set_format_pax_restricted(archive);
    archive_write_add_filter_zstd(archive);
    archive_write_set_filter_option(archive, "zstd", "compression-level", "1");
    assert_int_equal(archive_write_open(archive, &bytes, NULL, take, NULL), ARCHIVE_OK);
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, "manifest.json");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, (la_int64_t)BUNDLE_SIZE_MAX + 1);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    archive_entry_free(entry);
    archive_write_free(archive); /* closing fills up with zeros */
    assert_true(bytes.len < 1 << 20);
    assert_false(failed(seal_add(&bytes)));
    struct bundle *none = NULL;
    assert_int_equal(bundle_decode(buf_view(&bytes), "bomb", &none).kind, FAULT_TARGET);
    assert_non_null(strstr(fault_text(), "larger than 1024 MiB"));
    buf_free(&bytes);
}

/* Many items that share one content count as often as they are there. */
static void test_shared_contents_count(void **state)
{
    (void)state;
    size_t size = (size_t)64 << 20;
    char *zeros = calloc(1, size + 1), hex[SM3_HEX];
    assert_non_null(zeros);
    memset(zeros, '0', size);
    assert_false(failed(sm3_hex((struct view){zeros, size}, hex)));
    struct arena *arena = arena_new();
    struct buf text = {0};
    buf_add_text(&text, HEAD);
    for (int i = 0; i < 20; i++)
        buf_printf(&text,
                   "%s{\"kind\":\"file\",\"name\":\"/%d\",\"status\":\"ok\",\"size\":%zu,"
                   "\"sm3\":\"%s\"}",
                   i ? ",\n" : "", i, size, hex);
    buf_add_text(&text, "\n" TAIL);
    struct part parts[] = {{.name = "manifest.json", .bytes = text.ptr},
                           {.name = arena_printf(arena, "items/%s", hex), .bytes = zeros},
                           {.name = "manifest.sm3", .bytes = digest_of(arena, text.ptr)}};
    assert_parts(parts, 3, "at most 1024 MiB");
    buf_free(&text);
    arena_free(arena);
    free(zeros);
}

static void test_no_zstd_at_all(void **state)
{
    (void)state;
    struct bundle *none = NULL;
    static const char *const texts[] = {"", "x", "hello", "\x28\xb5\x2f\xfd", "\x1f\x8b\x08\x00"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct buf bytes = {0};
        assert_int_equal(bundle_decode(view_of(texts[i]), "n", &none).kind, FAULT_TARGET);
        buf_add_text(&bytes, texts[i]);
        assert_false(failed(seal_add(&bytes)));
        assert_int_equal(bundle_decode(buf_view(&bytes), "n", &none).kind, FAULT_TARGET);
        buf_free(&bytes);
    }
    assert_null(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_right_one_is_taken),
        cmocka_unit_test(test_parts_out_of_place),
        cmocka_unit_test(test_wrong_contents),
        cmocka_unit_test(test_parts_of_other_types),
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_frames_of_the_manifest),
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_deep_and_long),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_shared_contents_count),
        cmocka_unit_test(test_no_zstd_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
