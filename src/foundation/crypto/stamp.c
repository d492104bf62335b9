/*
 * stamp: RFC 3161 requests and responses over an SM3 imprint (1.2.156.10197.1.401).
 *
 * The server's certificate is judged as of the time in its own stamp: a record is kept for longer
 * than a certificate lives. So a stamp proves its time only as long as the server's key was not
 * stolen later; a stamp over an old stamp by another server renews that.
 */
#include "foundation/crypto/provider.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>
#include <string.h>
#include <time.h>

#define DER_MAX      (1 << 20)
#define US_IN_SECOND 1000000

static TS_REQ *request_over(const uint8_t imprint[SM3_SIZE], const uint8_t *nonce, size_t size)
{
    TS_REQ *request = TS_REQ_new();
    TS_MSG_IMPRINT *message = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    ASN1_INTEGER *number = NULL;
    uint8_t bytes[SM3_SIZE];
    memcpy(bytes, imprint, SM3_SIZE);
    bool good = request && message && algorithm &&
                X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sm3), V_ASN1_NULL, NULL) == 1 &&
                TS_MSG_IMPRINT_set_algo(message, algorithm) == 1 &&
                TS_MSG_IMPRINT_set_msg(message, bytes, SM3_SIZE) == 1 &&
                TS_REQ_set_version(request, 1) == 1 &&
                TS_REQ_set_msg_imprint(request, message) == 1 &&
                TS_REQ_set_cert_req(request, 1) == 1;
    if (good && nonce) {
        BIGNUM *big = BN_bin2bn(nonce, (int)size, NULL);
        number = BN_to_ASN1_INTEGER(big, NULL);
        good = number && TS_REQ_set_nonce(request, number) == 1;
        BN_free(big);
    }
    ASN1_INTEGER_free(number);
    X509_ALGOR_free(algorithm);
    TS_MSG_IMPRINT_free(message);
    if (good)
        return request;
    TS_REQ_free(request);
    return NULL;
}

struct rc stamp_request(const uint8_t imprint[static SM3_SIZE], struct buf *out)
{
    uint8_t nonce[16], *der = NULL;
    TRY(crypto_random(nonce, sizeof nonce));
    nonce[0] = (uint8_t)((nonce[0] & 0x7f) | 0x40); /* positive, and of one length */
    TS_REQ *request = request_over(imprint, nonce, sizeof nonce);
    int size = request ? i2d_TS_REQ(request, &der) : -1;
    if (size > 0)
        buf_add(out, der, (size_t)size);
    OPENSSL_free(der);
    TS_REQ_free(request);
    return size > 0 ? RC_OK : fault(FAULT_IO, "time stamp: the request could not be built");
}

/* A time such as 20260801120000.25Z; a fraction is more than a stamp needs and is left out. */
static bool time_of(TS_TST_INFO *info, int64_t *out)
{
    struct tm tm;
    const ASN1_GENERALIZEDTIME *when = TS_TST_INFO_get_time(info);
    if (!when || ASN1_TIME_to_tm(when, &tm) != 1)
        return false;
    *out = (int64_t)timegm(&tm) * US_IN_SECOND;
    return true;
}

/* Every certificate of the PEM text becomes a trusted root; false when there is none. */
static bool roots_from(struct view pem, int64_t at, X509_STORE **out)
{
    if (pem.len > DER_MAX)
        return false;
    BIO *bio = BIO_new_mem_buf(pem.ptr ? pem.ptr : "", (int)pem.len);
    X509_STORE *store = X509_STORE_new();
    X509 *certificate;
    size_t count = 0;
    if (!bio || !store)
        panic("out of memory");
    while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
        count += X509_STORE_add_cert(store, certificate) == 1;
        X509_free(certificate);
    }
    ERR_clear_error(); /* the end of the text counts as an error */
    BIO_free(bio);
    X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);
    X509_VERIFY_PARAM_set_time(param, (time_t)(at / US_IN_SECOND));
    if (count == 0) {
        X509_STORE_free(store);
        return false;
    }
    *out = store;
    return true;
}

