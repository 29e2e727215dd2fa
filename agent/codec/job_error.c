/* SPDX-License-Identifier: Apache-2.0 */
/* JobError and its violations (job_error.h). */
#include "agent/codec/job_error.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_Violation, reeve_violation, 4)
PB_BIND(reeve_v1_JobError, reeve_job_error, 4)

#define VIOLATIONS 4u

enum reeve_status reeve_violation_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                       void *out)
{
    (void)arena;
    return reeve_pb_decode(&reeve_violation_msg, bytes, out);
}

enum reeve_status reeve_job_error_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                       void *out)
{
    static const struct reeve_wire_list violations = {VIOLATIONS, REEVE_JOB_ERROR_VIOLATIONS_MAX,
                                                      sizeof(struct reeve_violation),
                                                      reeve_violation_read};
    struct reeve_job_error *error = out;
    void *items;
    REEVE_TRY(reeve_pb_decode(&reeve_job_error_msg, bytes, error));
    REEVE_TRY(reeve_check_max(error->message, REEVE_JOB_ERROR_MESSAGE_MAX));
    REEVE_TRY(reeve_check_reference(error->reference, REEVE_JOB_ERROR_REFERENCE_MAX));
    REEVE_TRY(reeve_wire_read_list(bytes, &violations, arena, &items, &error->violations.count));
    error->violations.items = items;
    return REEVE_OK;
}
