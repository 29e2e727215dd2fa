/* SPDX-License-Identifier: Apache-2.0 */
/* Which certificate may do what: the configuration's grants, matched against a SPIFFE ID. Used by
 * the gateway's server before it hands a peer to the core. */
#ifndef REEVE_GATEWAY_STUB_CORE_GRANT_H
#define REEVE_GATEWAY_STUB_CORE_GRANT_H

#include "gateway-stub/core/gateway.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_grant {
    const char *identity; /* a SPIFFE ID, or a prefix of one that ends in "/" followed by "*" */
    const char *tenant;
    uint32_t roles; /* enum reeve_role */
    const char *const *pools;
    size_t pools_count;
};

/* The grant for an identity: an exact one before any prefix, a longer prefix before a shorter one,
 * the first of equals. NULL: none. */
const struct reeve_grant *reeve_grant_find(const struct reeve_grant *grants, size_t count,
                                           const char *identity);
/* A peer as that grant makes it; it borrows from both. */
struct reeve_peer reeve_grant_peer(const struct reeve_grant *grant, const char *identity,
                                   int64_t identity_not_after_unix_ms);

#ifdef __cplusplus
}
#endif
#endif
