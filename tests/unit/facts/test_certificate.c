/*
 * Tests of certificates and keys. The oracle is openssl and ssh-keygen: they make keys of every
 * kind and say what they made; and nothing of a private key may be left after the reduction.
 */
#include "fixture.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char folder[64];

static char *run(const char *command)
{
    struct buf out = {0};
    char line[4200], chunk[4096];
    snprintf(line, sizeof line, "cd %s && { %s; true; } 2>/dev/null </dev/null", folder, command);
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    buf_add_text(&out, "");
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, pipe)) > 0;)
        buf_add(&out, chunk, n);
    pclose(pipe);
    return out.ptr;
}

/* Name, how it is made (key in $1.key), and what the reader must say: format|type|bits|encrypted.
 */
static const struct {
    const char *name, *make, *expected;
} keys[] = {
    {"rsa", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", "pkcs8|rsa|2048|0\n"},
    {"odd", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1031", "pkcs8|rsa|1031|0\n"},
    {"old", "openssl genrsa -traditional 1024", "pkcs1|rsa|1024|0\n"},
    {"olds", "openssl genrsa -traditional -aes128 -passout pass:x 1024", "pkcs1|rsa|-|1\n"},
    {"pss", "openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024",
     "pkcs8|rsa-pss|1024|0\n"},
    {"enc", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -aes256 -pass pass:x",
     "pkcs8|-|-|1\n"},
    {"p256", "openssl ecparam -genkey -noout -name prime256v1", "sec1|ec|256|0\n"},
    {"p521", "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp521r1",
     "pkcs8|ec|521|0\n"},
    {"sm2", "openssl genpkey -algorithm SM2", "pkcs8|sm2|256|0\n"},
    {"ed25519", "openssl genpkey -algorithm ED25519", "pkcs8|ed25519|256|0\n"},
    {"ed448", "openssl genpkey -algorithm ED448", "pkcs8|ed448|456|0\n"},
    {"dsa", "openssl dsaparam -genkey -noout 1024", "pkcs8|dsa|1024|0\n"},
    {"der", "openssl genpkey -algorithm ED25519 -outform DER", "pkcs8|ed25519|256|0\n"},
    {"ssh-rsa", "ssh-keygen -q -t rsa -b 2048 -N '' -f k >&2; cat k; rm k k.pub",
     "openssh|rsa|2048|0\n"},
    {"ssh-ed", "ssh-keygen -q -t ed25519 -N '' -f k >&2; cat k; rm k k.pub",
     "openssh|ed25519|256|0\n"},
    {"ssh-enc", "ssh-keygen -q -t ecdsa -b 384 -N secret -f k >&2; cat k; rm k k.pub",
     "openssh|ec|384|1\n"},
    {"ssh-pem", "ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -f k >&2; cat k; rm k k.pub",
     "pkcs1|rsa|2048|0\n"},
};

static int build(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/merlon-keys-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return 0;
}

static int clean(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? 0 : -1;
}

static struct view slurp(const char *name)
{
    struct buf bytes = {0};
    char path[160], chunk[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s was not made", name);
    buf_add_text(&bytes, "");
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buf_add(&bytes, chunk, n);
    fclose(file);
    return buf_view(&bytes);
}

static void reduce(struct view bytes, struct buf *out)
{
    size_t count;
    const struct source *sources = facts_sources_of("private_key", &count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        assert_true(sources[i].reduce && sources[i].reduce == sources[0].reduce);
    buf_add_text(out, "");
    sources[0].reduce(bytes, out);
}

static void put_absent_lists(struct fixture *f, const char *but)
{
    size_t count;
    const struct source *sources = facts_sources_of("certificate", &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(sources[i].pattern, but) != 0)
            fixture_list(f, sources[i].pattern, "");
}

/* A fixture with one reduced file. */
static struct fixture *with_file(const char *pattern, const char *path, struct view bytes)
{
    struct fixture *f = fixture_new();
    struct buf reduced = {0};
    put_absent_lists(f, pattern);
    fixture_list(f, pattern, path);
    reduce(bytes, &reduced);
    fixture_add_bytes(f, ITEM_FILE, path, ITEM_OK, buf_view(&reduced));
    buf_free(&reduced);
    fixture_fill(f, "certificate");
    return f;
}

/* No 12 bytes of the file that are not text of its own form are left, neither encoded nor raw. */
static void expect_nothing_of(struct view secret, struct view kept)
{
    for (size_t i = 0; i + 12 <= secret.len; i++) {
        bool is_frame = memmem(secret.ptr + i, 12, "--", 2) || memchr(secret.ptr + i, ' ', 12);
        if (!is_frame && memmem(kept.ptr, kept.len, secret.ptr + i, 12))
            fail_msg("%.12s was kept", secret.ptr + i);
    }
}

static void tells_kinds_of_private_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        char command[400], name[64];
        snprintf(command, sizeof command, "(%s) >%s.key", keys[i].make, keys[i].name);
        snprintf(name, sizeof name, "%s.key", keys[i].name);
        mem_free(run(command));
        struct view bytes = slurp(name);
        struct buf once = {0}, twice = {0};
        reduce(bytes, &once);
        reduce(buf_view(&once), &twice);
        expect_nothing_of(bytes, buf_view(&once));
        assert_string_equal(once.ptr, twice.ptr);
        struct fixture *f = with_file("/etc/ssl/private/*", "/etc/ssl/private/x", bytes);
        const char *row = fixture_query(f, "SELECT format, type, bits, encrypted FROM private_key");
        if (strcmp(row, keys[i].expected) != 0)
            fail_msg("%s: %s instead of %s", keys[i].name, row, keys[i].expected);
        assert_non_null(strstr(fixture_used(f, "private_key"), "/etc/ssl/private/x|ok|0|-\n"));
        fixture_free(f);
        buf_free(&once);
        buf_free(&twice);
        mem_free((char *)bytes.ptr);
    }
}

/* "notAfter=2026-01-01 00:00:00Z" as seconds. */
static int64_t seconds_of(const char *said, const char *label)
{
    struct tm tm = {0};
    const char *at = strstr(said, label);
    assert_non_null(at);
    assert_non_null(strptime(at + strlen(label), "%Y-%m-%d %H:%M:%SZ", &tm));
    return timegm(&tm);
}

static void expect_said(const char *said, const char *label, const char *value)
{
    char line[512];
    snprintf(line, sizeof line, "%s%s\n", label, value);
    if (!strstr(said, line))
        fail_msg("openssl did not say %s but %s", line, said);
}

static void agrees_with_openssl_on_certificates(void **state)
{
    static const struct {
        const char *make, *expected;
    } cases[] = {
        {"rsa:2048 -sha256", "rsa|2048|-|sha256WithRSAEncryption|sha256"},
        {"rsa:1024 -sha1", "rsa|1024|-|sha1WithRSAEncryption|sha1"},
        {"rsa:1024 -md5", "rsa|1024|-|md5WithRSAEncryption|md5"},
        {"rsa-pss -pkeyopt rsa_keygen_bits:2048 -sha384", "rsa-pss|2048|-|rsassaPss|sha384"},
        {"ec -pkeyopt ec_paramgen_curve:secp384r1 -sha512",
         "ec|384|secp384r1|ecdsa-with-SHA512|sha512"},
        {"sm2 -sm3", "sm2|256|SM2|SM2-with-SM3|sm3"},
        {"ed25519", "ed25519|256|-|ED25519|-"},
        {"ed448", "ed448|456|-|ED448|-"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char command[600], value[400];
        snprintf(
            command, sizeof command,
            "openssl req -utf8 -x509 -newkey %s -noenc -keyout c.key -out c.pem -days %zu -subj "
            "'/C=VN/O=S\341\273\237 Giao th\303\264ng/CN=a\\+b, %zu' && openssl x509 -noout "
            "-subject -issuer -serial -dates -dateopt iso_8601 -nameopt "
            "RFC2253,-esc_msb,utf8 -in c.pem",
            cases[i].make, 10 + i, i);
        char *said = run(command);
        struct view bytes = slurp("c.pem"), key = slurp("c.key");
        struct fixture *f = with_file("/etc/ssl/certs/*", "/etc/ssl/certs/c.pem", bytes);
        snprintf(value, sizeof value, "%s|1|1\n", cases[i].expected);
        assert_string_equal(
            fixture_query(f, "SELECT key_type, key_bits, key_curve, signature_algorithm, "
                             "signature_hash, self_signed, is_ca FROM certificate"),
            value);
        const char *got = fixture_query(f, "SELECT subject FROM certificate");
        snprintf(value, sizeof value, "%.*s", (int)strlen(got) - 1, got);
        expect_said(said, "subject=", value);
        expect_said(said, "issuer=", value);
        got = fixture_query(f, "SELECT serial FROM certificate");
        snprintf(value, sizeof value, "%.*s", (int)strlen(got) - 1, got);
        expect_said(said, "serial=", value);
        snprintf(value, sizeof value, "%lld|%lld\n", (long long)seconds_of(said, "notBefore="),
                 (long long)seconds_of(said, "notAfter="));
        assert_string_equal(fixture_query(f, "SELECT not_before, not_after FROM certificate"),
                            value);
        fixture_free(f);
        mem_free(said), mem_free((char *)bytes.ptr), mem_free((char *)key.ptr);
    }
}

/* One file with a certificate, its key and remarks: the key's kind stays, the remarks go. */
static void takes_files_apart(void **state)
{
    (void)state;
    mem_free(run("openssl req -x509 -newkey rsa:2048 -noenc -keyout k.key -out k.pem -days 9 -subj "
                 "/CN=k; openssl x509 -in k.pem -outform DER -out k.der;"
                 "(echo the passphrase is hunter2; cat k.key k.pem k.pem; echo bye) >both"));
    struct view bytes = slurp("both"), key = slurp("k.key"), der = slurp("k.der");
    struct buf kept = {0};
    reduce(bytes, &kept);
    /* what comes first in the key, its modulus, is in the certificate too */
    expect_nothing_of((struct view){key.ptr + 500, key.len - 500}, buf_view(&kept));
    assert_null(strstr(kept.ptr, "hunter2"));
    struct fixture *f = with_file("/etc/pki/tls/certs/*", "/etc/pki/tls/certs/both", bytes);
    assert_string_equal(fixture_query(f, "SELECT number, subject FROM certificate"),
                        "1|CN=k\n2|CN=k\n");
    assert_string_equal(fixture_query(f, "SELECT path, type, bits FROM private_key"),
                        "/etc/pki/tls/certs/both|rsa|2048\n");
    fixture_free(f);
    f = with_file("/etc/ssl/certs/*", "/etc/ssl/certs/der", der);
    assert_string_equal(fixture_query(f, "SELECT number, subject FROM certificate"), "1|CN=k\n");
    fixture_free(f);
    buf_free(&kept);
    mem_free((char *)bytes.ptr), mem_free((char *)key.ptr), mem_free((char *)der.ptr);
}

/* A private key that calls itself a certificate is none, and stays out. */
static void is_not_deceived_by_labels(void **state)
{
    (void)state;
    mem_free(run("openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 >d.key;"
                 "sed 's/PRIVATE KEY/CERTIFICATE/' d.key >d.pem;"
                 "sed 's/PRIVATE KEY/PUBLIC KEY/' d.key >d.pub;"
                 "(echo -n 'ssh-rsa '; grep -v -- -- d.key | tr -d '\\n') >d.ssh"));
    static const char *const names[] = {"d.pem", "d.pub", "d.ssh"};
    struct view key = slurp("d.key");
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct view bytes = slurp(names[i]);
        struct buf kept = {0};
        reduce(bytes, &kept);
        expect_nothing_of(key, buf_view(&kept));
        assert_null(strstr(kept.ptr, "BEGIN"));
        buf_free(&kept);
        mem_free((char *)bytes.ptr);
    }
    mem_free((char *)key.ptr);
}

static void tells_what_it_cannot_read(void **state)
{
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "no certificate"},
        {"-----BEGIN CERTIFICATE-----\nMIIB\n", "does not end"},
        {"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n", "not understood"},
        {"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "not understood"},
        {"-----BEGIN OPENSSH PRIVATE KEY-----\nMAA=\n-----END OPENSSH PRIVATE KEY-----\n",
         "not understood"},
        {"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END CERTIFICATE-----\n", "does not end"},
        {"ssh-rsa AAAA\n", "SSH public key"},
        {"ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA==\n", "SSH public key"},
        {"merlon-problem x\n", "x"},
        {"hello\n", NULL},
        {"", NULL},
        {"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n", NULL},
        {"-----BEGIN DH PARAMETERS-----\nMAA=\n-----END DH PARAMETERS-----\n", NULL},
        {"merlon-trust-anchors 140\n", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *f =
            with_file("/etc/ssl/private/*", "/etc/ssl/private/x", view_of(cases[i].text));
        const char *used = fixture_used(f, "certificate");
        bool is_whole = strstr(used, "/etc/ssl/private/x|ok|0|-\n") != NULL;
        if (is_whole != !cases[i].problem || (!is_whole && !strstr(used, cases[i].problem)))
            fail_msg("%s: %s", cases[i].text, used);
        fixture_free(f);
    }
    static const char binary[] = "\x30\x82\x01\x00\x02\x01\x03\0\0";
    struct fixture *f =
        with_file("/etc/ssl/private/*", "/etc/ssl/private/x", (struct view){binary, sizeof binary});
    assert_non_null(strstr(fixture_used(f, "certificate"), "neither text nor DER"));
    fixture_free(f);
}

/* More certificates than a server has are a list of authorities. */
static void passes_over_lists_of_authorities(void **state)
{
    (void)state;
    mem_free(run("openssl req -x509 -newkey ed25519 -noenc -keyout k.key -out k.pem -days 9 -subj "
                 "/CN=k; for i in $(seq 16); do cat k.pem; done >few; cat few k.pem k.key >many"));
    struct view few = slurp("few"), many = slurp("many");
    struct fixture *f = with_file("/etc/ssl/certs/*", "/etc/ssl/certs/few", few);
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM certificate"), "16\n");
    fixture_free(f);
    f = with_file("/etc/ssl/certs/*", "/etc/ssl/certs/many", many);
    assert_string_equal(fixture_query(f, "SELECT count(*) FROM certificate"), "0\n");
    assert_string_equal(fixture_query(f, "SELECT type FROM private_key"), "ed25519\n");
    fixture_free(f);
    mem_free((char *)few.ptr), mem_free((char *)many.ptr);
}

static void agrees_with_ssh_keygen_on_public_keys(void **state)
{
    static const struct {
        const char *options, *expected;
    } cases[] = {{"-t rsa -b 1024", "rsa|1024\n"},
                 {"-t ecdsa -b 521", "ec|521\n"},
                 {"-t ed25519", "ed25519|256\n"},
                 {"-t dsa", "dsa|1024\n"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char command[256], size[32];
        snprintf(
            command, sizeof command,
            "rm -f p p.pub; ssh-keygen -q %s -N '' -C 'the comment' -f p; ssh-keygen -lf p.pub",
            cases[i].options);
        char *said = run(command);
        struct view bytes = slurp("p.pub");
        struct fixture *f = with_file("/etc/ssh/ssh_host_*_key.pub", "/etc/ssh/p.pub", bytes);
        assert_string_equal(fixture_query(f, "SELECT type, bits FROM ssh_public_key"),
                            cases[i].expected);
        snprintf(size, sizeof size, "%d ", atoi(strchr(cases[i].expected, '|') + 1));
        assert_int_equal(strncmp(said, size, strlen(size)), 0);
        fixture_free(f);
        mem_free(said), mem_free((char *)bytes.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_kinds_of_private_keys),
        cmocka_unit_test(agrees_with_openssl_on_certificates),
        cmocka_unit_test(takes_files_apart),
        cmocka_unit_test(is_not_deceived_by_labels),
        cmocka_unit_test(tells_what_it_cannot_read),
        cmocka_unit_test(passes_over_lists_of_authorities),
        cmocka_unit_test(agrees_with_ssh_keygen_on_public_keys),
    };
    return cmocka_run_group_tests(tests, build, clean);
}
