/* Witnesses: another Merlon that co-signs, and the openssl command as a time stamp server. */
#include "ledger_case.h"

static struct sm2_key *witness;
#define NAME "witness.example"

static int witness_setup(void **state)
{
    ledger_setup(state);
    fill(3, 200);
    GOOD(witness_key(path_of("elsewhere"), &witness));
    return 0;
}

static int witness_teardown(void **state)
{
    sm2_free(witness);
    return ledger_teardown(state);
}

static void request(uint64_t seen, struct buf *out)
{
    struct ledger_reader *reader = NULL;
    out->len = 0;
    GOOD(ledger_reader_open(&options.place, &reader));
    GOOD(witness_request(reader, seen, out));
    ledger_reader_free(reader);
}

static struct rc cosign(const struct buf *asked, struct view kept, struct buf *out)
{
    out->len = 0;
    return witness_cosign(buf_view(asked), kept, first_key, NAME, witness, clock_now + 5 * SECOND,
                          out);
}

static void test_key_is_kept(void **state)
{
    (void)state;
    struct sm2_key *again = NULL;
    GOOD(witness_key(path_of("elsewhere"), &again));
    assert_memory_equal(sm2_public_of(again), sm2_public_of(witness), sizeof(struct sm2_public));
    sm2_free(again);
}

static void test_cosigned(void **state)
{
    (void)state;
    struct buf asked = {0}, first = {0}, second = {0};
    struct checkpoint seen;
    int64_t time = 0;
    request(0, &asked);
    GOOD(cosign(&asked, (struct view){NULL, 0}, &first));
    GOOD(witness_verify(buf_view(&first), NAME, sm2_public_of(witness), &seen, &time));
    assert_int_equal(seen.size, 600);
    assert_int_equal(time, clock_now + 5 * SECOND);
    GOOD(witness_keep(&options.place, buf_view(&first)));
    fill(3, 200);
    request(600, &asked);
    GOOD(cosign(&asked, buf_view(&first), &second));
    GOOD(witness_verify(buf_view(&second), NAME, sm2_public_of(witness), &seen, &time));
    assert_int_equal(seen.size, 1200);
    /* The ledger is verified with what the witness keeps. */
    struct ledger_verify_options with = {
        .witness = buf_view(&second), .witness_name = NAME, .witness_key = sm2_public_of(witness)};
    struct ledger_report *report = verify_with(&with);
    assert_int_equal(report->finding_total, 0);
    assert_int_equal(report->witnessed, 1200);
    assert_false(report->unproven[UNPROVEN_WHOLE]);
    assert_false(report->unproven[UNPROVEN_EPOCH]);
    mem_free(report);
    /* Without the key, the co-signature in the folder was not looked at, and the report says so. */
    report = verify();
    assert_true(report->unproven[UNPROVEN_COSIGNED]);
    mem_free(report);
    buf_free(&asked);
    buf_free(&first);
    buf_free(&second);
}

static void test_cosignature_of_somebody_else(void **state)
{
    (void)state;
    struct buf asked = {0}, cosigned = {0};
    struct sm2_key *other = NULL;
    struct checkpoint seen;
    int64_t time = 0;
    request(0, &asked);
    GOOD(cosign(&asked, (struct view){NULL, 0}, &cosigned));
    GOOD(sm2_generate(&other));
    assert_true(
        failed(witness_verify(buf_view(&cosigned), NAME, sm2_public_of(other), &seen, &time)));
    assert_true(
        failed(witness_verify(buf_view(&cosigned), "other", sm2_public_of(witness), &seen, &time)));
    struct ledger_verify_options with = {
        .witness = buf_view(&cosigned), .witness_name = NAME, .witness_key = sm2_public_of(other)};
    struct ledger_report *report = verify_with(&with);
    assert_non_null(find(report, FINDING_WITNESS));
    mem_free(report);
    /* Its time cannot be changed: it is part of what was signed. */
    char *line = strstr(cosigned.ptr, "\xe2\x80\x94 " NAME " ");
    assert_non_null(line);
    char *at = line + strlen("\xe2\x80\x94 " NAME " ") + 12;
    *at = *at == 'A' ? 'B' : 'A';
    assert_true(
        failed(witness_verify(buf_view(&cosigned), NAME, sm2_public_of(witness), &seen, &time)));
    sm2_free(other);
    buf_free(&asked);
    buf_free(&cosigned);
}

