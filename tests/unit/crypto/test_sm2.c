/* SM2 against the standard's example (GB/T 32918.5-2017 A.2) and, both ways, the openssl command.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "foundation/crypto/crypto.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PRIVATE_KEY "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
#define X           "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
#define Y           "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
#define R           "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
#define S           "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"

static struct view bytes_of(const char *hex, uint8_t *out)
{
    size_t size = strlen(hex) / 2;
    assert_false(failed(crypto_from_hex(view_of(hex), out, size)));
    return (struct view){(char *)out, size};
}

static struct sm2_key *example_key(void)
{
    uint8_t number[32];
    struct sm2_key *key = NULL;
    assert_false(failed(sm2_load(bytes_of(PRIVATE_KEY, number), &key)));
    return key;
}

static void test_example(void **state)
{
    (void)state;
    uint8_t signature[72], point[65];
    struct sm2_key *key = example_key();
    bytes_of("04" X Y, point);
    assert_memory_equal(sm2_public_of(key)->point, point, sizeof point);
    struct view given = bytes_of("3046022100" R "022100" S, signature);
    assert_false(failed(sm2_verify(sm2_public_of(key), VIEW("message digest"), given)));
    assert_int_equal(sm2_verify(sm2_public_of(key), VIEW("message digesT"), given).kind,
                     FAULT_DATA);
    for (size_t i = 0; i < sizeof signature; i++) {
        signature[i] ^= 1;
        assert_true(failed(sm2_verify(sm2_public_of(key), VIEW("message digest"), given)));
        signature[i] ^= 1;
    }
    for (size_t size = 0; size < sizeof signature; size++)
        assert_true(failed(sm2_verify(sm2_public_of(key), VIEW("message digest"),
                                      (struct view){given.ptr, size})));
    sm2_free(key);
}

static void test_sign_and_verify(void **state)
{
    (void)state;
    struct sm2_key *key = NULL, *other = NULL;
    struct sm2_signature a, b;
    assert_false(failed(sm2_generate(&key)));
    assert_false(failed(sm2_generate(&other)));
    for (int i = 0; i < 50; i++) {
        char text[32];
        int len = snprintf(text, sizeof text, "message %d", i);
        struct view message = {text, i ? (size_t)len : 0};
        assert_false(failed(sm2_sign(key, message, &a)));
        assert_false(failed(sm2_sign(key, message, &b)));
        struct view given = {(char *)a.bytes, a.size};
        assert_false(failed(sm2_verify(sm2_public_of(key), message, given)));
        assert_true(failed(sm2_verify(sm2_public_of(other), message, given)));
        assert_true(a.size != b.size || memcmp(a.bytes, b.bytes, a.size) != 0);
    }
    sm2_free(key);
    sm2_free(other);
    sm2_free(NULL);
}

static void test_saved_key(void **state)
{
    (void)state;
    struct sm2_key *key = NULL, *again = NULL;
    uint8_t saved[SM2_SAVED_MAX], zeros[32] = {0}, order[32];
    size_t size = 0;
    assert_false(failed(sm2_generate(&key)));
    assert_false(failed(sm2_save(key, saved, &size)));
    assert_int_equal(size, 32);
    assert_false(failed(sm2_load((struct view){(char *)saved, size}, &again)));
    assert_memory_equal(sm2_public_of(key), sm2_public_of(again), sizeof(struct sm2_public));
    sm2_free(key);
    sm2_free(again);
    /* No key: zero, the order of the group, a wrong size. */
    key = NULL;
    assert_true(failed(sm2_load((struct view){(char *)zeros, 32}, &key)));
    bytes_of("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123", order);
    assert_true(failed(sm2_load((struct view){(char *)order, 32}, &key)));
    assert_true(failed(sm2_load((struct view){(char *)saved, 31}, &key)));
    assert_null(key);
}

static void test_point_off_the_curve(void **state)
{
    (void)state;
    struct sm2_key *key = example_key();
    struct sm2_public off = *sm2_public_of(key);
    uint8_t signature[72];
    struct view given = bytes_of("3046022100" R "022100" S, signature);
    off.point[64] ^= 1;
    assert_int_equal(sm2_verify(&off, VIEW("message digest"), given).kind, FAULT_DATA);
    sm2_free(key);
}

