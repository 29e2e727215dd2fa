/* SPDX-License-Identifier: Apache-2.0 */
/* Certificate and key: see pair.h. */
#include "creds/identity/pair.h"

#include "creds/identity/x509.h"

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
