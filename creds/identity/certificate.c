/* SPDX-License-Identifier: Apache-2.0 */
/* What a certificate says, read with BoringSSL. */
#include "creds/identity/certificate.h"

#include <limits.h>

#include <openssl/bytestring.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "agent/base/hash.h"
#include "creds/identity/x509.h"

/* No passphrase is ever asked for: BoringSSL's own callback would read the terminal. */
static int no_passphrase(char *buf, int size, int rwflag, void *u)
{
    if (size > 0) {
        buf[0] = '\0';
    }
    (void)rwflag;
    (void)u;
    return 0;
}

static BIO *bio_of(struct reeve_bytes pem)
{
    return pem.len <= INT_MAX ? BIO_new_mem_buf(pem.data, (int)pem.len) : NULL;
}

X509 *reeve_x509_leaf(struct reeve_bytes pem)
{
    BIO *bio = bio_of(pem);
    X509 *leaf = bio != NULL ? PEM_read_bio_X509(bio, NULL, no_passphrase, NULL) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    return leaf;
}

bool reeve_x509_chain_is_whole(struct reeve_bytes pem)
{
    BIO *bio = bio_of(pem);
    size_t count = 0;
    X509 *one;
    while (bio != NULL && (one = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL)) != NULL) {
        X509_free(one);
        count++;
    }
    /* The way a list of PEM blocks ends: no further start line. */
    const uint32_t last = ERR_peek_last_error();
    const bool at_end =
        ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
    BIO_free(bio);
    ERR_clear_error();
    return count > 0 && at_end;
}

EVP_PKEY *reeve_x509_key(struct reeve_bytes pem)
{
    BIO *bio = bio_of(pem);
    EVP_PKEY *key = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    return key;
}

static enum reeve_status unix_ms(const ASN1_TIME *time, int64_t *out)
{
    int64_t seconds = 0;
    int days = 0;
    int rest = 0;
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    const int ok = epoch != NULL ? ASN1_TIME_diff(&days, &rest, epoch, time) : 0;
    ASN1_TIME_free(epoch);
    if (ok != 1) {
        return REEVE_MALFORMED;
    }
    seconds = (int64_t)days * 86400 + rest;
    *out = seconds * 1000;
    return REEVE_OK;
}

static enum reeve_status take_uri(const ASN1_STRING *uri, struct reeve_certificate *out)
{
    const int len = ASN1_STRING_length(uri);
    const struct reeve_bytes text =
        reeve_bytes_of(ASN1_STRING_get0_data(uri), len > 0 ? (size_t)len : 0);
    REEVE_TRY(reeve_spiffe_parse(text, NULL));
    reeve_zero(out->spiffe_id, sizeof out->spiffe_id);
    return reeve_copy(out->spiffe_id, sizeof out->spiffe_id - 1, text);
}

static enum reeve_status only_uri(const GENERAL_NAMES *names, const ASN1_STRING **out)
{
    const ASN1_STRING *found = NULL;
    for (size_t i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI) {
            continue;
        }
        if (found != NULL) {
            return REEVE_CONSTRAINT;
        }
        found = name->d.uniformResourceIdentifier;
    }
    *out = found;
    return found != NULL ? REEVE_OK : REEVE_NOT_FOUND;
}

static enum reeve_status describe_uri(X509 *certificate, struct reeve_certificate *out)
{
    const ASN1_STRING *uri = NULL;
    int critical = 0;
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, NULL);
    if (names == NULL) {
        /* -1: there is none. Anything else: there are two, or one that does not parse. */
        return critical == -1 ? REEVE_NOT_FOUND : REEVE_MALFORMED;
    }
    enum reeve_status status = only_uri(names, &uri);
    if (status == REEVE_OK) {
        status = take_uri(uri, out);
    }
    GENERAL_NAMES_free(names);
    return status;
}

enum reeve_status reeve_x509_der(X509 *certificate, struct reeve_buffer *out)
{
    uint8_t *der = NULL;
    const int len = i2d_X509(certificate, &der);
    if (len <= 0) {
        return REEVE_MALFORMED;
    }
    const enum reeve_status status = reeve_buffer_append(out, reeve_bytes_of(der, (size_t)len));
    OPENSSL_free(der);
    return status;
}

static enum reeve_status fingerprint(X509 *certificate, struct reeve_digest *out)
{
    struct reeve_buffer der;
    reeve_buffer_init(&der, NULL, 1u << 20);
    const enum reeve_status status = reeve_x509_der(certificate, &der);
    if (status == REEVE_OK) {
        *out = reeve_sha256_of(reeve_buffer_view(&der));
    }
    reeve_buffer_clear(&der);
    return status;
}

enum reeve_status reeve_x509_describe(X509 *certificate, struct reeve_certificate *out)
{
    reeve_zero(out, sizeof *out);
    if (X509_check_ca(certificate) != 0) {
        return REEVE_CONSTRAINT;
    }
    REEVE_TRY(describe_uri(certificate, out));
    REEVE_TRY(unix_ms(X509_get0_notBefore(certificate), &out->not_before_unix_ms));
    REEVE_TRY(unix_ms(X509_get0_notAfter(certificate), &out->not_after_unix_ms));
    return fingerprint(certificate, &out->fingerprint);
}

enum reeve_status reeve_certificate_parse(struct reeve_bytes pem, struct reeve_certificate *out)
{
    X509 *leaf = reeve_x509_leaf(pem);
    if (leaf == NULL) {
        return REEVE_MALFORMED;
    }
    const enum reeve_status status = reeve_x509_describe(leaf, out);
    X509_free(leaf);
    ERR_clear_error();
    return status;
}
