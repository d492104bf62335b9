/*
 * Everything an administrator could do to the folder, each way named. The attacker here writes
 * bundles with right frames and heads, so that only the tree can tell.
 */
#include "ledger_case.h"

#define EACH  100 /* leaves between two checkpoints */
#define BEATS 12  /* 1200 leaves: four complete bundles and a part of a fifth */

static int tamper_setup(void **state)
{
    ledger_setup(state);
    fill(BEATS, EACH);
    expect_clean();
    return 0;
}

/* ---- bundles, taken apart and put together again ---- */

static struct view frames[256];
static size_t frame_count;
static struct buf bundle;

static const char *bundle_name(int number)
{
    return path_of("ledger/entries/000/000/%03d", number);
}

static void load(int number)
{
    read_bytes(bundle_name(number), &bundle);
    frame_count = 0;
    for (struct view rest = view_from(buf_view(&bundle), 16); rest.len; frame_count++) {
        const uint8_t *p = (const uint8_t *)rest.ptr;
        size_t size = 9 + ((size_t)p[2] << 8 | p[3]);
        frames[frame_count] = (struct view){rest.ptr, size};
        rest = view_from(rest, size);
    }
}

static void store(int number)
{
    struct buf out = {0};
    buf_add(&out, bundle.ptr, 16);
    for (size_t i = 0; i < frame_count; i++)
        buf_add_view(&out, frames[i]);
    write_bytes(bundle_name(number), buf_view(&out));
    buf_free(&out);
}

/* A frame of another leaf, with the right hash beside it. */
static struct view forged(const char *text)
{
    static char bytes[512];
    struct hash hash;
    struct view leaf = view_of(text);
    GOOD(merkle_leaf(leaf, &hash));
    memset(bytes, 0, 9);
    bytes[3] = (char)leaf.len;
    memcpy(bytes + 4, hash.bytes, 4);
    memcpy(bytes + 9, leaf.ptr, leaf.len);
    return (struct view){bytes, 9 + leaf.len};
}

static void take_out(size_t at, size_t count)
{
    memmove(frames + at, frames + at + count, (frame_count - at - count) * sizeof *frames);
    frame_count -= count;
}

static void no_cache(void)
{
    run("rm -rf %s", options.place.cache);
}

static void expect_not_opened(void)
{
    struct ledger *ledger = NULL;
    struct rc rc = ledger_open(&options, &ledger, NULL);
    assert_int_equal(rc.kind, FAULT_DATA);
}

/* ---- leaves ---- */

static void test_edited_byte(void **state)
{
    (void)state;
    load(2);
    ((char *)(uintptr_t)frames[17].ptr)[12] ^= 1;
    store(2);
    expect_leaves(FINDING_EDITED, 529, 529);
    no_cache();
    expect_kind(FINDING_EDITED); /* the hash beside it tells too */
    expect_not_opened();
}

static void test_edited_with_its_hash(void **state)
{
    (void)state;
    load(2);
    frames[17] = forged("leaf 529, as it never was");
    store(2);
    expect_leaves(FINDING_EDITED, 529, 529);
    no_cache();
    expect_leaves(FINDING_ALTERED, 500, 599); /* the leaves between two checkpoints */
    expect_not_opened();
}

/* Two leaves far from each other, in different bundles: both are named. */
static void test_edited_twice(void **state)
{
    (void)state;
    load(0);
    frames[3] = forged("three");
    store(0);
    load(3);
    frames[255] = forged("the last one");
    store(3);
    struct ledger_report *report = verify();
    assert_int_equal(report->finding_total, 2);
    assert_int_equal(report->findings[0].first, 3);
    assert_int_equal(report->findings[1].first, 1023);
    assert_int_equal(report->damage, 2);
    mem_free(report);
}

static void test_deleted(void **state)
{
    (void)state;
    load(1);
    take_out(44, 1);
    store(1);
    expect_leaves(FINDING_DELETED, 300, 300);
    no_cache();
    expect_leaves(FINDING_ALTERED, 300, 399);
    expect_not_opened();
}

