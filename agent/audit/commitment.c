/* SPDX-License-Identifier: Apache-2.0 */
/* Salted commitments (commitment.h). */
#include "agent/audit/commitment.h"

#include "agent/base/hash.h"

static struct reeve_digest commit(const struct reeve_id *salt, struct reeve_bytes bytes)
{
    const struct reeve_bytes parts[2] = {reeve_id_view(salt), bytes};
    return reeve_sha256(parts, 2);
}

struct reeve_commitment reeve_audit_commit(struct reeve_id salt, struct reeve_bytes complete,
                                           struct reeve_bytes body)
{
    struct reeve_commitment out = {.digest = commit(&salt, complete), .size_bytes = complete.len};
    bool differs = body.data != NULL && !reeve_bytes_equal(complete, body);
    if (differs) {
        out.has_body_digest = true;
        out.body_digest = commit(&salt, body);
    }
    return out;
}

enum reeve_status reeve_audit_commitment_check_complete(const struct reeve_commitment *commitment,
                                                        struct reeve_id salt,
                                                        struct reeve_bytes complete)
{
    bool same = complete.len == commitment->size_bytes &&
                reeve_digest_equal(commit(&salt, complete), commitment->digest);
    return same ? REEVE_OK : REEVE_CHAIN_BROKEN;
}

enum reeve_status reeve_audit_commitment_check(const struct reeve_commitment *commitment,
                                               struct reeve_id salt, struct reeve_bytes body)
{
    if (!commitment->has_body_digest) {
        return reeve_audit_commitment_check_complete(commitment, salt, body);
    }
    return reeve_digest_equal(commit(&salt, body), commitment->body_digest) ? REEVE_OK
                                                                            : REEVE_CHAIN_BROKEN;
}

struct reeve_digest reeve_audit_results_head(struct reeve_digest head, struct reeve_bytes message)
{
    const struct reeve_bytes parts[] = {reeve_digest_view(&head), message};

    return reeve_sha256(parts, sizeof parts / sizeof parts[0]);
}
