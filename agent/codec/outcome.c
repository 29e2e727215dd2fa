/* SPDX-License-Identifier: Apache-2.0 */
/* Outcome (outcome.h). */
#include "agent/codec/outcome.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_Outcome, reeve_outcome, 4)

#define ERROR 6u

static bool is_known_end(const struct reeve_outcome *outcome)
{
    return outcome->status >= REEVE_OUTCOME_SUCCEEDED && outcome->status <= REEVE_OUTCOME_UNKNOWN &&
           outcome->effect >= REEVE_EFFECT_NONE && outcome->effect <= REEVE_EFFECT_MAYBE;
}

static enum reeve_status check(struct reeve_outcome *outcome)
{
    struct reeve_audit_entry *audit = &outcome->audit;
    REEVE_TRY(reeve_check_id(outcome->job_id));
    if (!is_known_end(outcome) || !outcome->has_audit || audit->record.len == 0) {
        return REEVE_MALFORMED;
    }
    if (outcome->has_error == (outcome->status == REEVE_OUTCOME_SUCCEEDED)) {
        return REEVE_MALFORMED;
    }
    reeve_check_absent_id(&audit->has_input_salt, &audit->input_salt);
    reeve_check_absent_id(&audit->has_output_salt, &audit->output_salt);
    return REEVE_OK;
}

enum reeve_status reeve_outcome_read(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    struct reeve_outcome *outcome = out;
    struct reeve_bytes error;
    REEVE_TRY(reeve_pb_decode(&reeve_outcome_msg, bytes, outcome));
    REEVE_TRY(reeve_wire_only(bytes, ERROR, &error));
    if (error.data != NULL) {
        REEVE_TRY(reeve_job_error_read(error, arena, &outcome->error));
    }
    return check(outcome);
}

enum reeve_status reeve_outcome_decode(struct reeve_bytes bytes, struct reeve_arena *arena,
                                       struct reeve_outcome *out)
{
    *out = (struct reeve_outcome){.attempt = 0};
    return reeve_outcome_read(bytes, arena, out);
}

enum reeve_status reeve_outcome_encode(const struct reeve_outcome *outcome,
                                       struct reeve_buffer *out)
{
    return reeve_pb_append(&reeve_outcome_msg, outcome, out);
}
