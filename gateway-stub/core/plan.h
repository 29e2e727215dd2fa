/* SPDX-License-Identifier: Apache-2.0 */
/* Open plans in memory. */
#ifndef REEVE_GATEWAY_STUB_CORE_PLAN_H
#define REEVE_GATEWAY_STUB_CORE_PLAN_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_plan *reeve_plan_by_id(struct reeve_gateway *g, const struct reeve_id *id);
/* Takes over a plan that is stored, or on its way there: reeve_plan_forget() if it does not get
 * there. Its jobs start in phase PENDING or HELD; `loaded`: from before this gateway started.
 * NO_MEMORY; NOT_FOUND: a task of it is not registered. */
enum reeve_status reeve_plan_adopt(struct reeve_gateway *g, const struct reeve_store_plan *stored,
                                   bool loaded, struct reeve_plan **out) REEVE_MUST_CHECK;
/* One more approval that is stored. */
void reeve_plan_signed(struct reeve_plan *plan, const struct reeve_store_approval *approval);
/* Approved, durably: its jobs may go out. */
void reeve_plan_approved(struct reeve_gateway *g, struct reeve_plan *plan);
/* Asks the store to end a plan and those of its jobs that no worker has; the others are cancelled
 * there. `tag` and `serial` come back with the answer (0: nobody waits). NO_MEMORY. */
struct reeve_plan_ending {
    enum reeve_plan_state state;
    enum reeve_outcome_status status;
    enum reeve_reason reason;
    const char *decision;
    struct reeve_bytes by;
    struct reeve_bytes text;
    uint64_t tag;
    uint64_t serial;
};
enum reeve_status reeve_plan_end(struct reeve_gateway *g, struct reeve_plan *plan,
                                 const struct reeve_plan_ending *ending) REEVE_MUST_CHECK;
/* The store's answer to that. */
void reeve_plan_ended(struct reeve_gateway *g, struct reeve_store_request *request);
/* The wall-clock timer's function: a plan that waits for approval expires. */
void reeve_plan_due(void *owner, void *context);
/* Frees it. */
void reeve_plan_forget(struct reeve_gateway *g, struct reeve_plan *plan);

#ifdef __cplusplus
}
#endif
#endif
