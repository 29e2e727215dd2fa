/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates for development and tests, on BoringSSL. */
#include "creds/identity/dev_pki/pki.h"

#include <limits.h>

#include <openssl/bn.h>
#include <openssl/bytestring.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>
#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "agent/base/alloc.h"

struct reeve_pki_ca {
    X509 *certificate;
    EVP_PKEY *key;
};

/* ---- keys --------------------------------------------------------------------------------------
 */

static bool configure_keygen(EVP_PKEY_CTX *ctx, enum reeve_pki_key_type type)
{
    switch (type) {
    case REEVE_PKI_P256:
        return EVP_PKEY_CTX_set_ec_paramgen_curve_nid(ctx, NID_X9_62_prime256v1) == 1;
    case REEVE_PKI_RSA2048:
        return EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048) == 1;
    case REEVE_PKI_ED25519:
        return true;
    }
    return false;
}

static int key_nid(enum reeve_pki_key_type type)
{
    switch (type) {
    case REEVE_PKI_P256:
        return EVP_PKEY_EC;
    case REEVE_PKI_RSA2048:
        return EVP_PKEY_RSA;
    case REEVE_PKI_ED25519:
        return EVP_PKEY_ED25519;
    }
    return NID_undef;
}

static EVP_PKEY *new_key(enum reeve_pki_key_type type)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(key_nid(type), NULL);
    if (ctx == NULL) {
        return NULL;
    }
    if (EVP_PKEY_keygen_init(ctx) != 1 || !configure_keygen(ctx, type) ||
        EVP_PKEY_keygen(ctx, &key) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* ---- parts of a certificate --------------------------------------------------------------------
 */

static bool set_serial(X509 *certificate)
{
    BIGNUM *number = BN_new();
    const bool ok = number != NULL &&
                    BN_rand(number, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL;
    BN_free(number);
    return ok;
}

static bool set_times(X509 *certificate, int64_t not_before_s, int64_t not_after_s)
{
    return ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)not_before_s) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), (time_t)not_after_s) != NULL;
}

static bool set_subject(X509 *certificate, const char *common_name)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)common_name, -1,
                                      -1, 0) == 1;
}

static bool add_basic_constraints(X509 *certificate, bool is_ca)
{
    BASIC_CONSTRAINTS *constraints = BASIC_CONSTRAINTS_new();
    if (constraints == NULL) {
        return false;
    }
    constraints->ca = is_ca ? 0xff : 0;
    const bool ok = X509_add1_ext_i2d(certificate, NID_basic_constraints, constraints, 1, 0) == 1;
    BASIC_CONSTRAINTS_free(constraints);
    return ok;
}

static bool add_key_usage(X509 *certificate, bool is_ca)
{
    /* Bits 0 digitalSignature, 5 keyCertSign, 6 cRLSign (RFC 5280, section 4.2.1.3). */
    ASN1_BIT_STRING *usage = ASN1_BIT_STRING_new();
    bool ok = usage != NULL && ASN1_BIT_STRING_set_bit(usage, is_ca ? 5 : 0, 1) == 1;
    ok = ok && X509_add1_ext_i2d(certificate, NID_key_usage, usage, 1, 0) == 1;
    ASN1_BIT_STRING_free(usage);
    return ok;
}

static bool push_name(GENERAL_NAMES *names, int type, ASN1_STRING *value)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    if (name == NULL || value == NULL) {
        GENERAL_NAME_free(name);
        ASN1_STRING_free(value);
        return false;
    }
    GENERAL_NAME_set0_value(name, type, value);
    if (sk_GENERAL_NAME_push(names, name) == 0) {
        GENERAL_NAME_free(name);
        return false;
    }
    return true;
}

static ASN1_STRING *ia5(const char *text)
{
    ASN1_STRING *string = ASN1_IA5STRING_new();
    if (string != NULL && ASN1_STRING_set(string, text, -1) != 1) {
        ASN1_STRING_free(string);
        return NULL;
    }
    return string;
}

