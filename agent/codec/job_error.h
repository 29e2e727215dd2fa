/* SPDX-License-Identifier: Apache-2.0 */
/* Details of an end that is not SUCCEEDED (reeve.v1.JobError): typed codes and our own words only
 * (P2). */
#ifndef REEVE_AGENT_CODEC_JOB_ERROR_H
#define REEVE_AGENT_CODEC_JOB_ERROR_H

#include "agent/codec/outcome_status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_JOB_ERROR_MESSAGE_MAX 512u
#define REEVE_JOB_ERROR_REFERENCE_MAX 32u
#define REEVE_JOB_ERROR_VIOLATIONS_MAX 32u

/* One broken constraint. Never holds the value. */
struct reeve_violation {
    struct reeve_bytes field;
    struct reeve_bytes rule;
    struct reeve_bytes message;
};

struct reeve_violations {
    const struct reeve_violation *items;
    size_t count;
};

struct reeve_job_error {
    enum reeve_reason reason;
    struct reeve_bytes message;         /* at most 512 bytes */
    struct reeve_bytes reference;       /* at most 32 bytes of [0-9a-z-] */
    struct reeve_violations violations; /* at most 32 */
    uint32_t violations_total;
    uint32_t upstream_code;
};

#ifdef __cplusplus
}
#endif
#endif
