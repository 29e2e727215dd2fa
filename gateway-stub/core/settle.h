/* SPDX-License-Identifier: Apache-2.0 */
/* What a message brings for the store: outcomes, audit records, checkpoints, results. */
#ifndef REEVE_GATEWAY_STUB_CORE_SETTLE_H
#define REEVE_GATEWAY_STUB_CORE_SETTLE_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Gathers one message's items. The request's arena holds the message, so that nothing is copied
 * again. */
struct reeve_settling {
    struct reeve_store_request *request;
    size_t capacity;
    size_t results_capacity;
    bool any;
};

/* `frames`: how many the message can have at most. NO_MEMORY. */
enum reeve_status reeve_settling_begin(struct reeve_gateway *g, struct reeve_session *session,
                                       struct reeve_settling *settling,
                                       struct reeve_bytes *message) REEVE_MUST_CHECK;
/* `payload` is the frame's: the error's bytes are taken from there as they came. */
enum reeve_status reeve_settling_outcome(struct reeve_gateway *g, struct reeve_session *session,
                                         struct reeve_settling *settling,
                                         const struct reeve_outcome *outcome,
                                         struct reeve_bytes payload) REEVE_MUST_CHECK;
enum reeve_status reeve_settling_audit(struct reeve_gateway *g, struct reeve_session *session,
                                       struct reeve_settling *settling,
                                       const struct reeve_audit_batch *batch) REEVE_MUST_CHECK;
enum reeve_status reeve_settling_result(struct reeve_gateway *g, struct reeve_session *session,
                                        struct reeve_settling *settling,
                                        const struct reeve_result_chunk *chunk) REEVE_MUST_CHECK;
/* Submits what there is, or frees it. */
void reeve_settling_end(struct reeve_gateway *g, struct reeve_session *session,
                        struct reeve_settling *settling);
/* The store's answer. */
void reeve_settled(struct reeve_gateway *g, const struct reeve_store_request *request);

#ifdef __cplusplus
}
#endif
#endif
