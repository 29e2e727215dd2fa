/* SPDX-License-Identifier: Apache-2.0 */
/* What one side shows and whom it believes, as PEM. TLS 1.3 only, both sides authenticated, a
 * private CA only: the machine's public roots are never consulted.
 *
 * gRPC core keeps copies of chain and key in ordinary memory for as long as the channel or server
 * lives; nothing here can wipe those. Our own copies are wiped. */
#ifndef REEVE_AGENT_IO_RPC_TLS_H
#define REEVE_AGENT_IO_RPC_TLS_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Borrowed for the call that takes it. */
struct reeve_rpc_tls {
    struct reeve_bytes ca_pem;    /* CA certificates; required */
    struct reeve_bytes chain_pem; /* own certificate, leaf first; a client may leave chain and key
                                     empty and is then anonymous */
    struct reeve_bytes key_pem;   /* PKCS#8 or traditional; required beside chain_pem */
};

#ifdef __cplusplus
}
#endif
#endif
