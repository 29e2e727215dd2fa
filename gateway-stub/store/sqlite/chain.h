/* SPDX-License-Identifier: Apache-2.0 */
/* Audit chains in the store: heads, records, the gateway's own chains. */
#ifndef REEVE_GATEWAY_STUB_STORE_SQLITE_CHAIN_H
#define REEVE_GATEWAY_STUB_STORE_SQLITE_CHAIN_H

#include "gateway-stub/store/sqlite/context.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_chain_row {
    int64_t row;
    uint64_t sequence;
    struct reeve_digest hash;
    int64_t time_unix_ms;
    uint64_t dispatched;
};

/* NOT_FOUND. */
enum reeve_status reeve_chain_find(struct reeve_db *db, const struct reeve_id *chain_id,
                                   struct reeve_chain_row *chain) REEVE_MUST_CHECK;
/* An empty chain; `journal_row` 0: one of the gateway's own. */
struct reeve_chain_new {
    struct reeve_id chain_id;
    int64_t journal_row;
    struct reeve_bytes tenant;
    struct reeve_bytes identity;
    struct reeve_bytes public_key;
};
enum reeve_status reeve_chain_insert(struct reeve_db *db, const struct reeve_chain_new *chain,
                                     struct reeve_chain_row *row) REEVE_MUST_CHECK;
/* Writes the head back. */
enum reeve_status reeve_chain_advance(struct reeve_db *db,
                                      const struct reeve_chain_row *chain) REEVE_MUST_CHECK;
/* Stores a record; job_id and plan_id may be NULL. The head is not touched. */
enum reeve_status reeve_chain_append(struct reeve_db *db, int64_t chain_row,
                                     const struct reeve_store_audit *audit,
                                     const struct reeve_id *job_id, const struct reeve_id *plan_id,
                                     int64_t *audit_row) REEVE_MUST_CHECK;
/* Stores a checkpoint when it is newer than the one that is there. */
enum reeve_status
reeve_chain_checkpoint(struct reeve_db *db, int64_t chain_row,
                       const struct reeve_store_checkpoint *checkpoint) REEVE_MUST_CHECK;

/* Appends the request's own records to the own chain of request->own_tenant, which is made when it
 * is not there; then says where its head is. Records of end_jobs that were not applied are left
 * out.
 */
enum reeve_status reeve_own_append(struct reeve_sqlite_context *context,
                                   struct reeve_store_request *request) REEVE_MUST_CHECK;
/* One further record, made by the store itself. */
enum reeve_status reeve_own_append_one(struct reeve_sqlite_context *context,
                                       struct reeve_store_request *request,
                                       struct reeve_bytes tenant,
                                       const struct reeve_own_record *record) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
