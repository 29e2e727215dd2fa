/* SPDX-License-Identifier: Apache-2.0 */
/* What every store has in common. */
#include "gateway-stub/store/store.h"

#include "agent/base/hash.h"

void reeve_store_submit(struct reeve_store *store, struct reeve_store_request *request)
{
    store->vtable->submit(store, request);
}

void reeve_store_close(struct reeve_store *store)
{
    if (store != NULL) {
        store->vtable->close(store);
    }
}

struct reeve_id reeve_store_own_chain_id(struct reeve_id gateway_id, struct reeve_bytes tenant)
{
    static const char domain[] = "reeve.gateway.chain.v1";
    const struct reeve_bytes parts[] = {
        reeve_bytes_of(domain, sizeof(domain)), /* with its NUL */
        reeve_id_view(&gateway_id),
        tenant,
    };
    struct reeve_digest digest = reeve_sha256(parts, 3);
    struct reeve_id id;
    reeve_move(id.bytes, digest.bytes, sizeof(id.bytes));
    return id;
}
