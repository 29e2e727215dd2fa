/* SPDX-License-Identifier: Apache-2.0 */
/* PEM with a NUL behind it. */
#include "agent/io/rpc/pem.h"

#define CERTIFICATES_MAX (1u << 20)

static enum reeve_status copy_text(struct reeve_buffer *to, struct reeve_bytes from)
{
    REEVE_TRY(reeve_buffer_append(to, from));
    return reeve_buffer_terminate(to);
}

/* The NUL is part of the secret: the only way to have one behind guarded bytes. */
static enum reeve_status copy_key(struct reeve_secret *to, struct reeve_bytes from)
{
    struct reeve_buffer text;
    reeve_buffer_init(&text, NULL, REEVE_SECRET_MAX);
    enum reeve_status status = reeve_buffer_reserve(&text, from.len + 1);
    if (status == REEVE_OK) {
        status = reeve_buffer_append(&text, from);
    }
    if (status == REEVE_OK) {
        status = reeve_buffer_append_byte(&text, 0);
    }
    if (status == REEVE_OK) {
        status = reeve_secret_set(to, reeve_buffer_view(&text));
    }
    if (text.data != NULL) {
        reeve_wipe(text.data, text.len);
    }
    reeve_buffer_clear(&text);
    return status;
}

enum reeve_status reeve_rpc_pem_init(struct reeve_rpc_pem *pem, const struct reeve_rpc_tls *tls)
{
    reeve_buffer_init(&pem->ca, NULL, CERTIFICATES_MAX);
    reeve_buffer_init(&pem->chain, NULL, CERTIFICATES_MAX);
    reeve_secret_init(&pem->key);
    enum reeve_status status = copy_text(&pem->ca, tls->ca_pem);
    if (status == REEVE_OK) {
        status = copy_text(&pem->chain, tls->chain_pem);
    }
    if (status == REEVE_OK && tls->key_pem.len > 0) {
        status = copy_key(&pem->key, tls->key_pem);
    }
    if (status != REEVE_OK) {
        reeve_rpc_pem_clear(pem);
    }
    return status == REEVE_LIMIT ? REEVE_TOO_LARGE : status;
}

void reeve_rpc_pem_clear(struct reeve_rpc_pem *pem)
{
    reeve_buffer_clear(&pem->ca);
    reeve_buffer_clear(&pem->chain);
    reeve_secret_clear(&pem->key);
}

bool reeve_rpc_pem_has_pair(const struct reeve_rpc_pem *pem)
{
    return pem->chain.len > 0 && pem->key.len > 0;
}

const char *reeve_rpc_pem_ca(const struct reeve_rpc_pem *pem)
{
    return (const char *)pem->ca.data;
}

const char *reeve_rpc_pem_chain(const struct reeve_rpc_pem *pem)
{
    return (const char *)pem->chain.data;
}

const char *reeve_rpc_pem_key(const struct reeve_rpc_pem *pem)
{
    return (const char *)reeve_secret_view(&pem->key).data;
}
