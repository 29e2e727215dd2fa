/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts that failed: whether another one follows, when, and what an operator may do when they
 * are used up. Only where trying again is harmless (P4): the task is idempotent, or the attempt had
 * no effect. */
#ifndef REEVE_GATEWAY_STUB_CORE_RETRY_H
#define REEVE_GATEWAY_STUB_CORE_RETRY_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Takes over the policies of the options. NO_MEMORY; INVALID: one names no task. */
enum reeve_status reeve_retry_take(struct reeve_gateway *g,
                                   const struct reeve_gateway_options *options) REEVE_MUST_CHECK;
/* Whether the job's attempts are used up. */
bool reeve_retry_used_up(const struct reeve_gateway *g, const struct reeve_job *job);
/* What is to become of the job when this end of an attempt of it is stored; an end that stays one
 * gets the worst effect of all attempts. `job` NULL: not open here. */
void reeve_retry_judge(struct reeve_gateway *g, const struct reeve_job *job,
                       struct reeve_store_item *item);
/* The attempt is over, durably, and the job is not. */
void reeve_retry_recorded(struct reeve_gateway *g, const struct reeve_id *journal_id,
                          const struct reeve_store_item *item);
/* Where stored attempts have left a job that is loaded. */
void reeve_retry_load(struct reeve_job *job, const struct reeve_store_retry *stored);

/* Attempts of a journal that stays away are given up: those that a policy is about are put on
 * record, together. NULL when nothing is. */
struct reeve_store_request *reeve_retry_begin_lost(struct reeve_gateway *g,
                                                   const struct reeve_journal *journal);
/* One of them; its job leaves the journal next. */
void reeve_retry_lost(struct reeve_gateway *g, struct reeve_store_request *request,
                      struct reeve_job *job);
void reeve_retry_end_lost(struct reeve_gateway *g, struct reeve_store_request *request);

/* An operator gave a dead letter a new series of attempts, durably. */
void reeve_retry_requeued(struct reeve_gateway *g, struct reeve_store_request *request);

#ifdef __cplusplus
}
#endif
#endif
