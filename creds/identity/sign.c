/* SPDX-License-Identifier: Apache-2.0 */
/* Signing and verifying with an identity's key: RFC 8032, FIPS 186-5, RFC 8017. */
#include "creds/identity/sign.h"

#include <openssl/digest.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/err.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>

#define RSA_BITS_MIN 2048u
#define RSA_BITS_MAX 8192u
#define SIGNATURE_MAX 1024u

static bool is_p256(const EVP_PKEY *key)
{
    const EC_KEY *ec = EVP_PKEY_get0_EC_KEY(key);
    return ec != NULL && EC_GROUP_get_curve_name(EC_KEY_get0_group(ec)) == NID_X9_62_prime256v1;
}

const char *reeve_sign_scheme_of(const EVP_PKEY *key)
{
    const int type = EVP_PKEY_id(key);
    const int bits = EVP_PKEY_bits(key);
    if (type == EVP_PKEY_ED25519) {
        return "ed25519";
    }
    if (type == EVP_PKEY_EC && is_p256(key)) {
        return "ecdsa-p256-sha256";
    }
    if (type == EVP_PKEY_RSA && bits >= (int)RSA_BITS_MIN && bits <= (int)RSA_BITS_MAX) {
        return "rsa-pss-sha256";
    }
    return NULL;
}

static const EVP_MD *digest_of(const EVP_PKEY *key)
{
    return EVP_PKEY_id(key) == EVP_PKEY_ED25519 ? NULL : EVP_sha256();
}

/* RSA: PSS, salt as long as the digest. The others have nothing to choose. */
static bool set_padding(const EVP_PKEY *key, EVP_PKEY_CTX *ctx)
{
    if (EVP_PKEY_id(key) != EVP_PKEY_RSA) {
        return true;
    }
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, -1) == 1;
}

static enum reeve_status sign_in(EVP_MD_CTX *ctx, EVP_PKEY *key, struct reeve_bytes message,
                                 struct reeve_buffer *out)
{
    uint8_t signature[SIGNATURE_MAX];
    size_t len = sizeof signature;
    EVP_PKEY_CTX *key_ctx = NULL;
    if (EVP_DigestSignInit(ctx, &key_ctx, digest_of(key), NULL, key) != 1 ||
        !set_padding(key, key_ctx) ||
        EVP_DigestSign(ctx, signature, &len, message.data, message.len) != 1) {
        return REEVE_INTERNAL;
    }
    return reeve_buffer_append(out, reeve_bytes_of(signature, len));
}

enum reeve_status reeve_sign_with(EVP_PKEY *key, struct reeve_bytes message,
                                  struct reeve_buffer *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx == NULL) {
        return REEVE_NO_MEMORY;
    }
    const enum reeve_status status = sign_in(ctx, key, message, out);
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return status;
}

static bool verifies(EVP_MD_CTX *ctx, EVP_PKEY *key, struct reeve_bytes message,
                     struct reeve_bytes signature)
{
    EVP_PKEY_CTX *key_ctx = NULL;
    return EVP_DigestVerifyInit(ctx, &key_ctx, digest_of(key), NULL, key) == 1 &&
           set_padding(key, key_ctx) &&
           EVP_DigestVerify(ctx, signature.data, signature.len, message.data, message.len) == 1;
}

enum reeve_status reeve_sign_check(EVP_PKEY *key, const char *scheme, struct reeve_bytes message,
                                   struct reeve_bytes signature)
{
    const char *own = reeve_sign_scheme_of(key);
    if (own == NULL || !reeve_bytes_equal_cstr(reeve_bytes_cstr(own), scheme)) {
        return REEVE_SIGNATURE;
    }
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx == NULL) {
        return REEVE_NO_MEMORY;
    }
    const bool ok = verifies(ctx, key, message, signature);
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return ok ? REEVE_OK : REEVE_SIGNATURE;
}
