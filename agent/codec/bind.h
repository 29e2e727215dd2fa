/* SPDX-License-Identifier: Apache-2.0 */
/* Names under which nanopb's macros find our structs: PB_BIND wants a plain identifier for the
 * struct and for each type of sub-message. Private to agent/codec. */
#ifndef REEVE_AGENT_CODEC_BIND_H
#define REEVE_AGENT_CODEC_BIND_H

#include <pb.h>
#include <reeve/v1/audit.pb.h>
#include <reeve/v1/job.pb.h>
#include <reeve/v1/journal.pb.h>
#include <reeve/v1/worker.pb.h>

#include "agent/codec/frame.h"
#include "agent/codec/journal_record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(struct name without prefix) */
#define REEVE_BOUND_MAP(X)                                                                         \
    X(job_spec)                                                                                    \
    X(plan_statement)                                                                              \
    X(signature)                                                                                   \
    X(signed_plan)                                                                                 \
    X(violation)                                                                                   \
    X(job_error)                                                                                   \
    X(chain_opened)                                                                                \
    X(commitment)                                                                                  \
    X(job_ended)                                                                                   \
    X(session_event)                                                                               \
    X(gap)                                                                                         \
    X(settlement)                                                                                  \
    X(configuration_loaded)                                                                        \
    X(plan_decided)                                                                                \
    X(audit_entry)                                                                                 \
    X(checkpoint)                                                                                  \
    X(signed_checkpoint)                                                                           \
    X(countersignature)                                                                            \
    X(hello)                                                                                       \
    X(task_offer)                                                                                  \
    X(label)                                                                                       \
    X(resume)                                                                                      \
    X(resume_entry)                                                                                \
    X(resume_done)                                                                                 \
    X(limit)                                                                                       \
    X(accepted)                                                                                    \
    X(progress)                                                                                    \
    X(result_chunk)                                                                                \
    X(outcome)                                                                                     \
    X(audit_batch)                                                                                 \
    X(heartbeat)                                                                                   \
    X(renew_identity)                                                                              \
    X(draining)                                                                                    \
    X(recalled)                                                                                    \
    X(welcome)                                                                                     \
    X(task_standing)                                                                               \
    X(dispatch)                                                                                    \
    X(cancel)                                                                                      \
    X(recall)                                                                                      \
    X(outcome_ack)                                                                                 \
    X(audit_ack)                                                                                   \
    X(result_ack)                                                                                  \
    X(identity_renewed)                                                                            \
    X(drain)                                                                                       \
    X(retry)                                                                                       \
    X(journal_opened)                                                                              \
    X(hello_prepared)                                                                              \
    X(epoch_entered)                                                                               \
    X(job_intent)                                                                                  \
    X(job_outcome)                                                                                 \
    X(audit_appended)                                                                              \
    X(ack_received)                                                                                \
    X(checkpoint_made)                                                                             \
    X(state_changed)                                                                               \
    X(mark_advanced)                                                                               \
    X(job_remembered)

#define X(name) typedef struct reeve_##name reeve_##name;
REEVE_BOUND_MAP(X)
#undef X

#define X(name) extern const pb_msgdesc_t reeve_##name##_msg;
REEVE_BOUND_MAP(X)
#undef X

/* Sub-messages: struct, field, type. */
#define reeve_signed_plan_signatures_MSGTYPE reeve_signature
#define reeve_job_error_violations_MSGTYPE reeve_violation
#define reeve_job_ended_input_MSGTYPE reeve_commitment
#define reeve_job_ended_output_MSGTYPE reeve_commitment
#define reeve_signed_checkpoint_signature_MSGTYPE reeve_signature
#define reeve_countersignature_signature_MSGTYPE reeve_signature
#define reeve_hello_tasks_MSGTYPE reeve_task_offer
#define reeve_hello_labels_MSGTYPE reeve_label
#define reeve_resume_entries_MSGTYPE reeve_resume_entry
#define reeve_outcome_error_MSGTYPE reeve_job_error
#define reeve_outcome_audit_MSGTYPE reeve_audit_entry
#define reeve_audit_batch_entries_MSGTYPE reeve_audit_entry
#define reeve_audit_batch_checkpoint_MSGTYPE reeve_signed_checkpoint
#define reeve_welcome_standings_MSGTYPE reeve_task_standing
#define reeve_dispatch_plan_MSGTYPE reeve_signed_plan
#define reeve_audit_ack_countersignature_MSGTYPE reeve_countersignature
#define reeve_job_intent_input_MSGTYPE reeve_commitment
#define reeve_checkpoint_made_checkpoint_MSGTYPE reeve_signed_checkpoint
#define reeve_checkpoint_made_countersignature_MSGTYPE reeve_countersignature

#ifdef __cplusplus
}
#endif
#endif
