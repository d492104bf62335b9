/* certificate: what an X.509 certificate says of itself, read by OpenSSL. */
#include "foundation/crypto/crypto.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

/* What OpenSSL wrote, up to `max` bytes. */
static const char *text_of(struct arena *arena, BIO *bio, size_t max)
{
    char *bytes;
    long len = BIO_get_mem_data(bio, &bytes);
    size_t size = len > 0 ? (size_t)len : 0;
    return view_text(arena, (struct view){bytes, size < max ? size : max});
}

static const char *name_of(struct arena *arena, const X509_NAME *name)
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        panic("out of memory");
    X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
    const char *text = text_of(arena, bio, CERTIFICATE_NAME_MAX);
    BIO_free(bio);
    return text;
}

static const char *serial_of(struct arena *arena, X509 *x)
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio)
        panic("out of memory");
    i2a_ASN1_INTEGER(bio, X509_get0_serialNumber(x));
    const char *text = text_of(arena, bio, CERTIFICATE_NAME_MAX);
    BIO_free(bio);
    return text;
}

static bool time_of(const ASN1_TIME *time, int64_t *out)
{
    struct tm tm = {0};
    if (!time || ASN1_TIME_to_tm(time, &tm) != 1)
        return false;
    *out = timegm(&tm);
    return true;
}

/* Names that are shorter than OpenSSL's, and the same for a key on disk. */
static const char *type_name(int nid)
{
    static const struct {
        int nid;
        const char *name;
    } types[] = {
        {NID_rsaEncryption, "rsa"}, {NID_rsassaPss, "rsa-pss"}, {NID_X9_62_id_ecPublicKey, "ec"},
        {NID_sm2, "sm2"},           {NID_ED25519, "ed25519"},   {NID_ED448, "ed448"},
        {NID_dsa, "dsa"},           {NID_dhKeyAgreement, "dh"}};
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (types[i].nid == nid)
            return types[i].name;
    return nid == NID_undef ? "unknown" : OBJ_nid2sn(nid);
}

static void describe_key(struct arena *arena, X509 *x, struct certificate *out)
{
    char group[80];
    size_t len = 0;
    EVP_PKEY *key = X509_get0_pubkey(x);
    ASN1_OBJECT *algorithm = NULL;
    X509_PUBKEY_get0_param(&algorithm, NULL, NULL, NULL, X509_get_X509_PUBKEY(x));
    out->key_type = type_name(algorithm ? OBJ_obj2nid(algorithm) : NID_undef);
    if (!key)
        return;
    out->key_type = type_name(EVP_PKEY_get_base_id(key));
    out->key_bits = EVP_PKEY_get_bits(key) > 0 ? EVP_PKEY_get_bits(key) : 0;
    if (EVP_PKEY_get_group_name(key, group, sizeof group, &len) == 1)
        out->key_curve = view_text(arena, (struct view){group, len});
    if (out->key_curve && strcmp(out->key_curve, "SM2") == 0)
        out->key_type = "sm2";
}

static void describe_signature(struct arena *arena, X509 *x, struct certificate *out)
{
    char digits[80];
    int hash = NID_undef, nid = X509_get_signature_nid(x);
    const X509_ALGOR *algorithm = X509_get0_tbs_sigalg(x);
    const ASN1_OBJECT *object = NULL;
    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    if (nid == NID_undef && OBJ_obj2txt(digits, sizeof digits, object, 1) > 0)
        out->signature_algorithm = arena_text(arena, digits);
    else
        out->signature_algorithm = OBJ_nid2ln(nid);
    X509_get_signature_info(x, &hash, NULL, NULL, NULL);
    if (hash == NID_undef)
        OBJ_find_sigid_algs(nid, &hash, NULL);
    if (hash != NID_undef)
        out->signature_hash = OBJ_nid2ln(hash);
}

static struct rc describe(struct arena *arena, X509 *x, struct certificate *out)
{
    struct certificate c = {0};
    if (!time_of(X509_get0_notBefore(x), &c.not_before) ||
        !time_of(X509_get0_notAfter(x), &c.not_after))
        return fault(FAULT_DATA, "a certificate without a time of beginning and end");
    c.subject = name_of(arena, X509_get_subject_name(x));
    c.issuer = name_of(arena, X509_get_issuer_name(x));
    c.serial = serial_of(arena, x);
    c.is_self_signed = X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0;
    c.is_ca = X509_check_ca(x) > 0;
    describe_key(arena, x, &c);
    describe_signature(arena, x, &c);
    *out = c;
    return RC_OK;
}

struct rc certificate_decode(struct arena *arena, struct view der, struct certificate *out,
                             size_t *size)
{
    const unsigned char *at = (const unsigned char *)der.ptr;
    size_t max = der.len < CERTIFICATE_MAX ? der.len : CERTIFICATE_MAX;
    X509 *x = max ? d2i_X509(NULL, &at, (long)max) : NULL;
    struct rc rc =
        x ? describe(arena, x, out) : fault(FAULT_DATA, "no X.509 certificate: its DER is damaged");
    if (!failed(rc))
        *size = (size_t)(at - (const unsigned char *)der.ptr);
    X509_free(x);
    ERR_clear_error();
    return rc;
}
