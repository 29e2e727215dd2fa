/* SPDX-License-Identifier: Apache-2.0 */
/* The identity: loaded whole, replaced whole. */
#include "creds/identity/identity.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "agent/base/secret.h"
#include "agent/trust/scheme.h"
#include "creds/identity/file.h"
#include "creds/identity/x509.h"

#define CHAIN_MAX ((size_t)256 * 1024)
#define SIGNATURE_MAX 1024u /* of RSA with 8192 bits */

/* One state of the two files, parsed. */
struct material {
    struct reeve_buffer chain_pem;
    struct reeve_buffer leaf_der;
    struct reeve_secret key_pem;
    EVP_PKEY *key;
    const char *scheme;
    struct reeve_certificate certificate;
};

struct reeve_identity {
    struct reeve_buffer certificate_path; /* C strings */
    struct reeve_buffer key_path;
    struct reeve_identity_stamps stamps; /* as last looked at, usable or not */
    struct material current;
};

static const char *certificate_path(const struct reeve_identity *id)
{
    return (const char *)id->certificate_path.data;
}

static const char *key_path(const struct reeve_identity *id)
{
    return (const char *)id->key_path.data;
}

/* ---- material ----------------------------------------------------------------------------------
 */

static void material_init(struct material *m)
{
    reeve_zero(m, sizeof *m);
    reeve_buffer_init(&m->chain_pem, NULL, CHAIN_MAX);
    reeve_buffer_init(&m->leaf_der, NULL, CHAIN_MAX);
    reeve_secret_init(&m->key_pem);
}

static void material_clear(struct material *m)
{
    reeve_buffer_clear(&m->chain_pem);
    reeve_buffer_clear(&m->leaf_der);
    reeve_secret_clear(&m->key_pem);
    EVP_PKEY_free(m->key); /* BoringSSL wipes what it frees */
    m->key = NULL;
}

static void material_move(struct material *to, struct material *from)
{
    material_clear(to);
    reeve_buffer_take(&to->chain_pem, &from->chain_pem);
    reeve_buffer_take(&to->leaf_der, &from->leaf_der);
    reeve_secret_move(&to->key_pem, &from->key_pem);
    to->key = from->key;
    to->scheme = from->scheme;
    to->certificate = from->certificate;
    from->key = NULL;
}

/* ---- what can be wrong -------------------------------------------------------------------------
 */

static enum reeve_status refuse_certificate(enum reeve_status status, const char *path,
                                            struct reeve_identity_error *why)
{
    const char *next = "next: issue one whose only URI SAN is a SPIFFE ID";
    if (status == REEVE_NOT_FOUND) {
        REEVE_IDENTITY_SAY(why, "identity certificate %s has no SPIFFE ID (no URI SAN); %s", path,
                           next);
        return REEVE_CONSTRAINT;
    }
    if (status == REEVE_CONSTRAINT) {
        REEVE_IDENTITY_SAY(why,
                           "identity certificate %s is a CA's, or has more than one URI SAN; the "
                           "leaf must come first in the file; %s",
                           path, next);
        return REEVE_CONSTRAINT;
    }
    if (status == REEVE_SYNTAX || status == REEVE_TOO_LARGE) {
        REEVE_IDENTITY_SAY(why, "identity certificate %s has a URI SAN that is not a SPIFFE ID; %s",
                           path, next);
        return REEVE_CONSTRAINT;
    }
    REEVE_IDENTITY_SAY(why, "identity certificate %s is not a valid X.509 certificate: %s; %s",
                       path, reeve_status_text(status), next);
    return status;
}

static enum reeve_status check_time(const struct reeve_certificate *c, const char *path,
                                    const struct reeve_now *now, struct reeve_identity_error *why)
{
    if (now->unix_ms >= c->not_after_unix_ms) {
        REEVE_IDENTITY_SAY(why,
                           "identity certificate %s expired %lld s ago (%s); next: renew it, or "
                           "correct this machine's clock",
                           path, (long long)((now->unix_ms - c->not_after_unix_ms) / 1000),
                           c->spiffe_id);
        return REEVE_EXPIRED;
    }
    if (now->unix_ms < c->not_before_unix_ms) {
        REEVE_IDENTITY_SAY(why,
                           "identity certificate %s is valid only in %lld s (%s); next: correct "
                           "this machine's clock, or wait",
                           path, (long long)((c->not_before_unix_ms - now->unix_ms) / 1000),
                           c->spiffe_id);
        return REEVE_NOT_YET_VALID;
    }
    return REEVE_OK;
}

