/* SPDX-License-Identifier: Apache-2.0 */
/* AuditRecord: header and one event (audit_record.h). */
#include "agent/codec/audit_record.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/job_spec.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

/* The record as nanopb sees it: the header in place, each event as a list of fields read on its
 * own. */
struct record_header {
    uint64_t sequence;
    struct reeve_digest previous_hash;
    struct reeve_id journal_id;
    int64_t time_unix_ms;
    struct reeve_bytes chain_opened;
    struct reeve_bytes job_ended;
    struct reeve_bytes session;
    struct reeve_bytes gap;
    struct reeve_bytes settlement;
    struct reeve_bytes configuration;
    struct reeve_bytes plan_decided;
};

typedef struct record_header record_header;
#define record_header_chain_opened_MSGTYPE reeve_chain_opened
#define record_header_job_ended_MSGTYPE reeve_job_ended
#define record_header_session_MSGTYPE reeve_session_event
#define record_header_gap_MSGTYPE reeve_gap
#define record_header_settlement_MSGTYPE reeve_settlement
#define record_header_configuration_MSGTYPE reeve_configuration_loaded
#define record_header_plan_decided_MSGTYPE reeve_plan_decided

PB_BIND(reeve_v1_ChainOpened, reeve_chain_opened, 4)
PB_BIND(reeve_v1_Commitment, reeve_commitment, 4)
PB_BIND(reeve_v1_JobEnded, reeve_job_ended, 4)
PB_BIND(reeve_v1_SessionEvent, reeve_session_event, 4)
PB_BIND(reeve_v1_Gap, reeve_gap, 4)
PB_BIND(reeve_v1_Settlement, reeve_settlement, 4)
PB_BIND(reeve_v1_ConfigurationLoaded, reeve_configuration_loaded, 4)
PB_BIND(reeve_v1_PlanDecided, reeve_plan_decided, 4)

extern const pb_msgdesc_t record_header_msg;
PB_BIND(reeve_v1_AuditRecord, record_header, 4)

#define APPROVED_BY 9u
#define ALLOWED_TASKS 2u

/* X(event, member of `as`, struct) */
#define EVENT_MAP(X)                                                                               \
    X(CHAIN_OPENED, chain_opened, chain_opened)                                                    \
    X(JOB_ENDED, job_ended, job_ended)                                                             \
    X(SESSION, session, session_event)                                                             \
    X(GAP, gap, gap)                                                                               \
    X(SETTLEMENT, settlement, settlement)                                                          \
    X(CONFIGURATION, configuration, configuration_loaded)                                          \
    X(PLAN_DECIDED, plan_decided, plan_decided)

enum reeve_status reeve_chain_opened_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                          void *out)
{
    reeve_chain_opened *opened = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_chain_opened_msg, bytes, out));
    reeve_check_absent_id(&opened->has_predecessor_journal_id, &opened->predecessor_journal_id);
    reeve_check_absent_digest(&opened->has_predecessor_hash, &opened->predecessor_hash);
    return REEVE_OK;
}

enum reeve_status reeve_job_ended_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                       void *out)
{
    struct reeve_job_ended *ended = out;
    REEVE_TRY(reeve_pb_decode(&reeve_job_ended_msg, bytes, ended));
    REEVE_TRY(reeve_check_id(ended->job_id));
    reeve_check_absent_digest(&ended->input.has_body_digest, &ended->input.body_digest);
    reeve_check_absent_digest(&ended->output.has_body_digest, &ended->output.body_digest);
    return reeve_wire_read_texts(bytes, APPROVED_BY, REEVE_AUDIT_APPROVERS_MAX, REEVE_KEY_ID_LENGTH,
                                 arena, &ended->approved_by);
}

enum reeve_status reeve_session_event_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                           void *out)
{
    reeve_session_event *event = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_session_event_msg, bytes, out));
    reeve_check_absent_id(&event->has_journal_id, &event->journal_id);
    return REEVE_OK;
}

enum reeve_status reeve_gap_read(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    reeve_gap *gap = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_gap_msg, bytes, out));
    reeve_check_absent_id(&gap->has_journal_id, &gap->journal_id);
    return REEVE_OK;
}

enum reeve_status reeve_settlement_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                        void *out)
{
    reeve_settlement *settlement = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_settlement_msg, bytes, out));
    return reeve_check_id(settlement->job_id);
}