static void test_public_key_texts(void **state)
{
    (void)state;
    struct sm2_key *key = example_key();
    struct sm2_public back;
    uint8_t der[SM2_SPKI_SIZE];
    struct view given = {(char *)der, sizeof der};
    sm2_encode(sm2_public_of(key), der);
    assert_false(failed(sm2_decode(given, &back)));
    assert_memory_equal(&back, sm2_public_of(key), sizeof back);
    assert_true(failed(sm2_decode((struct view){given.ptr, given.len - 1}, &back)));
    for (size_t i = 0; i < 27; i++) {
        der[i] ^= 1;
        assert_true(failed(sm2_decode(given, &back)));
        der[i] ^= 1;
    }
    sm2_free(key);
}

/* ---- the openssl command ---- */

static char folder[] = "/tmp/merlon-sm2-XXXXXX";

static void write_file(const char *name, struct view bytes)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.ptr, bytes.len), bytes.len);
    close(fd);
}

static size_t read_file(const char *name, uint8_t *out, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t got = fread(out, 1, size, file);
    fclose(file);
    return got;
}

static int run(const char *script)
{
    char command[1024];
    snprintf(command, sizeof command, "cd %s && %s", folder, script);
    return system(command);
}

static void test_openssl_verifies_ours(void **state)
{
    (void)state;
    struct sm2_key *key = NULL;
    struct sm2_signature signature;
    struct buf pem = {0};
    char fingerprint[SM3_HEX], script[512];
    assert_false(failed(sm2_generate(&key)));
    assert_false(failed(sm2_sign(key, VIEW("signed by Merlon\n"), &signature)));
    assert_false(failed(sm2_fingerprint(sm2_public_of(key), fingerprint)));
    sm2_pem(sm2_public_of(key), &pem);
    write_file("key.pem", buf_view(&pem));
    write_file("text", VIEW("signed by Merlon\n"));
    write_file("signature", (struct view){(char *)signature.bytes, signature.size});
#define VERIFY "openssl dgst -sm3 -sigopt distid:%s -verify key.pem -signature signature text"
    snprintf(script, sizeof script, VERIFY " >/dev/null 2>&1", "1234567812345678");
    assert_int_equal(run(script), 0);
    snprintf(script, sizeof script, VERIFY " >/dev/null 2>&1", "somebody");
    assert_int_not_equal(run(script), 0);
    snprintf(script, sizeof script,
             "test $(openssl pkey -pubin -in key.pem -outform DER | openssl dgst -sm3 -r | "
             "cut -d' ' -f1) = %s",
             fingerprint);
    assert_int_equal(run(script), 0);
    buf_free(&pem);
    sm2_free(key);
}

static void test_we_verify_openssls(void **state)
{
    (void)state;
    uint8_t der[256], signature[128];
    struct sm2_public key;
    assert_int_equal(run("openssl genpkey -algorithm SM2 -out private.pem 2>/dev/null && "
                         "openssl pkey -in private.pem -pubout -outform DER -out public.der && "
                         "printf 'signed by openssl' > text2 && "
                         "openssl dgst -sm3 -sigopt distid:1234567812345678 -sign private.pem "
                         "-out signature2 text2"),
                     0);
    size_t size = read_file("public.der", der, sizeof der);
    assert_false(failed(sm2_decode((struct view){(char *)der, size}, &key)));
    size = read_file("signature2", signature, sizeof signature);
    struct view given = {(char *)signature, size};
    assert_false(failed(sm2_verify(&key, VIEW("signed by openssl"), given)));
    assert_true(failed(sm2_verify(&key, VIEW("signed by openssL"), given)));
}

static int setup(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    return run("rm -rf \"$PWD\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_sign_and_verify),
        cmocka_unit_test(test_saved_key),
        cmocka_unit_test(test_point_off_the_curve),
        cmocka_unit_test(test_public_key_texts),
        cmocka_unit_test(test_openssl_verifies_ours),
        cmocka_unit_test(test_we_verify_openssls),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
