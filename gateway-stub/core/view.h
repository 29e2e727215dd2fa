/* SPDX-License-Identifier: Apache-2.0 */
/* Stored rows as messages of the control API, with what only memory knows laid over them. Strings
 * and bytes borrow from the rows where they can; all else is in the arena. NULL: no memory. */
#ifndef REEVE_GATEWAY_STUB_CORE_VIEW_H
#define REEVE_GATEWAY_STUB_CORE_VIEW_H

#include "gateway-stub/core/state.h"
#include "reeve/v1/control.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_view {
    REEVE_VIEW_SPECS = 1 << 0,
    REEVE_VIEW_OUTPUTS = 1 << 1,
    REEVE_VIEW_INPUTS = 1 << 2,
};

ProtobufCBinaryData reeve_view_bytes(struct reeve_bytes bytes);
ProtobufCBinaryData reeve_view_id(struct reeve_arena *arena, const struct reeve_id *id);
struct reeve_v1_job *reeve_view_job(struct reeve_gateway *g, struct reeve_arena *arena,
                                    const struct reeve_store_job *job, unsigned what);
struct reeve_v1_plan *reeve_view_plan(struct reeve_gateway *g, struct reeve_arena *arena,
                                      const struct reeve_store_plan *plan, unsigned what);
struct reeve_v1_worker *reeve_view_worker(struct reeve_gateway *g, struct reeve_arena *arena,
                                          const struct reeve_store_journal *journal);
struct reeve_v1_stored_audit *reeve_view_audit(struct reeve_arena *arena,
                                               const struct reeve_store_audit *audit);
struct reeve_v1_task_version *reeve_view_version(struct reeve_gateway *g, struct reeve_arena *arena,
                                                 const struct reeve_version *version);

/* JobResult, one for each; NULL: no memory. */
struct reeve_v1_job_result **reeve_view_results(struct reeve_arena *arena,
                                                const struct reeve_store_list_results *page);

#ifdef __cplusplus
}
#endif
#endif