/* Deleted, and everything behind it moved up, as if it had never been. */
static void test_deleted_and_repacked(void **state)
{
    (void)state;
    static struct view all[1200];
    static struct buf kept[5];
    size_t count = 0;
    for (int b = 0; b < 5; b++) {
        load(b);
        buf_add_view(&kept[b], buf_view(&bundle));
        for (size_t i = 0; i < frame_count; i++) {
            struct view f = {kept[b].ptr + (frames[i].ptr - bundle.ptr), frames[i].len};
            if (count + i != 300 || b != 1)
                all[count + i - (b > 1 || count + i > 300)] = f;
        }
        count += frame_count;
    }
    count--;
    for (int b = 0; b < 5; b++) {
        size_t here = count - (size_t)b * 256 < 256 ? count - (size_t)b * 256 : 256;
        buf_free(&bundle);
        buf_add(&bundle, kept[b].ptr, 16);
        memcpy(frames, all + b * 256, here * sizeof *frames);
        frame_count = here;
        store(b);
        buf_free(&kept[b]);
    }
    struct ledger_report *report = verify();
    const struct finding *f = find(report, FINDING_DELETED);
    if (!f || f->first != 300)
        show(report);
    assert_non_null(f);
    assert_int_equal(f->first, 300);
    mem_free(report);
    expect_not_opened();
}

static void test_inserted(void **state)
{
    (void)state;
    load(1);
    memmove(frames + 45, frames + 44, (frame_count - 45) * sizeof *frames);
    frames[44] = forged("in between");
    store(1);
    expect_kind(FINDING_INSERTED);
}

static void test_reordered(void **state)
{
    (void)state;
    load(3);
    struct view kept = frames[10];
    frames[10] = frames[200];
    frames[200] = kept;
    store(3);
    expect_leaves(FINDING_REORDERED, 778, 968);
    no_cache();
    expect_kind(FINDING_ALTERED);
}

static void test_swapped_bundles(void **state)
{
    (void)state;
    run("cd %s/entries/000/000 && mv 001 x && mv 002 001 && mv x 002", options.place.folder);
    expect_kind(FINDING_SWAPPED);
    no_cache();
    expect_kind(FINDING_SWAPPED);
    expect_not_opened();
}

/* The same, with the numbers in their heads put right. */
static void test_swapped_with_heads(void **state)
{
    (void)state;
    struct buf one = {0}, two = {0};
    read_bytes(bundle_name(1), &one);
    read_bytes(bundle_name(2), &two);
    for (int i = 0; i < 16; i++) {
        char kept = one.ptr[i];
        one.ptr[i] = two.ptr[i];
        two.ptr[i] = kept;
    }
    write_bytes(bundle_name(1), buf_view(&two));
    write_bytes(bundle_name(2), buf_view(&one));
    buf_free(&one);
    buf_free(&two);
    struct ledger_report *report = verify();
    const struct finding *f = find(report, FINDING_SWAPPED);
    assert_non_null(f);
    assert_int_equal(f->first, 256);
    mem_free(report);
}

static void test_swapped_hash_tiles(void **state)
{
    (void)state;
    run("cd %s/0/000/000 && mv 001 x && mv 002 001 && mv x 002", options.place.cache);
    struct ledger_report *report = verify();
    assert_int_equal(report->damage, 0);
    assert_non_null(find(report, FINDING_CACHE));
    mem_free(report);
}

static void test_bundle_gone(void **state)
{
    (void)state;
    run("rm %s", bundle_name(2));
    expect_leaves(FINDING_MISSING, 512, 767);
    no_cache();
    expect_leaves(FINDING_MISSING, 512, 767);
    expect_not_opened();
}

static void test_rubbish_in_a_bundle(void **state)
{
    (void)state;
    run("head -c 5000 /dev/urandom > %s", bundle_name(1));
    struct ledger_report *report = verify();
    assert_true(report->damage > 0);
    assert_non_null(find(report, FINDING_MALFORMED));
    mem_free(report);
    no_cache(); /* hash tiles that give the signed root are enough to open it */
    expect_not_opened();
}