/* ---- loading -----------------------------------------------------------------------------------
 */

static enum reeve_status load_certificate(const struct reeve_identity *id, struct material *m,
                                          X509 **leaf, struct reeve_identity_error *why)
{
    const char *path = certificate_path(id);
    REEVE_TRY(reeve_identity_read(path, "certificate", false, &m->chain_pem, why));
    const struct reeve_bytes pem = reeve_buffer_view(&m->chain_pem);
    if (!reeve_x509_chain_is_whole(pem) || (*leaf = reeve_x509_leaf(pem)) == NULL) {
        REEVE_IDENTITY_SAY(
            why,
            "identity certificate %s is not a PEM chain of X.509 certificates; next: "
            "check that it begins with -----BEGIN CERTIFICATE-----",
            path);
        return REEVE_MALFORMED;
    }
    const enum reeve_status status = reeve_x509_describe(*leaf, &m->certificate);
    if (status != REEVE_OK) {
        return refuse_certificate(status, path, why);
    }
    return reeve_x509_der(*leaf, &m->leaf_der);
}

static enum reeve_status read_key(const char *path, struct reeve_secret *out,
                                  struct reeve_identity_error *why)
{
    struct reeve_buffer pem;
    reeve_buffer_init(&pem, NULL, REEVE_SECRET_MAX);
    enum reeve_status status = reeve_identity_read(path, "key", true, &pem, why);
    if (status == REEVE_OK) {
        status = reeve_secret_set(out, reeve_buffer_view(&pem));
    }
    if (pem.data != NULL) {
        reeve_wipe(pem.data, pem.capacity);
    }
    reeve_buffer_clear(&pem);
    return status;
}

static enum reeve_status load_key(const struct reeve_identity *id, struct material *m,
                                  struct reeve_identity_error *why)
{
    const char *path = key_path(id);
    REEVE_TRY(read_key(path, &m->key_pem, why));
    m->key = reeve_x509_key(reeve_secret_view(&m->key_pem));
    if (m->key == NULL) {
        REEVE_IDENTITY_SAY(why,
                           "identity key %s is not a PEM private key without a passphrase; next: "
                           "write it as PKCS#8",
                           path);
        return REEVE_MALFORMED;
    }
    m->scheme = reeve_scheme_of(m->key);
    if (m->scheme == NULL) {
        REEVE_IDENTITY_SAY(
            why,
            "identity key %s is of a kind that is not supported; next: make an ECDSA "
            "P-256, Ed25519 or RSA (2048 bits or more) key",
            path);
        return REEVE_MALFORMED;
    }
    return REEVE_OK;
}

static enum reeve_status load(const struct reeve_identity *id, const struct reeve_now *now,
                              struct material *m, struct reeve_identity_error *why)
{
    X509 *leaf = NULL;
    enum reeve_status status = load_certificate(id, m, &leaf, why);
    if (status == REEVE_OK) {
        status = load_key(id, m, why);
    }
    if (status == REEVE_OK && X509_check_private_key(leaf, m->key) != 1) {
        REEVE_IDENTITY_SAY(why,
                           "identity key %s does not belong to certificate %s; next: replace both "
                           "files together",
                           key_path(id), certificate_path(id));
        status = REEVE_CONSTRAINT;
    }
    if (status == REEVE_OK) {
        status = check_time(&m->certificate, certificate_path(id), now, why);
    }
    X509_free(leaf);
    ERR_clear_error();
    return status;
}

static struct reeve_identity_stamps stamps_of(const struct reeve_identity *id)
{
    return reeve_identity_stamps_of(NULL, certificate_path(id), key_path(id));
}

/* Loads into `current` if all of it holds. The stamps are taken before reading: a file that changes
 * meanwhile differs at the next look. */
