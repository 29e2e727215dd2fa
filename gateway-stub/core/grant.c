/* SPDX-License-Identifier: Apache-2.0 */
/* Matching identities with grants. */
#include "gateway-stub/core/grant.h"

/* How well a grant matches: SIZE_MAX exactly, else the prefix's length; 0: not at all. */
static size_t match(const struct reeve_grant *grant, struct reeve_bytes identity)
{
    struct reeve_bytes pattern = reeve_bytes_cstr(grant->identity);
    if (reeve_bytes_equal(pattern, identity)) {
        return SIZE_MAX;
    }
    if (pattern.len < 2 || pattern.data[pattern.len - 1] != '*' ||
        pattern.data[pattern.len - 2] != '/') {
        return 0;
    }
    struct reeve_bytes prefix = reeve_bytes_slice(pattern, 0, pattern.len - 1);
    bool longer = identity.len > prefix.len;
    return longer && reeve_bytes_starts_with(identity, prefix) ? prefix.len : 0;
}

const struct reeve_grant *reeve_grant_find(const struct reeve_grant *grants, size_t count,
                                           const char *identity)
{
    const struct reeve_grant *best = NULL;
    size_t best_match = 0;
    for (size_t i = 0; i < count; i++) {
        size_t found = match(&grants[i], reeve_bytes_cstr(identity));
        if (found > best_match) {
            best = &grants[i];
            best_match = found;
        }
    }
    return best;
}

struct reeve_peer reeve_grant_peer(const struct reeve_grant *grant, const char *identity,
                                   int64_t identity_not_after_unix_ms)
{
    return (struct reeve_peer){
        .identity = identity,
        .tenant = grant->tenant,
        .roles = grant->roles,
        .pools = grant->pools,
        .pools_count = grant->pools_count,
        .identity_not_after_unix_ms = identity_not_after_unix_ms,
    };
}