/* ---- the end ---- */

static void test_truncated(void **state)
{
    (void)state;
    run("rm %s", bundle_name(4));
    load(3);
    frame_count = 100;
    store(3);
    expect_leaves(FINDING_TRUNCATED, 868, 1199);
    no_cache();
    expect_leaves(FINDING_TRUNCATED, 868, 1199);
    expect_not_opened();
}

/* The last `count` checkpoints, off. */
static void cut_checkpoints(int epoch, int count)
{
    const char *path = path_of("ledger/checkpoints/%06d", epoch);
    struct buf bytes = {0}, kept = {0};
    struct view ends[64];
    size_t notes = 0;
    read_bytes(path, &bytes);
    struct view rest = buf_view(&bytes);
    struct note note;
    while (!failed(note_take(&rest, &note)))
        ends[notes++] = note.whole;
    assert_true(notes > (size_t)count);
    for (size_t i = 0; i < notes - (size_t)count; i++) {
        buf_add_view(&kept, ends[i]);
        buf_add_char(&kept, '\n');
    }
    write_bytes(path, buf_view(&kept));
    buf_free(&bytes);
    buf_free(&kept);
}

static void cut_leaves(int size)
{
    for (int b = 4; b > size / 256; b--)
        run("rm -f %s", bundle_name(b));
    load(size / 256);
    frame_count = (size_t)(size % 256);
    store(size / 256);
}

/* Leaves and checkpoints cut off at the same place: only what was kept elsewhere can tell. */
static void test_truncated_with_its_checkpoints(void **state)
{
    (void)state;
    struct buf witness = {0};
    struct ledger_reader *reader = NULL;
    GOOD(ledger_reader_open(&options.place, &reader));
    GOOD(ledger_last_checkpoint(reader, &witness));
    ledger_reader_free(reader);
    cut_checkpoints(1, 5);
    cut_leaves(800);
    no_cache();
    struct ledger_verify_options asked = {.fingerprint = first_key, .now = clock_now + BEAT_US};
    struct ledger_report *report = verify_with(&asked);
    assert_int_equal(report->damage, 0);
    assert_non_null(find(report, FINDING_INTERVAL)); /* the promised next one never came */
    assert_true(report->unproven[UNPROVEN_EPOCH]);
    mem_free(report);
    asked.witness = buf_view(&witness);
    report = verify_with(&asked);
    const struct finding *f = find(report, FINDING_WITNESS);
    assert_non_null(f);
    assert_int_equal(f->first, 800);
    assert_int_equal(f->last, 1199);
    mem_free(report);
    buf_free(&witness);
}

/* ... and then continued by whoever holds the current key, who has all the right he needs. */
static void test_truncate_and_continue(void **state)
{
    (void)state;
    struct buf witness = {0};
    struct ledger_reader *reader = NULL;
    GOOD(ledger_reader_open(&options.place, &reader));
    GOOD(ledger_last_checkpoint(reader, &witness));
    ledger_reader_free(reader);
    cut_checkpoints(1, 5);
    cut_leaves(800);
    no_cache();
    struct ledger *ledger = open_ledger();
    for (int i = 0; i < 600; i++) {
        uint64_t index;
        GOOD(ledger_append(ledger, VIEW("another past"), &index));
    }
    clock_now += SECOND;
    GOOD(ledger_close(ledger, clock_now));
    struct ledger_verify_options asked = {.witness = buf_view(&witness)};
    struct ledger_report *report = verify_with(&asked);
    assert_non_null(find(report, FINDING_WITNESS));
    assert_true(report->damage > 0);
    mem_free(report);
    asked.witness = (struct view){NULL, 0};
    report = verify_with(&asked);
    assert_true(report->unproven[UNPROVEN_WHOLE]);
    assert_true(report->unproven[UNPROVEN_EPOCH]);
    mem_free(report);
    buf_free(&witness);
}

