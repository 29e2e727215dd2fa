/* SPDX-License-Identifier: Apache-2.0 */
/* JobSpec, the one thing that is executed once (reeve.v1.JobSpec). Its bytes are carried as they
 * were submitted; encoding is for whoever submits. */
#ifndef REEVE_AGENT_CODEC_JOB_SPEC_H
#define REEVE_AGENT_CODEC_JOB_SPEC_H

#include "agent/base/buffer.h"
#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_JOB_SPEC_TENANT_MAX 63u
#define REEVE_JOB_SPEC_POOL_MAX 63u
#define REEVE_JOB_SPEC_TASK_MAX 255u

/* Views point into the decoded bytes. */
struct reeve_job_spec {
    struct reeve_bytes tenant; /* [a-z0-9-]{1,63} */
    struct reeve_id job_id;
    struct reeve_id plan_id;
    struct reeve_bytes task; /* package.Service/Method */
    struct reeve_digest fingerprint;
    struct reeve_bytes input;
    /* Audience: exactly one of the two. */
    struct reeve_bytes pool; /* [a-z0-9-]{1,63}; empty when the job is for one journal */
    bool has_journal_id;
    struct reeve_id journal_id;
    int64_t not_before_unix_ms;
    int64_t not_after_unix_ms;
};

/* Decodes strictly. `out` borrows from `bytes`. The caller has compared bytes.len with the
 * session's max_job_spec_bytes. UNKNOWN_FIELD and DUPLICATE_FIELD as the contract demands; UTF8,
 * EMBEDDED_NUL; MALFORMED for anything else that is not a JobSpec: an id of another length, a name
 * with other characters, no audience or two, not_after before not_before. */
enum reeve_status reeve_job_spec_decode(struct reeve_bytes bytes,
                                        struct reeve_job_spec *out) REEVE_MUST_CHECK;
/* The job id in bytes that are not a valid JobSpec, so that a refusal can say whom it concerns.
 * false: there is none to be found. */
bool reeve_job_spec_find_id(struct reeve_bytes bytes, struct reeve_id *out);
/* Appends to `out`. LIMIT, NO_MEMORY; INVALID when a decoder would refuse the result. */
enum reeve_status reeve_job_spec_encode(const struct reeve_job_spec *spec,
                                        struct reeve_buffer *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