static enum reeve_status reload(struct reeve_identity *id, const struct reeve_now *now,
                                struct reeve_identity_error *why)
{
    struct material next;
    material_init(&next);
    id->stamps = stamps_of(id);
    const enum reeve_status status = load(id, now, &next, why);
    if (status == REEVE_OK) {
        material_move(&id->current, &next);
    }
    material_clear(&next);
    return status;
}

static enum reeve_status copy_paths(struct reeve_identity *id,
                                    const struct reeve_identity_files *files)
{
    REEVE_TRY(reeve_buffer_append_cstr(&id->certificate_path, files->certificate_file));
    REEVE_TRY(reeve_buffer_terminate(&id->certificate_path));
    REEVE_TRY(reeve_buffer_append_cstr(&id->key_path, files->key_file));
    return reeve_buffer_terminate(&id->key_path);
}

enum reeve_status reeve_identity_new(const struct reeve_identity_files *files,
                                     const struct reeve_now *now, struct reeve_identity **out,
                                     struct reeve_identity_error *why)
{
    struct reeve_identity *id = reeve_alloc(NULL, sizeof *id);
    if (id == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_IDENTITY_SAY(why, "%s", "");
    reeve_buffer_init(&id->certificate_path, NULL, 4096);
    reeve_buffer_init(&id->key_path, NULL, 4096);
    material_init(&id->current);
    enum reeve_status status = copy_paths(id, files);
    if (status == REEVE_OK) {
        status = reload(id, now, why);
    }
    if (status != REEVE_OK) {
        reeve_identity_free(id);
        return status;
    }
    *out = id;
    return REEVE_OK;
}

void reeve_identity_free(struct reeve_identity *id)
{
    if (id == NULL) {
        return;
    }
    material_clear(&id->current);
    reeve_buffer_clear(&id->certificate_path);
    reeve_buffer_clear(&id->key_path);
    reeve_free(NULL, id, sizeof *id);
}

enum reeve_identity_change reeve_identity_poll(struct reeve_identity *id,
                                               const struct reeve_now *now,
                                               struct reeve_identity_error *why)
{
    const struct reeve_identity_stamps stamps = stamps_of(id);
    if (reeve_identity_stamps_equal(&stamps, &id->stamps)) {
        return REEVE_IDENTITY_SAME;
    }
    return reload(id, now, why) == REEVE_OK ? REEVE_IDENTITY_CHANGED : REEVE_IDENTITY_KEPT;
}

/* ---- looking at it -----------------------------------------------------------------------------
 */

const struct reeve_certificate *reeve_identity_certificate(const struct reeve_identity *id)
{
    return &id->current.certificate;
}

const char *reeve_identity_spiffe_id(const struct reeve_identity *id)
{
    return id->current.certificate.spiffe_id;
}

struct reeve_bytes reeve_identity_chain_pem(const struct reeve_identity *id)
{
    return reeve_buffer_view(&id->current.chain_pem);
}

struct reeve_bytes reeve_identity_key_pem(const struct reeve_identity *id)
{
    return reeve_secret_view(&id->current.key_pem);
}

struct reeve_bytes reeve_identity_leaf_der(const struct reeve_identity *id)
{
    return reeve_buffer_view(&id->current.leaf_der);
}

const char *reeve_identity_scheme(const struct reeve_identity *id)
{
    return id->current.scheme;
}

/* ---- signing -----------------------------------------------------------------------------------
 */

static enum reeve_status sign_in(EVP_MD_CTX *context, EVP_PKEY *key, struct reeve_bytes message,
                                 struct reeve_buffer *out)
{
    uint8_t signature[SIGNATURE_MAX];
    size_t len = sizeof signature;
    EVP_PKEY_CTX *key_context = NULL;
    if (EVP_DigestSignInit(context, &key_context, reeve_scheme_digest(key), NULL, key) != 1 ||
        !reeve_scheme_set_padding(key, key_context) ||
        EVP_DigestSign(context, signature, &len, message.data, message.len) != 1) {
        return REEVE_INTERNAL;
    }
    return reeve_buffer_append(out, reeve_bytes_of(signature, len));
}

enum reeve_status reeve_identity_sign(const struct reeve_identity *id, struct reeve_bytes message,
                                      struct reeve_buffer *out)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL) {
        return REEVE_NO_MEMORY;
    }
    const enum reeve_status status = sign_in(context, id->current.key, message, out);
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return status;
}