/* After a rotation the key of the cut place is gone: there is no way to go on from there. */
static void test_truncate_before_a_rotation(void **state)
{
    (void)state;
    char fingerprint[SM3_HEX];
    struct ledger *ledger = open_ledger();
    GOOD(ledger_rotate(ledger, clock_now + SECOND, fingerprint));
    clock_now += 2 * SECOND;
    GOOD(ledger_close(ledger, clock_now));
    /* Root has today's key. He cuts yesterday's end off and seals what is left anew. */
    cut_checkpoints(1, 6);
    cut_leaves(800);
    run("rm %s", path_of("ledger/checkpoints/000002"));
    no_cache();
    ledger = NULL;
    expect_not_opened(); /* epoch 2 began at 1200 leaves */
    struct ledger_report *report = verify();
    assert_non_null(find(report, FINDING_CHAIN));
    assert_true(report->damage > 0);
    mem_free(report);
    /* Without epoch 2's certificate, today's key belongs to no epoch. */
    struct buf certificates = {0};
    struct note note;
    read_bytes(path_of("ledger/epochs"), &certificates);
    struct view rest = buf_view(&certificates);
    GOOD(note_take(&rest, &note));
    write_bytes(path_of("ledger/epochs"), (struct view){certificates.ptr, note.whole.len + 1});
    buf_free(&certificates);
    assert_true(failed(ledger_open(&options, &ledger, NULL)));
}

/* ---- checkpoints ---- */

/* Signs a checkpoint of its own making with `key` and puts it at the end of an epoch's file. */
static void seal_by_hand(int epoch, struct checkpoint *c, const struct sm2_key *key)
{
    struct buf text = {0}, note = {0}, bytes = {0};
    const char *path = path_of("ledger/checkpoints/%06d", epoch);
    read_bytes(path, &bytes);
    checkpoint_encode(c, &text);
    GOOD(note_sign(buf_view(&text), c->origin, key, &note));
    buf_add_view(&bytes, buf_view(&note));
    buf_add_char(&bytes, '\n');
    write_bytes(path, buf_view(&bytes));
    buf_free(&text);
    buf_free(&note);
    buf_free(&bytes);
}

static struct checkpoint last_checkpoint(struct hash *link)
{
    struct ledger_reader *reader = NULL;
    struct buf text = {0};
    struct note note;
    struct checkpoint c;
    GOOD(ledger_reader_open(&options.place, &reader));
    GOOD(ledger_last_checkpoint(reader, &text));
    ledger_reader_free(reader);
    struct view rest = buf_view(&text);
    GOOD(note_take(&rest, &note));
    GOOD(checkpoint_decode(note.text, &c));
    GOOD(sm3_digest(note.whole, link->bytes));
    buf_free(&text);
    return c;
}

static void test_resealed_with_a_foreign_key(void **state)
{
    (void)state;
    struct sm2_key *key = NULL;
    struct hash link;
    cut_checkpoints(1, 5);
    cut_leaves(800);
    struct checkpoint c = last_checkpoint(&link);
    c.previous = link;
    c.time += SECOND;
    GOOD(sm2_generate(&key));
    seal_by_hand(1, &c, key);
    sm2_free(key);
    expect_kind(FINDING_FOREIGN_KEY);
    assert_true(failed(ledger_open(&options, &(struct ledger *){NULL}, NULL)));
}

static void test_resealed_under_another_epoch(void **state)
{
    (void)state;
    char fingerprint[SM3_HEX];
    struct ledger *ledger = open_ledger();
    struct hash link;
    run("cp %s %s", path_of("keys/epoch-000001.key"), path_of("stolen"));
    GOOD(ledger_rotate(ledger, clock_now + SECOND, fingerprint));
    clock_now += 2 * SECOND;
    GOOD(ledger_close(ledger, clock_now));
    /* A checkpoint of epoch 1 at the end of epoch 2, and the other way round. */
    struct checkpoint c = last_checkpoint(&link);
    c.epoch = 1;
    c.previous = link;
    struct sm2_key *key = NULL;
    GOOD(sm2_generate(&key));
    seal_by_hand(2, &c, key);
    sm2_free(key);
    expect_kind(FINDING_FOREIGN_KEY);
}

