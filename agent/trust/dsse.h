/* SPDX-License-Identifier: Apache-2.0 */
/* DSSE v1 pre-authentication encoding (PAE): what is signed instead of a body, so that a signature
 * over one type of body never passes for another. Source: secure-systems-lab/dsse, protocol.md. */
#ifndef REEVE_AGENT_TRUST_DSSE_H
#define REEVE_AGENT_TRUST_DSSE_H

#include "agent/base/buffer.h"
#include "agent/trust/key.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body. LIMIT, NO_MEMORY. */
enum reeve_status reeve_dsse_pae(const char *type, struct reeve_bytes body,
                                 struct reeve_buffer *out) REEVE_MUST_CHECK;
/* Signs and verifies over the PAE of `body`. `a` is for the encoding in between (NULL: heap).
 * SIGNATURE, STATE, NO_MEMORY. */
enum reeve_status reeve_dsse_sign(const struct reeve_key *key, const char *type,
                                  struct reeve_bytes body, const struct reeve_allocator *a,
                                  struct reeve_signed *out) REEVE_MUST_CHECK;
enum reeve_status reeve_dsse_verify(const struct reeve_public_key *public_key, const char *type,
                                    struct reeve_bytes body, struct reeve_bytes signature,
                                    const struct reeve_allocator *a) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