static enum reeve_status push_all(GENERAL_NAMES *names, int type, const char *const *list)
{
    for (; list != NULL && *list != NULL; list++) {
        ASN1_STRING *value = type == GEN_IPADD ? a2i_IPADDRESS(*list) : ia5(*list);
        if (value == NULL && type == GEN_IPADD) {
            return REEVE_INVALID;
        }
        if (!push_name(names, type, value)) {
            return REEVE_NO_MEMORY;
        }
    }
    return REEVE_OK;
}

static enum reeve_status fill_names(GENERAL_NAMES *names, const struct reeve_pki_leaf *leaf)
{
    REEVE_TRY(push_all(names, GEN_URI, leaf->uris));
    REEVE_TRY(push_all(names, GEN_DNS, leaf->dns));
    return push_all(names, GEN_IPADD, leaf->ips);
}

static enum reeve_status add_alternative_names(X509 *certificate, const struct reeve_pki_leaf *leaf)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    if (names == NULL) {
        return REEVE_NO_MEMORY;
    }
    enum reeve_status status = fill_names(names, leaf);
    if (status == REEVE_OK && sk_GENERAL_NAME_num(names) > 0 &&
        X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, 0) != 1) {
        status = REEVE_INTERNAL;
    }
    GENERAL_NAMES_free(names);
    return status;
}

/* ---- the CA ------------------------------------------------------------------------------------
 */

static bool start_certificate(X509 *certificate, const char *common_name, int64_t not_before_s,
                              int64_t not_after_s, EVP_PKEY *key, bool is_ca)
{
    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
           set_times(certificate, not_before_s, not_after_s) &&
           set_subject(certificate, common_name) && X509_set_pubkey(certificate, key) == 1 &&
           add_basic_constraints(certificate, is_ca) && add_key_usage(certificate, is_ca);
}

static bool make_ca(struct reeve_pki_ca *ca, const char *common_name, int64_t now_unix_s,
                    int64_t valid_s)
{
    ca->key = new_key(REEVE_PKI_P256);
    ca->certificate = X509_new();
    return ca->key != NULL && ca->certificate != NULL &&
           start_certificate(ca->certificate, common_name, now_unix_s - 60, now_unix_s + valid_s,
                             ca->key, true) &&
           X509_set_issuer_name(ca->certificate, X509_get_subject_name(ca->certificate)) == 1 &&
           X509_sign(ca->certificate, ca->key, EVP_sha256()) > 0;
}

enum reeve_status reeve_pki_ca_new(const char *common_name, int64_t now_unix_s, int64_t valid_s,
                                   struct reeve_pki_ca **out)
{
    struct reeve_pki_ca *ca = reeve_alloc(NULL, sizeof *ca);
    if (ca == NULL) {
        return REEVE_NO_MEMORY;
    }
    if (!make_ca(ca, common_name, now_unix_s, valid_s)) {
        reeve_pki_ca_free(ca);
        return REEVE_INTERNAL;
    }
    *out = ca;
    return REEVE_OK;
}

static BIO *bio_of(struct reeve_bytes bytes)
{
    return bytes.len <= INT_MAX ? BIO_new_mem_buf(bytes.data, (int)bytes.len) : NULL;
}

static enum reeve_status load_ca(struct reeve_pki_ca *ca, struct reeve_bytes certificate_pem,
                                 struct reeve_bytes key_pem)
{
    BIO *certificate = bio_of(certificate_pem);
    BIO *key = bio_of(key_pem);
    if (certificate != NULL && key != NULL) {
        ca->certificate = PEM_read_bio_X509(certificate, NULL, NULL, NULL);
        ca->key = PEM_read_bio_PrivateKey(key, NULL, NULL, NULL);
    }
    BIO_free(certificate);
    BIO_free(key);
    if (ca->certificate == NULL || ca->key == NULL) {
        return REEVE_MALFORMED;
    }
    return X509_check_private_key(ca->certificate, ca->key) == 1 ? REEVE_OK : REEVE_CONSTRAINT;
}