static void replace_once(const char *path, const char *from, const char *to)
{
    struct buf bytes = {0};
    read_bytes(path, &bytes);
    char *at = strstr(bytes.ptr, from);
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
    write_bytes(path, buf_view(&bytes));
    buf_free(&bytes);
}

static void test_edited_checkpoint(void **state)
{
    (void)state;
    replace_once(path_of("ledger/checkpoints/000001"), "12:03:00", "12:03:01");
    struct ledger_report *report = verify();
    assert_non_null(find(report, FINDING_SIGNATURE));
    assert_non_null(find(report, FINDING_CHAIN));
    mem_free(report);
}

static void test_removed_checkpoint(void **state)
{
    (void)state;
    struct buf bytes = {0}, kept = {0};
    const char *path = path_of("ledger/checkpoints/000001");
    read_bytes(path, &bytes);
    struct view rest = buf_view(&bytes);
    struct note note;
    for (int i = 0; !failed(note_take(&rest, &note)); i++) {
        if (i < 4 || i > 7) {
            buf_add_view(&kept, note.whole);
            buf_add_char(&kept, '\n');
        }
    }
    write_bytes(path, buf_view(&kept));
    buf_free(&bytes);
    buf_free(&kept);
    struct ledger_report *report = verify();
    assert_non_null(find(report, FINDING_CHAIN));
    assert_non_null(find(report, FINDING_INTERVAL));
    mem_free(report);
}

static void test_rubbish_among_checkpoints(void **state)
{
    (void)state;
    replace_once(path_of("ledger/checkpoints/000001"), "epoch 1\n", "epoch 0\n");
    expect_kind(FINDING_MALFORMED);
}

static void test_edited_certificate(void **state)
{
    (void)state;
    char fingerprint[SM3_HEX];
    struct ledger *ledger = open_ledger();
    GOOD(ledger_rotate(ledger, clock_now + SECOND, fingerprint));
    GOOD(ledger_close(ledger, clock_now + 2 * SECOND));
    replace_once(path_of("ledger/epochs"), "size 1200", "size 1100");
    expect_kind(FINDING_FOREIGN_KEY);
}

static void test_replaced_whole(void **state)
{
    (void)state;
    char kept[SM3_HEX];
    struct buf witness = {0};
    struct hash link;
    memcpy(kept, first_key, sizeof kept);
    struct checkpoint c = last_checkpoint(&link);
    checkpoint_encode(&c, &witness);
    run("rm -rf %s %s %s", options.place.folder, options.place.keys, options.place.cache);
    GOOD(ledger_create(&options.place, NOON, first_key));
    fill(BEATS, EACH);
    struct ledger_verify_options asked = {0};
    struct ledger_report *report = verify_with(&asked);
    assert_int_equal(report->finding_total, 0); /* nothing in it can tell, and it says so */
    assert_true(report->unproven[UNPROVEN_WHOLE]);
    mem_free(report);
    asked.fingerprint = kept;
    report = verify_with(&asked);
    assert_non_null(find(report, FINDING_FINGERPRINT));
    mem_free(report);
    buf_add_text(&witness, "\n\xe2\x80\x94 x AAAAAAA=\n");
    asked = (struct ledger_verify_options){.witness = buf_view(&witness)};
    report = verify_with(&asked);
    assert_non_null(find(report, FINDING_WITNESS));
    mem_free(report);
    buf_free(&witness);
}

/* ---- time ---- */