static void test_refuses_another_past(void **state)
{
    (void)state;
    struct buf asked = {0}, kept = {0}, out = {0};
    char real[SM3_HEX];
    request(0, &asked);
    GOOD(cosign(&asked, (struct view){NULL, 0}, &kept));
    /* Somebody asks as if for the first time, or from another size than was co-signed. */
    fill(1, 50);
    request(0, &asked);
    assert_int_equal(cosign(&asked, buf_view(&kept), &out).kind, FAULT_DATA);
    request(599, &asked);
    assert_int_equal(cosign(&asked, buf_view(&kept), &out).kind, FAULT_DATA);
    assert_int_equal(cosign(&asked, (struct view){NULL, 0}, &out).kind, FAULT_DATA);
    /* The right size, but a proof that was touched. */
    request(600, &asked);
    char *hash = strstr(asked.ptr, "size 650\n") + 9;
    hash[3] = hash[3] == 'A' ? 'B' : 'A';
    assert_int_equal(cosign(&asked, buf_view(&kept), &out).kind, FAULT_DATA);
    /* A ledger with another first key. */
    memcpy(real, first_key, sizeof real);
    request(600, &asked);
    first_key[0] = first_key[0] == '0' ? '1' : '0';
    assert_int_equal(cosign(&asked, buf_view(&kept), &out).kind, FAULT_DATA);
    memcpy(first_key, real, sizeof real);
    GOOD(cosign(&asked, buf_view(&kept), &out));
    /* The ledger is made anew with the same keys in place of the leaves that were seen. */
    run("rm -rf %s/entries %s/checkpoints %s", options.place.folder, options.place.folder,
        options.place.cache);
    struct ledger *ledger = open_ledger();
    for (int i = 0; i < 700; i++) {
        uint64_t index;
        GOOD(ledger_append(ledger, VIEW("another past"), &index));
    }
    GOOD(ledger_close(ledger, clock_now));
    request(600, &asked);
    assert_int_equal(cosign(&asked, buf_view(&kept), &out).kind, FAULT_DATA);
    assert_non_null(strstr(fault_text(), "does not continue"));
    buf_free(&asked);
    buf_free(&kept);
    buf_free(&out);
}

/* ---- RFC 3161 ---- */

static void make_server(const char *algorithm)
{
    run("mkdir -p %s/tsa && cd %s/tsa && "
        "openssl req -x509 -newkey %s -nodes -keyout ca.key -out ca.pem -days 9000 -subj /CN=root "
        "-not_before 20200101000000Z 2>/dev/null || "
        "openssl req -x509 -newkey %s -nodes -keyout ca.key -out ca.pem -days 9000 -subj /CN=root "
        "2>/dev/null",
        scratch, scratch, algorithm, algorithm);
    run("cd %s/tsa && openssl req -newkey %s -nodes -keyout tsa.key -out tsa.csr -subj /CN=stamper "
        "2>/dev/null && "
        "printf 'extendedKeyUsage=critical,timeStamping\\n' > ext && "
        "openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9000 "
        "-extfile ext -out tsa.pem 2>/dev/null && echo 01 > serial && "
        "printf '[tsa]\\ndefault_tsa=t\\n[t]\\nserial=serial\\ndefault_policy=1.2.3\\n"
        "digests=sm3\\nsigner_digest=sha256\\n' > ts.cnf",
        scratch, algorithm);
}

static void answer(void)
{
    run("cd %s/tsa && openssl ts -reply -config ts.cnf -queryfile ../request.tsq -signer tsa.pem "
        "-inkey tsa.key -out ../answer.tsr 2>/dev/null",
        scratch);
}

