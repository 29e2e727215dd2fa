/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures by a certificate's key, on BoringSSL (certificate.h). */
#include "agent/trust/certificate.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "agent/trust/scheme.h"

static X509 *parse(struct reeve_bytes der)
{
    const uint8_t *at = der.data;
    if (der.len == 0 || der.len > LONG_MAX) {
        return NULL;
    }
    X509 *certificate = d2i_X509(NULL, &at, (long)der.len);
    if (certificate != NULL && at != der.data + der.len) {
        X509_free(certificate);
        certificate = NULL;
    }
    ERR_clear_error();
    return certificate;
}

static bool set_up(EVP_MD_CTX *context, EVP_PKEY *key)
{
    EVP_PKEY_CTX *key_context = NULL;
    return EVP_DigestVerifyInit(context, &key_context, reeve_scheme_digest(key), NULL, key) == 1 &&
           reeve_scheme_set_padding(key, key_context);
}

static enum reeve_status verify(EVP_PKEY *key, struct reeve_bytes scheme,
                                struct reeve_bytes message, struct reeve_bytes signature)
{
    REEVE_TRY(reeve_scheme_check(key, scheme));
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL) {
        return REEVE_NO_MEMORY;
    }
    bool ok = set_up(context, key) && EVP_DigestVerify(context, signature.data, signature.len,
                                                       message.data, message.len) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return ok ? REEVE_OK : REEVE_SIGNATURE;
}

enum reeve_status reeve_certificate_verify(struct reeve_bytes certificate,
                                           struct reeve_bytes scheme, struct reeve_bytes message,
                                           struct reeve_bytes signature)
{
    X509 *parsed = parse(certificate);
    if (parsed == NULL) {
        return REEVE_MALFORMED;
    }
    enum reeve_status status = REEVE_MALFORMED;
    EVP_PKEY *key = X509_get_pubkey(parsed);
    if (key != NULL) {
        status = verify(key, scheme, message, signature);
    }
    EVP_PKEY_free(key);
    X509_free(parsed);
    ERR_clear_error();
    return status;
}

/* The URI among the names when there is exactly one. */
static const ASN1_IA5STRING *only_uri(const GENERAL_NAMES *names)
{
    const ASN1_IA5STRING *uri = NULL;
    for (size_t i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI) {
            continue;
        }
        if (uri != NULL) {
            return NULL;
        }
        uri = name->d.uniformResourceIdentifier;
    }
    return uri;
}

enum reeve_status reeve_certificate_check_identity(struct reeve_bytes certificate,
                                                   struct reeve_bytes identity)
{
    X509 *parsed = parse(certificate);
    if (parsed == NULL) {
        return REEVE_MALFORMED;
    }
    enum reeve_status status = REEVE_WRONG_AUDIENCE;
    GENERAL_NAMES *names = X509_get_ext_d2i(parsed, NID_subject_alt_name, NULL, NULL);
    const ASN1_IA5STRING *uri = names == NULL ? NULL : only_uri(names);
    if (uri != NULL &&
        reeve_bytes_equal(identity, reeve_bytes_of(ASN1_STRING_get0_data(uri),
                                                   (size_t)ASN1_STRING_length(uri)))) {
        status = REEVE_OK;
    }
    GENERAL_NAMES_free(names);
    X509_free(parsed);
    ERR_clear_error();
    return status;
}