static void test_clock_stepped_back(void **state)
{
    (void)state;
    struct ledger *ledger = open_ledger();
    append_leaves(ledger, 10);
    clock_now -= 3600 * SECOND;
    GOOD(ledger_tick(ledger, clock_now)); /* sealed at once */
    GOOD(ledger_close(ledger, clock_now + SECOND));
    struct ledger_report *report = verify();
    const struct finding *f = find(report, FINDING_CLOCK);
    assert_non_null(f);
    assert_non_null(strstr(f->text, "3600 seconds"));
    assert_int_equal(report->damage, 0);
    mem_free(report);
}

static void test_silent_hour(void **state)
{
    (void)state;
    struct ledger *ledger = open_ledger();
    GOOD(ledger_tick(ledger, clock_now + 60 * SECOND));
    ledger_free(ledger); /* it dies */
    clock_now += 3600 * SECOND;
    fill(1, 1);
    struct ledger_report *report = verify();
    assert_non_null(find(report, FINDING_INTERVAL));
    assert_int_equal(report->finding_total, 1);
    mem_free(report);
}

/* A ledger that was closed promised nothing: a night without checkpoints is no finding. */
static void test_closed_at_night(void **state)
{
    (void)state;
    clock_now += 36000 * SECOND;
    fill(1, 1);
    expect_clean();
}

static void test_torn_end_is_no_damage(void **state)
{
    (void)state;
    struct ledger *ledger = open_ledger();
    append_leaves(ledger, 5);
    ledger_free(ledger);
    load(4);
    write_bytes(bundle_name(4), (struct view){bundle.ptr, bundle.len - 3});
    struct ledger_report *report = verify();
    assert_int_equal(report->damage, 0);
    assert_non_null(find(report, FINDING_TORN));
    assert_true(report->unproven[UNPROVEN_TAIL]);
    assert_int_equal(report->size, 1204);
    assert_int_equal(report->sealed, 1200);
    mem_free(report);
}

static void test_since(void **state)
{
    (void)state;
    char fingerprint[SM3_HEX];
    struct ledger *ledger = open_ledger();
    GOOD(ledger_rotate(ledger, clock_now + SECOND, fingerprint));
    int64_t rotated = clock_now += 2 * SECOND;
    GOOD(ledger_close(ledger, clock_now));
    fill(5, 300);
    load(0);
    frames[0] = forged("long ago");
    store(0);
    struct ledger_verify_options asked = {.since = rotated};
    struct ledger_report *report = verify_with(&asked);
    assert_int_equal(report->finding_total, 0);
    assert_true(report->unproven[UNPROVEN_BEFORE]);
    assert_int_equal(report->size, 2700);
    mem_free(report);
    load(6);
    frames[0] = forged("today");
    store(6);
    report = verify_with(&asked);
    assert_int_equal(report->finding_total, 1);
    assert_int_equal(report->findings[0].first, 1536);
    mem_free(report);
    expect_kind(FINDING_EDITED);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, tamper_setup, ledger_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_edited_byte),
        CASE(test_edited_with_its_hash),
        CASE(test_edited_twice),
        CASE(test_deleted),
        CASE(test_deleted_and_repacked),
        CASE(test_inserted),
        CASE(test_reordered),
        CASE(test_swapped_bundles),
        CASE(test_swapped_with_heads),
        CASE(test_swapped_hash_tiles),
        CASE(test_bundle_gone),
        CASE(test_rubbish_in_a_bundle),
        CASE(test_truncated),
        CASE(test_truncated_with_its_checkpoints),
        CASE(test_truncate_and_continue),
        CASE(test_truncate_before_a_rotation),
        CASE(test_resealed_with_a_foreign_key),
        CASE(test_resealed_under_another_epoch),
        CASE(test_edited_checkpoint),
        CASE(test_removed_checkpoint),
        CASE(test_rubbish_among_checkpoints),
        CASE(test_edited_certificate),
        CASE(test_replaced_whole),
        CASE(test_clock_stepped_back),
        CASE(test_silent_hour),
        CASE(test_closed_at_night),
        CASE(test_torn_end_is_no_damage),
        CASE(test_since),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    buf_free(&bundle);
    return failures;
}
