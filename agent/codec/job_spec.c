/* SPDX-License-Identifier: Apache-2.0 */
/* JobSpec, decoded strictly (job_spec.h). */
#include "agent/codec/job_spec.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_JobSpec, reeve_job_spec, 4)

#define KNOWN_FIELDS UINT64_C(0x7fe) /* 1 to 10 */

static enum reeve_status check_audience(const struct reeve_job_spec *spec)
{
    if (spec->has_journal_id) {
        return spec->pool.len == 0 ? REEVE_OK : REEVE_MALFORMED;
    }
    return reeve_check_name(spec->pool, REEVE_JOB_SPEC_POOL_MAX);
}

static enum reeve_status check(const struct reeve_job_spec *spec)
{
    REEVE_TRY(reeve_check_name(spec->tenant, REEVE_JOB_SPEC_TENANT_MAX));
    REEVE_TRY(reeve_check_id(spec->job_id));
    REEVE_TRY(reeve_check_id(spec->plan_id));
    REEVE_TRY(reeve_check_some(spec->task, REEVE_JOB_SPEC_TASK_MAX));
    REEVE_TRY(reeve_check_digest(spec->fingerprint));
    REEVE_TRY(check_audience(spec));
    return spec->not_before_unix_ms < spec->not_after_unix_ms ? REEVE_OK : REEVE_MALFORMED;
}

enum reeve_status reeve_job_spec_decode(struct reeve_bytes bytes, struct reeve_job_spec *out)
{
    *out = (struct reeve_job_spec){.has_journal_id = false};
    REEVE_TRY(reeve_wire_check_strict(bytes, KNOWN_FIELDS, 0));
    REEVE_TRY(reeve_pb_decode(&reeve_job_spec_msg, bytes, out));
    reeve_check_absent_id(&out->has_journal_id, &out->journal_id);
    return check(out);
}

enum reeve_status reeve_job_spec_encode(const struct reeve_job_spec *spec, struct reeve_buffer *out)
{
    if (check(spec) != REEVE_OK) {
        return REEVE_INVALID;
    }
    return reeve_pb_append(&reeve_job_spec_msg, spec, out);
}

#define JOB_ID_FIELD 2u

bool reeve_job_spec_find_id(struct reeve_bytes bytes, struct reeve_id *out)
{
    struct reeve_wire_field field;
    while (reeve_wire_next(&bytes, &field) == REEVE_OK && field.number != 0) {
        if (field.number == JOB_ID_FIELD && field.type == REEVE_WIRE_BYTES &&
            reeve_id_from_bytes(field.bytes, out) == REEVE_OK) {
            return !reeve_id_is_zero(*out);
        }
    }
    return false;
}