enum reeve_status reeve_pki_ca_load(struct reeve_bytes certificate_pem, struct reeve_bytes key_pem,
                                    struct reeve_pki_ca **out)
{
    struct reeve_pki_ca *ca = reeve_alloc(NULL, sizeof *ca);
    if (ca == NULL) {
        return REEVE_NO_MEMORY;
    }
    const enum reeve_status status = load_ca(ca, certificate_pem, key_pem);
    if (status != REEVE_OK) {
        reeve_pki_ca_free(ca);
        return status;
    }
    *out = ca;
    return REEVE_OK;
}

void reeve_pki_ca_free(struct reeve_pki_ca *ca)
{
    if (ca == NULL) {
        return;
    }
    X509_free(ca->certificate);
    EVP_PKEY_free(ca->key);
    reeve_free(NULL, ca, sizeof *ca);
}

/* ---- PEM ---------------------------------------------------------------------------------------
 */

static enum reeve_status append_bio(BIO *bio, struct reeve_buffer *out)
{
    const uint8_t *data = NULL;
    size_t len = 0;
    if (BIO_mem_contents(bio, &data, &len) != 1) {
        return REEVE_INTERNAL;
    }
    return reeve_buffer_append(out, reeve_bytes_of(data, len));
}

static enum reeve_status append_certificate(X509 *certificate, struct reeve_buffer *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    enum reeve_status status = REEVE_INTERNAL;
    if (bio != NULL && PEM_write_bio_X509(bio, certificate) == 1) {
        status = append_bio(bio, out);
    }
    BIO_free(bio);
    return status;
}

static enum reeve_status append_key(EVP_PKEY *key, struct reeve_buffer *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    enum reeve_status status = REEVE_INTERNAL;
    if (bio != NULL && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1) {
        status = append_bio(bio, out);
    }
    BIO_free(bio);
    return status;
}

enum reeve_status reeve_pki_ca_export(const struct reeve_pki_ca *ca,
                                      struct reeve_buffer *certificate_pem,
                                      struct reeve_buffer *key_pem)
{
    REEVE_TRY(append_certificate(ca->certificate, certificate_pem));
    return append_key(ca->key, key_pem);
}

/* ---- leaves ------------------------------------------------------------------------------------
 */

static enum reeve_status sign_leaf(const struct reeve_pki_ca *ca, const struct reeve_pki_leaf *leaf,
                                   X509 *certificate, EVP_PKEY *key)
{
    if (!start_certificate(certificate, leaf->common_name, leaf->not_before_unix_s,
                           leaf->not_after_unix_s, key, leaf->is_ca)) {
        return REEVE_INTERNAL;
    }
    REEVE_TRY(add_alternative_names(certificate, leaf));
    if (X509_set_issuer_name(certificate, X509_get_subject_name(ca->certificate)) != 1 ||
        X509_sign(certificate, ca->key, EVP_sha256()) <= 0) {
        return REEVE_INTERNAL;
    }
    return REEVE_OK;
}

enum reeve_status reeve_pki_ca_sign(const struct reeve_pki_ca *ca,
                                    const struct reeve_pki_leaf *leaf,
                                    struct reeve_buffer *certificate_pem,
                                    struct reeve_buffer *key_pem)
{
    EVP_PKEY *key = new_key(leaf->key_type);
    X509 *certificate = X509_new();
    enum reeve_status status = REEVE_INTERNAL;
    if (key != NULL && certificate != NULL) {
        status = sign_leaf(ca, leaf, certificate, key);
    }
    if (status == REEVE_OK) {
        status = append_certificate(certificate, certificate_pem);
    }
    if (status == REEVE_OK) {
        status = append_key(key, key_pem);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    return status;
}
