/* SPDX-License-Identifier: Apache-2.0 */
/* What the gateway shows and whom it believes: its identity's files and the CA bundle that signs
 * its clients' certificates. Loaded as a whole; a change that cannot be used never replaces what
 * works. One thread at a time; blocking. */
#ifndef REEVE_GATEWAY_STUB_MAIN_TLS_FILES_H
#define REEVE_GATEWAY_STUB_MAIN_TLS_FILES_H

#include "agent/io/rpc/tls.h"
#include "gateway-stub/main/gateway_config.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_TLS_CA_MAX ((size_t)1024 * 1024)

struct reeve_tls_files;

/* CONFIG: see the report; NO_MEMORY. Keeps copies of the paths. The caller owns *out. */
enum reeve_status reeve_tls_files_open(const struct reeve_gateway_config *config,
                                       const struct reeve_now *now,
                                       struct reeve_config_report *report,
                                       struct reeve_tls_files **out) REEVE_MUST_CHECK;
void reeve_tls_files_free(struct reeve_tls_files *files); /* NULL is fine */

/* Looks at the files; says in the log what changed or what cannot be used. True: the material is
 * new. */
bool reeve_tls_files_poll(struct reeve_tls_files *files, const struct reeve_now *now);
/* Views until the next poll that is true, or free. Holds a secret. */
struct reeve_rpc_tls reeve_tls_files_material(const struct reeve_tls_files *files);
/* The gateway's own SPIFFE ID. */
const char *reeve_tls_files_identity(const struct reeve_tls_files *files);

#ifdef __cplusplus
}
#endif
#endif