static void add_signer(TS_RESP *response, struct buf *out)
{
    char name[256] = "?";
    STACK_OF(X509) *signers = PKCS7_get0_signers(TS_RESP_get_token(response), NULL, 0);
    if (signers && sk_X509_num(signers) > 0)
        X509_NAME_oneline(X509_get_subject_name(sk_X509_value(signers, 0)), name, sizeof name);
    sk_X509_free(signers);
    buf_add_text(out, name);
}

/* The request that `response` answers; without one, what it must have asked at least. */
static struct rc request_of(struct view request, const uint8_t imprint[SM3_SIZE], TS_REQ **out)
{
    const uint8_t *at = (const uint8_t *)request.ptr;
    if (request.len > DER_MAX)
        return fault(FAULT_LIMIT, "time stamp: the request is larger than 1 MiB");
    TS_REQ *read =
        request.len ? d2i_TS_REQ(NULL, &at, (long)request.len) : request_over(imprint, NULL, 0);
    ASN1_OCTET_STRING *asked = read ? TS_MSG_IMPRINT_get_msg(TS_REQ_get_msg_imprint(read)) : NULL;
    if (!asked || ASN1_STRING_length(asked) != SM3_SIZE ||
        memcmp(ASN1_STRING_get0_data(asked), imprint, SM3_SIZE) != 0) {
        TS_REQ_free(read);
        return fault(FAULT_DATA, "time stamp: the request is not over this checkpoint");
    }
    *out = read;
    return RC_OK;
}

static struct rc verify_with(TS_RESP *response, TS_REQ *request, X509_STORE *store)
{
    TS_VERIFY_CTX *context = TS_REQ_to_TS_VERIFY_CTX(request, NULL);
    if (!context)
        return fault(FAULT_IO, "time stamp: out of memory");
    TS_VERIFY_CTX_add_flags(context, TS_VFY_SIGNATURE);
    TS_VERIFY_CTX_set_store(context, store); /* freed with the context */
    X509_STORE_up_ref(store);
    int good = TS_RESP_verify_response(context, response);
    char reason[256] = "";
    if (good != 1)
        ERR_error_string_n(ERR_peek_last_error(), reason, sizeof reason);
    ERR_clear_error();
    TS_VERIFY_CTX_free(context);
    return good == 1
               ? RC_OK
               : fault(FAULT_DATA, "time stamp: it does not hold for this checkpoint (%s)", reason);
}

static struct rc verify_response(TS_RESP *response, struct view request_der,
                                 const uint8_t imprint[SM3_SIZE], struct view roots_pem,
                                 int64_t *time, struct buf *signer)
{
    TS_REQ *request = NULL;
    X509_STORE *store = NULL;
    int64_t when = 0;
    TS_TST_INFO *info = TS_RESP_get_tst_info(response);
    if (!info || !time_of(info, &when))
        return fault(FAULT_DATA, "time stamp: the server refused, the response holds no stamp");
    TRY(request_of(request_der, imprint, &request));
    struct rc rc = roots_from(roots_pem, when, &store)
                       ? verify_with(response, request, store)
                       : fault(FAULT_DATA, "time stamp: no certificate in the trusted roots");
    X509_STORE_free(store);
    TS_REQ_free(request);
    TRY(rc);
    *time = when;
    add_signer(response, signer);
    return RC_OK;
}

struct rc stamp_verify(struct view response, struct view request,
                       const uint8_t imprint[static SM3_SIZE], struct view roots_pem, int64_t *time,
                       struct buf *signer)
{
    const uint8_t *at = (const uint8_t *)response.ptr;
    if (response.len > DER_MAX)
        return fault(FAULT_LIMIT, "time stamp: the response is larger than 1 MiB");
    TS_RESP *read = d2i_TS_RESP(NULL, &at, (long)response.len);
    if (!read) {
        ERR_clear_error();
        return fault(FAULT_DATA, "time stamp: this is no response of a time stamp server");
    }
    struct rc rc = verify_response(read, request, imprint, roots_pem, time, signer);
    TS_RESP_free(read);
    return rc;
}
