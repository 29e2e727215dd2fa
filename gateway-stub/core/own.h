/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway's own chains: records for what no worker ran, sealed by the store; checkpoints. */
#ifndef REEVE_GATEWAY_STUB_CORE_OWN_H
#define REEVE_GATEWAY_STUB_CORE_OWN_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Room for `max` records in a request's arena. NO_MEMORY. */
enum reeve_status reeve_own_begin(struct reeve_store_request *request,
                                  const struct reeve_tenant *tenant, size_t max) REEVE_MUST_CHECK;
/* The next record, counted; never more than `max` of them. */
struct reeve_own_record *reeve_own_next(struct reeve_store_request *request);
/* A job's end on the gateway's word, as the job's end_* say: the store's row and its record. */
enum reeve_status reeve_own_job_ended(struct reeve_gateway *g, struct reeve_store_request *request,
                                      const struct reeve_job *job,
                                      struct reeve_store_end *end) REEVE_MUST_CHECK;
/* Records that a session broke the contract, or that a copy of its journal runs: once, when it is
 * ended for that. */
void reeve_own_violation(struct reeve_gateway *g, const struct reeve_session *session);
/* Takes over the head that a request gave back. */
void reeve_own_noted(struct reeve_gateway *g, const struct reeve_store_request *request);
/* Signs the heads that moved; the housekeeping timer's function. */
void reeve_own_housekeeping(void *owner, void *context);
void reeve_own_checkpointed(struct reeve_gateway *g, const struct reeve_store_request *request);

#ifdef __cplusplus
}
#endif
#endif
