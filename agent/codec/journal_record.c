/* SPDX-License-Identifier: Apache-2.0 */
/* Journal records, one message per type (journal_record.h). */
#include "agent/codec/journal_record.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_JournalOpened, reeve_journal_opened, 4)
PB_BIND(reeve_v1_HelloPrepared, reeve_hello_prepared, 4)
PB_BIND(reeve_v1_EpochEntered, reeve_epoch_entered, 4)
PB_BIND(reeve_v1_JobIntent, reeve_job_intent, 4)
PB_BIND(reeve_v1_JobOutcome, reeve_job_outcome, 4)
PB_BIND(reeve_v1_AuditAppended, reeve_audit_appended, 4)
PB_BIND(reeve_v1_AckReceived, reeve_ack_received, 4)
PB_BIND(reeve_v1_CheckpointMade, reeve_checkpoint_made, 4)
PB_BIND(reeve_v1_StateChanged, reeve_state_changed, 4)
PB_BIND(reeve_v1_MarkAdvanced, reeve_mark_advanced, 4)
PB_BIND(reeve_v1_JobRemembered, reeve_job_remembered, 4)

#define APPROVED_BY 9u

/* What nanopb does not check, and the fields that are not in place after it. */
static enum reeve_status finish(struct reeve_bytes body, struct reeve_arena *arena,
                                struct reeve_journal_record *record)
{
    if (record->type == REEVE_JOURNAL_OPENED) {
        return reeve_check_id(record->as.journal_opened.journal_id);
    }
    if (record->type == REEVE_JOURNAL_REMEMBERED) {
        return reeve_check_id(record->as.job_remembered.job_id);
    }
    if (record->type != REEVE_JOURNAL_INTENT) {
        return REEVE_OK;
    }
    struct reeve_job_intent *intent = &record->as.job_intent;
    reeve_check_absent_id(&intent->has_input_salt, &intent->input_salt);
    reeve_check_absent_digest(&intent->input.has_body_digest, &intent->input.body_digest);
    REEVE_TRY(reeve_check_id(intent->job_id));
    return reeve_wire_read_texts(body, APPROVED_BY, REEVE_AUDIT_APPROVERS_MAX, REEVE_KEY_ID_LENGTH,
                                 arena, &intent->approved_by);
}

static const pb_msgdesc_t *record_fields(const struct reeve_journal_record *record,
                                         const void **message)
{
    switch (record->type) {
#define X(name, number, type_)                                                                     \
    case REEVE_JOURNAL_##name:                                                                     \
        *message = &record->as.type_;                                                              \
        return &reeve_##type_##_msg;
        REEVE_JOURNAL_RECORD_MAP(X)
#undef X
    case REEVE_JOURNAL_NONE:
        break;
    }
    return NULL;
}

enum reeve_status reeve_journal_record_decode(uint8_t type, struct reeve_bytes body,
                                              struct reeve_arena *arena,
                                              struct reeve_journal_record *out)
{
    const void *message = NULL;
    *out = (struct reeve_journal_record){.type = (enum reeve_journal_record_type)type};
    const pb_msgdesc_t *fields = record_fields(out, &message);
    if (fields == NULL) {
        out->type = REEVE_JOURNAL_NONE;
        return REEVE_NOT_FOUND;
    }
    /* Every member of the union begins where the union does. */
    REEVE_TRY(reeve_pb_decode(fields, body, &out->as));
    return finish(body, arena, out);
}

enum reeve_status reeve_journal_record_encode(const struct reeve_journal_record *record,
                                              struct reeve_buffer *out)
{
    const void *message = NULL;
    const pb_msgdesc_t *fields = record_fields(record, &message);
    return fields == NULL ? REEVE_INVALID : reeve_pb_append(fields, message, out);
}

size_t reeve_journal_record_size(const struct reeve_journal_record *record)
{
    const void *message = NULL;
    const pb_msgdesc_t *fields = record_fields(record, &message);
    return fields == NULL ? 0 : reeve_pb_size(fields, message);
}

const char *reeve_journal_record_name(enum reeve_journal_record_type type)
{
    switch (type) {
#define X(name, number, message)                                                                   \
    case REEVE_JOURNAL_##name:                                                                     \
        return #name;
        REEVE_JOURNAL_RECORD_MAP(X)
#undef X
    case REEVE_JOURNAL_NONE:
        break;
    }
    return "UNRECOGNISED";
}
