/* sm3: GB/T 32905-2016 over EVP. The algorithm is fetched once; OpenSSL makes that thread-safe. */
#include "foundation/crypto/crypto.h"

#include <openssl/evp.h>
#include <string.h>

struct sm3 {
    EVP_MD_CTX *context;
};

static struct rc refused(void)
{
    return fault(FAULT_IO, "SM3: this OpenSSL refuses it; install one built with SM3");
}

struct rc sm3_digest(struct view bytes, uint8_t out[static SM3_SIZE])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(bytes.ptr ? bytes.ptr : "", bytes.len, digest, &size, EVP_sm3(), NULL) != 1 ||
        size != SM3_SIZE)
        return refused();
    memcpy(out, digest, SM3_SIZE);
    return RC_OK;
}

void crypto_to_hex(const uint8_t *bytes, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
}

struct rc sm3_hex(struct view bytes, char out[static SM3_HEX])
{
    uint8_t digest[SM3_SIZE];
    TRY(sm3_digest(bytes, digest));
    crypto_to_hex(digest, SM3_SIZE, out);
    return RC_OK;
}

struct rc sm3_new(struct sm3 **out)
{
    struct sm3 *sm3 = mem_new(sizeof *sm3);
    sm3->context = EVP_MD_CTX_new();
    if (!sm3->context)
        panic("out of memory");
    if (EVP_DigestInit_ex(sm3->context, EVP_sm3(), NULL) != 1) {
        sm3_free(sm3);
        return refused();
    }
    *out = sm3;
    return RC_OK;
}

struct rc sm3_add(struct sm3 *sm3, struct view bytes)
{
    return EVP_DigestUpdate(sm3->context, bytes.ptr, bytes.len) == 1 ? RC_OK : refused();
}

struct rc sm3_end(struct sm3 *sm3, uint8_t out[static SM3_SIZE])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_DigestFinal_ex(sm3->context, digest, &size) != 1 || size != SM3_SIZE)
        return refused();
    memcpy(out, digest, SM3_SIZE);
    return RC_OK;
}

void sm3_free(struct sm3 *sm3)
{
    if (!sm3)
        return;
    EVP_MD_CTX_free(sm3->context);
    mem_free(sm3);
}

struct rc crypto_self_test(void)
{
    /* GB/T 32905-2016 A.1 ("abc") and A.2 ("abcd" sixteen times). */
    static const struct {
        const char *message, *digest;
    } vectors[] = {
        {"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
        {"abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
         "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"},
    };
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        char hex[SM3_HEX];
        TRY(sm3_hex(view_of(vectors[i].message), hex));
        if (strcmp(hex, vectors[i].digest) != 0)
            return fault(FAULT_DATA, "SM3 self-test %zu of %zu failed", i + 1, COUNT_OF(vectors));
    }
    return RC_OK;
}
