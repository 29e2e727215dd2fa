/* SPDX-License-Identifier: Apache-2.0 */
/* How each message that sits inside another one is decoded: into zeroed memory of its struct, with
 * all checks of the contract. One shape, so that tables and lists can hold them. Private to
 * agent/codec. */
#ifndef REEVE_AGENT_CODEC_READ_H
#define REEVE_AGENT_CODEC_READ_H

#include "agent/base/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(struct name without prefix) */
#define REEVE_READ_MAP(X)                                                                          \
    X(signature)                                                                                   \
    X(violation)                                                                                   \
    X(job_error)                                                                                   \
    X(signed_plan)                                                                                 \
    X(audit_entry)                                                                                 \
    X(outcome)                                                                                     \
    X(task_offer)                                                                                  \
    X(label)                                                                                       \
    X(hello)                                                                                       \
    X(resume_entry)                                                                                \
    X(resume)                                                                                      \
    X(resume_done)                                                                                 \
    X(limit)                                                                                       \
    X(accepted)                                                                                    \
    X(progress)                                                                                    \
    X(result_chunk)                                                                                \
    X(audit_batch)                                                                                 \
    X(heartbeat)                                                                                   \
    X(renew_identity)                                                                              \
    X(draining)                                                                                    \
    X(recalled)                                                                                    \
    X(task_standing)                                                                               \
    X(welcome)                                                                                     \
    X(dispatch)                                                                                    \
    X(cancel)                                                                                      \
    X(recall)                                                                                      \
    X(outcome_ack)                                                                                 \
    X(audit_ack)                                                                                   \
    X(result_ack)                                                                                  \
    X(identity_renewed)                                                                            \
    X(drain)                                                                                       \
    X(retry)                                                                                       \
    X(chain_opened)                                                                                \
    X(job_ended)                                                                                   \
    X(session_event)                                                                               \
    X(gap)                                                                                         \
    X(settlement)                                                                                  \
    X(configuration_loaded)                                                                        \
    X(plan_decided)                                                                                \
    X(signed_checkpoint)                                                                           \
    X(countersignature)

#define X(name)                                                                                    \
    enum reeve_status reeve_##name##_read(struct reeve_bytes bytes, struct reeve_arena *arena,     \
                                          void *out) REEVE_MUST_CHECK;
REEVE_READ_MAP(X)
#undef X

#ifdef __cplusplus
}
#endif
#endif