static void stamp_by(const char *algorithm)
{
    struct ledger_reader *reader = NULL;
    struct buf asked = {0}, response = {0}, roots = {0}, signer = {0};
    int64_t time = 0;
    make_server(algorithm);
    GOOD(ledger_reader_open(&options.place, &reader));
    GOOD(ledger_stamp_request(reader, &asked));
    write_bytes(path_of("request.tsq"), buf_view(&asked));
    answer();
    read_bytes(path_of("answer.tsr"), &response);
    read_bytes(path_of("tsa/ca.pem"), &roots);
    GOOD(ledger_stamp_keep(reader, buf_view(&response), buf_view(&roots), &time, &signer));
    assert_non_null(strstr(signer.ptr, "stamper"));
    assert_in_range((sys_now() - time) / SECOND, 0, 100);
    /* Verified with the roots: what it stands over counts as seen. Without them: said. */
    struct ledger_verify_options with = {.stamp_roots = buf_view(&roots)};
    struct ledger_report *report = verify_with(&with);
    if (report->finding_total)
        show(report);
    assert_int_equal(report->finding_total, 0);
    assert_int_equal(report->stamps, 1);
    assert_int_equal(report->witnessed, 600);
    assert_false(report->unproven[UNPROVEN_WHOLE]);
    mem_free(report);
    report = verify();
    assert_true(report->unproven[UNPROVEN_STAMPS]);
    mem_free(report);
    /* The openssl command agrees. */
    run("cd %s && openssl ts -verify -in ledger/stamps/*.tsr -queryfile ledger/stamps/*.tsq "
        "-CAfile tsa/ca.pem >/dev/null 2>&1",
        scratch);
    ledger_reader_free(reader);
    buf_free(&asked);
    buf_free(&response);
    buf_free(&signer);
    buf_free(&roots);
}

static void test_stamp_rsa(void **state)
{
    (void)state;
    stamp_by("rsa:2048");
}

static void test_stamp_ecdsa(void **state)
{
    (void)state;
    stamp_by("ec -pkeyopt ec_paramgen_curve:P-256");
}

static void test_stamp_refused(void **state)
{
    (void)state;
    struct ledger_reader *reader = NULL;
    struct buf asked = {0}, response = {0}, roots = {0}, signer = {0};
    int64_t time = 0;
    make_server("rsa:2048");
    GOOD(ledger_reader_open(&options.place, &reader));
    GOOD(ledger_stamp_request(reader, &asked));
    /* A stamp over other bytes; rubbish; the right one against roots that are not its own. */
    run("cd %s && openssl ts -query -data tsa/ca.pem -sm3 -cert -out request.tsq 2>/dev/null",
        scratch);
    answer();
    read_bytes(path_of("answer.tsr"), &response);
    read_bytes(path_of("tsa/ca.pem"), &roots);
    assert_int_equal(
        ledger_stamp_keep(reader, buf_view(&response), buf_view(&roots), &time, &signer).kind,
        FAULT_DATA);
    assert_int_equal(
        ledger_stamp_keep(reader, VIEW("rubbish"), buf_view(&roots), &time, &signer).kind,
        FAULT_DATA);
    write_bytes(path_of("request.tsq"), buf_view(&asked));
    answer();
    read_bytes(path_of("answer.tsr"), &response);
    assert_int_equal(
        ledger_stamp_keep(reader, buf_view(&response), VIEW("none"), &time, &signer).kind,
        FAULT_DATA);
    make_server("rsa:2048");
    read_bytes(path_of("tsa/ca.pem"), &roots);
    assert_int_equal(
        ledger_stamp_keep(reader, buf_view(&response), buf_view(&roots), &time, &signer).kind,
        FAULT_DATA);
    assert_int_equal(signer.len, 0);
    ledger_reader_free(reader);
    buf_free(&asked);
    buf_free(&response);
    buf_free(&roots);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, witness_setup, witness_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_key_is_kept),
        CASE(test_cosigned),
        CASE(test_cosignature_of_somebody_else),
        CASE(test_refuses_another_past),
        CASE(test_stamp_rsa),
        CASE(test_stamp_ecdsa),
        CASE(test_stamp_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
