/* SPDX-License-Identifier: Apache-2.0 */
/* Signature schemes, on BoringSSL: see scheme.h. */
#include "agent/trust/scheme.h"

#include <openssl/digest.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/nid.h>
#include <openssl/rsa.h>

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192

static bool is_ed25519(const EVP_PKEY *key)
{
    return EVP_PKEY_id(key) == EVP_PKEY_ED25519;
}

static bool is_p256(const EVP_PKEY *key)
{
    const EC_KEY *ec = EVP_PKEY_id(key) == EVP_PKEY_EC ? EVP_PKEY_get0_EC_KEY(key) : NULL;
    return ec != NULL && EC_GROUP_get_curve_name(EC_KEY_get0_group(ec)) == NID_X9_62_prime256v1;
}

static bool is_usable_rsa(const EVP_PKEY *key)
{
    const int bits = EVP_PKEY_bits(key);
    return EVP_PKEY_id(key) == EVP_PKEY_RSA && bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX;
}

static const struct {
    const char *name;
    bool (*fits)(const EVP_PKEY *key);
} SCHEMES[] = {
    {"ed25519", is_ed25519},
    {"ecdsa-p256-sha256", is_p256},
    {"rsa-pss-sha256", is_usable_rsa},
};
#define SCHEMES_COUNT (sizeof(SCHEMES) / sizeof(SCHEMES[0]))

const char *reeve_scheme_of(const EVP_PKEY *key)
{
    for (size_t i = 0; i < SCHEMES_COUNT; i++) {
        if (SCHEMES[i].fits(key)) {
            return SCHEMES[i].name;
        }
    }
    return NULL;
}

enum reeve_status reeve_scheme_check(const EVP_PKEY *key, struct reeve_bytes name)
{
    for (size_t i = 0; i < SCHEMES_COUNT; i++) {
        if (reeve_bytes_equal_cstr(name, SCHEMES[i].name)) {
            return SCHEMES[i].fits(key) ? REEVE_OK : REEVE_SIGNATURE;
        }
    }
    return REEVE_UNSUPPORTED;
}

const EVP_MD *reeve_scheme_digest(const EVP_PKEY *key)
{
    return is_ed25519(key) ? NULL : EVP_sha256();
}

bool reeve_scheme_set_padding(const EVP_PKEY *key, EVP_PKEY_CTX *context)
{
    if (EVP_PKEY_id(key) != EVP_PKEY_RSA) {
        return true;
    }
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, -1) == 1; /* -1: as the digest */
}
