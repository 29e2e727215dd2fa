/* SPDX-License-Identifier: Apache-2.0 */
/* The JobError of a job that the gateway itself ended. */
#ifndef REEVE_GATEWAY_STUB_CORE_JOB_ERROR_H
#define REEVE_GATEWAY_STUB_CORE_JOB_ERROR_H

#include "agent/base/arena.h"
#include "agent/codec/outcome_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Encoded, with our own words for the reason. NO_MEMORY. */
enum reeve_status reeve_job_error_make(struct reeve_arena *arena, enum reeve_reason reason,
                                       struct reeve_bytes *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
