/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. TLS material as the C strings that gRPC asks for: copies with a NUL, the key's in
 * guarded memory, wiped when they are cleared. */
#ifndef REEVE_AGENT_IO_RPC_PEM_H
#define REEVE_AGENT_IO_RPC_PEM_H

#include "agent/base/buffer.h"
#include "agent/base/secret.h"
#include "agent/io/rpc/tls.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_rpc_pem {
    struct reeve_buffer ca;
    struct reeve_buffer chain;
    struct reeve_secret key;
};

/* TOO_LARGE: over a mebibyte of certificates or REEVE_SECRET_MAX of key. NO_MEMORY. Nothing to
 * clear unless OK. */
enum reeve_status reeve_rpc_pem_init(struct reeve_rpc_pem *pem,
                                     const struct reeve_rpc_tls *tls) REEVE_MUST_CHECK;
void reeve_rpc_pem_clear(struct reeve_rpc_pem *pem);
bool reeve_rpc_pem_has_pair(const struct reeve_rpc_pem *pem);
const char *reeve_rpc_pem_ca(const struct reeve_rpc_pem *pem);
const char *reeve_rpc_pem_chain(const struct reeve_rpc_pem *pem);
const char *reeve_rpc_pem_key(const struct reeve_rpc_pem *pem);

#ifdef __cplusplus
}
#endif
#endif
