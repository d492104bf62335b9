/* Proof texts: made at any size, with tiles and without, checked as a third party would. */
#include "ledger_case.h"

static struct ledger_reader *reader;
static struct buf certificates;

static int prove_setup(void **state)
{
    ledger_setup(state);
    fill(7, 173);
    GOOD(ledger_reader_open(&options.place, &reader));
    certificates.len = 0;
    GOOD(ledger_certificates(reader, &certificates));
    return 0;
}

static int prove_teardown(void **state)
{
    ledger_reader_free(reader);
    buf_free(&certificates);
    return ledger_teardown(state);
}

static struct rc check(const struct buf *text, struct view leaf, const char *fingerprint)
{
    uint64_t index = 0;
    int64_t time = 0;
    return ledger_proof_check(buf_view(text), leaf, buf_view(&certificates), fingerprint, &index,
                              &time);
}

static void try_proof(uint64_t i)
{
    char bytes[256];
    struct buf text = {0};
    struct view leaf = leaf_of(i, bytes);
    uint64_t index = 0;
    int64_t time = 0;
    GOOD(ledger_prove(reader, i, &text));
    GOOD(ledger_proof_check(buf_view(&text), leaf, buf_view(&certificates), first_key, &index,
                            &time));
    assert_int_equal(index, i);
    assert_int_equal(time, clock_now);
    assert_true(failed(check(&text, VIEW("another leaf"), first_key)));
    char wrong[SM3_HEX];
    memcpy(wrong, first_key, sizeof wrong);
    wrong[5] = wrong[5] == '0' ? '1' : '0';
    assert_true(failed(check(&text, leaf, wrong)));
    /* No byte of the text can be another one. */
    for (size_t k = 0; k < text.len; k += 13) {
        text.ptr[k] ^= 1;
        assert_true(failed(check(&text, leaf, first_key)));
        text.ptr[k] ^= 1;
    }
    GOOD(check(&text, leaf, NULL));
    buf_free(&text);
}

static void test_inclusion(void **state)
{
    (void)state;
    static const uint64_t some[] = {0, 1, 255, 256, 511, 512, 777, 1023, 1024, 1209, 1210};
    for (size_t i = 0; i < COUNT_OF(some); i++)
        try_proof(some[i]);
    run("rm -r %s", options.place.cache);
    for (size_t i = 0; i < COUNT_OF(some); i++)
        try_proof(some[i]);
}

static void test_wrong_tiles_do_not_matter(void **state)
{
    (void)state;
    run("for f in $(find %s -type f); do printf xyz | dd of=$f bs=1 seek=64 conv=notrunc "
        "2>/dev/null; done",
        options.place.cache);
    try_proof(300);
}

static void test_refusals(void **state)
{
    (void)state;
    struct buf text = {0};
    assert_int_equal(ledger_prove(reader, 1211, &text).kind, FAULT_USAGE);
    assert_int_equal(ledger_consistency(reader, 0, 5, &text).kind, FAULT_USAGE);
    assert_int_equal(ledger_consistency(reader, 6, 5, &text).kind, FAULT_USAGE);
    assert_int_equal(ledger_consistency(reader, 6, 1212, &text).kind, FAULT_USAGE);
    assert_int_equal(text.len, 0);
    struct ledger *ledger = open_ledger();
    append_leaves(ledger, 1);
    ledger_free(ledger);
    ledger_reader_free(reader);
    GOOD(ledger_reader_open(&options.place, &reader));
    assert_int_equal(ledger_reader_size(reader), 1212);
    assert_int_equal(ledger_reader_sealed(reader), 1211);
    assert_int_equal(ledger_prove(reader, 1211, &text).kind, FAULT_USAGE);
    assert_non_null(strstr(fault_text(), "not sealed yet"));
}

/* Roots of all sizes, as the checkpoints have them, are consistent with each other. */
static void test_consistency(void **state)
{
    (void)state;
    struct checkpoint points[16];
    size_t count = 0;
    struct buf bytes = {0}, text = {0};
    struct note note;
    read_bytes(path_of("ledger/checkpoints/000001"), &bytes);
    struct view rest = buf_view(&bytes);
    while (!failed(note_take(&rest, &note)))
        GOOD(checkpoint_decode(note.text, &points[count++]));
    assert_int_equal(count, 8);
    for (size_t a = 0; a < count; a++) {
        for (size_t b = a; b < count; b++) {
            text.len = 0;
            GOOD(ledger_consistency(reader, points[a].size, points[b].size, &text));
            GOOD(ledger_consistency_check(buf_view(&text), &points[a].root, &points[b].root));
            if (points[a].size != points[b].size)
                assert_true(failed(
                    ledger_consistency_check(buf_view(&text), &points[b].root, &points[a].root)));
        }
    }
    buf_free(&bytes);
    buf_free(&text);
}

/* What a third party has: the openssl command, and a public key out of a certificate. */
static void test_signature_by_the_openssl_command(void **state)
{
    (void)state;
    struct buf note_bytes = {0};
    struct note note;
    GOOD(ledger_last_checkpoint(reader, &note_bytes));
    struct view rest = buf_view(&note_bytes);
    GOOD(note_take(&rest, &note));
    write_bytes(path_of("text"), note.text);
    write_bytes(path_of("note"), note.whole);
    buf_free(&note_bytes);
    run("cd %s && { echo '-----BEGIN PUBLIC KEY-----'; sed -n 's/^public //p' ledger/epochs | "
        "fold -w 64; echo '-----END PUBLIC KEY-----'; } > key.pem && "
        "tail -n 1 note | cut -d' ' -f3 | openssl base64 -d -A | tail -c +5 > signature && "
        "openssl dgst -sm3 -sigopt distid:1234567812345678 -verify key.pem -signature signature "
        "text >/dev/null && "
        "test $(openssl pkey -pubin -in key.pem -outform DER | openssl dgst -sm3 -r | "
        "cut -d' ' -f1) = %s",
        scratch, first_key);
    run("cd %s && printf x >> text && ! openssl dgst -sm3 -sigopt distid:1234567812345678 -verify "
        "key.pem -signature signature text >/dev/null 2>&1",
        scratch);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, prove_setup, prove_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_inclusion),   CASE(test_wrong_tiles_do_not_matter),        CASE(test_refusals),
        CASE(test_consistency), CASE(test_signature_by_the_openssl_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
