/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate and key: see pair.h. */
#include "creds/identity/pair.h"

#include "agent/base/secret.h"
#include "creds/identity/file.h"
#include "creds/identity/x509.h"

#define FILE_MAX ((size_t)64 * 1024)

enum reeve_status reeve_identity_check_pair(struct reeve_bytes chain_pem,
                                            struct reeve_bytes key_pem)
{
    if (!reeve_x509_chain_is_whole(chain_pem)) {
        return REEVE_MALFORMED;
    }
    X509 *leaf = reeve_x509_leaf(chain_pem);
    EVP_PKEY *key = reeve_x509_key(key_pem);
    enum reeve_status status = REEVE_OK;
    if (leaf == NULL || key == NULL) {
        status = REEVE_MALFORMED;
    } else if (X509_check_private_key(leaf, key) != 1) {
        status = REEVE_CONSTRAINT;
    }
    X509_free(leaf);
    EVP_PKEY_free(key);
    return status;
}

/* ---- from files ---- */

void reeve_identity_pair_init(struct reeve_identity_pair *pair)
{
    reeve_buffer_init(&pair->chain, NULL, FILE_MAX);
    reeve_buffer_init(&pair->key, NULL, FILE_MAX);
}

enum reeve_status reeve_identity_pair_read(struct reeve_identity_pair *pair,
                                           const char *certificate_file, const char *key_file,
                                           struct reeve_identity_error *why)
{
    REEVE_TRY(reeve_identity_read(certificate_file, "certificate", false, &pair->chain, why));
    REEVE_TRY(reeve_identity_read(key_file, "key", true, &pair->key, why));
    const enum reeve_status status =
        reeve_identity_check_pair(reeve_buffer_view(&pair->chain), reeve_buffer_view(&pair->key));
    if (status == REEVE_CONSTRAINT) {
        REEVE_IDENTITY_SAY(why,
                           "key %s does not belong to certificate %s; next: replace both together",
                           key_file, certificate_file);
    } else if (status != REEVE_OK) {
        REEVE_IDENTITY_SAY(why,
                           "key %s or certificate %s is not PEM, or the key has a passphrase; "
                           "next: name a PEM chain, leaf first, and its key",
                           key_file, certificate_file);
    }
    return status;
}

void reeve_identity_pair_clear(struct reeve_identity_pair *pair)
{
    reeve_buffer_clear(&pair->chain);
    if (pair->key.data != NULL) {
        reeve_wipe(pair->key.data, pair->key.capacity);
    }
    reeve_buffer_clear(&pair->key);
}
