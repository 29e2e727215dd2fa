/* SPDX-License-Identifier: Apache-2.0 */
/* The seam between the gateway and whatever keeps its state: SQLite here, another database or a
 * simulator's memory behind the same table of functions.
 *
 *   struct reeve_store_request *r = reeve_store_request_new(a, REEVE_STORE_APPROVE_PLAN, 0);
 *   … fill r->u.approve_plan, r->done …
 *   reeve_store_submit(store, r);        // returns at once
 *   … later, on a thread of the store: r->done(r->done_ctx, r) with r->status
 *
 * Requests complete exactly once, never inside reeve_store_submit(). Transitions complete in the
 * order of their submission, and only when they are durable; queries complete in any order. Status
 * of any request beside its own: DISK_FULL, IO (nothing was done; a later one may go through),
 * CORRUPT, NO_MEMORY, CLOSED. */
#ifndef REEVE_GATEWAY_STUB_STORE_STORE_H
#define REEVE_GATEWAY_STUB_STORE_STORE_H

#include "agent/base/buffer.h"
#include "gateway-stub/store/request.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_store;

struct reeve_store_vtable {
    void (*submit)(struct reeve_store *store, struct reeve_store_request *request);
    /* Completes all that was submitted, then frees the store. */
    void (*close)(struct reeve_store *store);
};

/* Embedded as the first member of an implementation. */
struct reeve_store {
    const struct reeve_store_vtable *vtable;
};

/* Any thread. `request->done` must be set. */
void reeve_store_submit(struct reeve_store *store, struct reeve_store_request *request);
/* From one thread, after the last submit. Blocks until every request has completed. NULL is fine.
 */
void reeve_store_close(struct reeve_store *store);

/* Makes the bytes of an own record: encodes it with the place it was given. Called on the store's
 * writer; pure; the gateway's core implements it (reeve_gateway_seal()). */
struct reeve_store_place {
    struct reeve_id chain_id;
    const uint8_t *public_key; /* 32 bytes; for CHAIN_OPENED */
    uint64_t sequence;
    struct reeve_digest previous_hash;
    int64_t time_unix_ms;
};
struct reeve_store_sealer {
    enum reeve_status (*seal)(void *ctx, const struct reeve_own_record *record,
                              const struct reeve_store_place *place, struct reeve_buffer *to);
    void *ctx;
    uint8_t public_key[32]; /* signs the checkpoints of these chains */
};

/* The id of the gateway's own chain of a tenant: the first 16 bytes of
 * SHA-256("reeve.gateway.chain.v1" NUL gateway_id tenant). */
struct reeve_id reeve_store_own_chain_id(struct reeve_id gateway_id, struct reeve_bytes tenant);

#ifdef __cplusplus
}
#endif
#endif