enum reeve_status reeve_configuration_loaded_read(struct reeve_bytes bytes,
                                                  struct reeve_arena *arena, void *out)
{
    struct reeve_configuration_loaded *loaded = out;
    REEVE_TRY(reeve_pb_decode(&reeve_configuration_loaded_msg, bytes, loaded));
    return reeve_wire_read_texts(bytes, ALLOWED_TASKS, REEVE_AUDIT_ALLOWED_TASKS_MAX,
                                 REEVE_JOB_SPEC_TASK_MAX, arena, &loaded->allowed_tasks);
}

enum reeve_status reeve_plan_decided_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                          void *out)
{
    reeve_plan_decided *decided = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_plan_decided_msg, bytes, out));
    reeve_check_absent_id(&decided->has_job_id, &decided->job_id);
    return REEVE_OK;
}

static enum reeve_status read_event(uint32_t number, struct reeve_bytes bytes,
                                    struct reeve_arena *arena, struct reeve_audit_record *out)
{
    switch ((enum reeve_audit_event)number) {
#define X(name, member, type)                                                                      \
    case REEVE_AUDIT_##name:                                                                       \
        out->event = REEVE_AUDIT_##name;                                                           \
        out->as.member = (struct reeve_##type){0};                                                 \
        return reeve_##type##_read(bytes, arena, &out->as.member);
        EVENT_MAP(X)
#undef X
    case REEVE_AUDIT_NONE:
        break;
    }
    return REEVE_OK;
}

static enum reeve_status find_event(struct reeve_bytes bytes, struct reeve_arena *arena,
                                    struct reeve_audit_record *out)
{
    for (;;) {
        struct reeve_wire_field field;
        REEVE_TRY(reeve_wire_next(&bytes, &field));
        if (field.number == 0) {
            return REEVE_OK;
        }
        if (field.number < REEVE_AUDIT_CHAIN_OPENED || field.number > REEVE_AUDIT_PLAN_DECIDED) {
            continue;
        }
        if (out->event != REEVE_AUDIT_NONE) {
            return REEVE_MALFORMED;
        }
        REEVE_TRY(read_event(field.number, field.bytes, arena, out));
    }
}

enum reeve_status reeve_audit_record_decode(struct reeve_bytes bytes, struct reeve_arena *arena,
                                            struct reeve_audit_record *out)
{
    struct record_header header = {.sequence = 0};
    *out = (struct reeve_audit_record){.event = REEVE_AUDIT_NONE};
    REEVE_TRY(reeve_pb_decode(&record_header_msg, bytes, &header));
    REEVE_TRY(reeve_check_id(header.journal_id));
    if (header.sequence == 0) {
        return REEVE_MALFORMED;
    }
    out->sequence = header.sequence;
    out->previous_hash = header.previous_hash;
    out->journal_id = header.journal_id;
    out->time_unix_ms = header.time_unix_ms;
    return find_event(bytes, arena, out);
}

static const pb_msgdesc_t *event_fields(const struct reeve_audit_record *record,
                                        const void **message)
{
    switch (record->event) {
#define X(name, member, type)                                                                      \
    case REEVE_AUDIT_##name:                                                                       \
        *message = &record->as.member;                                                             \
        return &reeve_##type##_msg;
        EVENT_MAP(X)
#undef X
    case REEVE_AUDIT_NONE:
        break;
    }
    return NULL;
}

enum reeve_status reeve_audit_record_encode(const struct reeve_audit_record *record,
                                            struct reeve_buffer *out)
{
    const struct record_header header = {.sequence = record->sequence,
                                         .previous_hash = record->previous_hash,
                                         .journal_id = record->journal_id,
                                         .time_unix_ms = record->time_unix_ms};
    const void *message = NULL;
    const pb_msgdesc_t *fields = event_fields(record, &message);
    if (fields == NULL) {
        return REEVE_INVALID;
    }
    size_t start = out->len;
    REEVE_TRY(reeve_pb_append(&record_header_msg, &header, out));
    enum reeve_status status = reeve_pb_append_field((uint32_t)record->event, fields, message, out);
    if (status != REEVE_OK) {
        out->len = start;
    }
    return status;
}

const char *reeve_audit_event_name(enum reeve_audit_event event)
{
    switch (event) {
#define X(name, member, type)                                                                      \
    case REEVE_AUDIT_##name:                                                                       \
        return #name;
        EVENT_MAP(X)
#undef X
    case REEVE_AUDIT_NONE:
        break;
    }
    return "UNRECOGNISED";
}

const char *reeve_session_event_kind_name(enum reeve_session_event_kind kind)
{
    static const char *const names[] = {"UNSPECIFIED", "OPENED",     "CLOSED", "VIOLATION",
                                        "ROLLED_BACK", "READMITTED", "CLONED"};
    size_t index = (size_t)kind;
    return index < sizeof names / sizeof names[0] ? names[index] : "UNRECOGNISED";
}
