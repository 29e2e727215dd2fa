/* SPDX-License-Identifier: Apache-2.0 */
/* What each event says: see audit_text.h. */
#include "gateway-stub/reevectl/audit_text.h"

#include <inttypes.h>

#include "gateway-stub/reevectl/words.h"

static const char *opened_text(struct reeve_ctl *c, const struct reeve_v1_chain_opened *opened)
{
    return reeve_output_text(c->arena, "chain opened by %s", reeve_words_or_dash(c, opened->build));
}

static const char *ended_text(struct reeve_ctl *c, const struct reeve_v1_job_ended *ended)
{
    const char *status = reeve_words_enum(c, &reeve_v1_outcome_status_enum, (int32_t)ended->status,
                                          "OUTCOME_STATUS_");
    const char *effect =
        reeve_words_enum(c, &reeve_v1_effect_enum, (int32_t)ended->effect, "EFFECT_");
    const char *reason =
        ended->reason == REEVE_V1_REASON_UNSPECIFIED
            ? ""
            : reeve_output_text(
                  c->arena, ": %s",
                  reeve_words_enum(c, &reeve_v1_reason_enum, (int32_t)ended->reason, "REASON_"));
    return reeve_output_text(c->arena, "%s  %s%s, effect %s", reeve_ctl_safe(c, ended->task),
                             status, reason, effect);
}

static const char *session_text(struct reeve_ctl *c, const struct reeve_v1_session_event *event)
{
    const char *kind =
        reeve_words_enum(c, &reeve_v1_session_event_kind_enum, (int32_t)event->kind, "");
    return reeve_output_text(c->arena, "session %" PRIu64 " %s %s", event->epoch, kind,
                             reeve_ctl_safe(c, event->code));
}

static const char *gap_text(struct reeve_ctl *c, const struct reeve_v1_gap *gap)
{
    return reeve_output_text(c->arena, "gap: records %" PRIu64 " to %" PRIu64 " are lost (%s)",
                             gap->from_sequence, gap->to_sequence, reeve_ctl_safe(c, gap->code));
}

static const char *settlement_text(struct reeve_ctl *c,
                                   const struct reeve_v1_settlement *settlement)
{
    return reeve_output_text(c->arena, "job %s settled as %s by %s",
                             reeve_words_id(c, settlement->job_id),
                             reeve_words_enum(c, &reeve_v1_outcome_status_enum,
                                              (int32_t)settlement->status, "OUTCOME_STATUS_"),
                             reeve_words_or_dash(c, settlement->source));
}

static const char *decided_text(struct reeve_ctl *c, const struct reeve_v1_plan_decided *decided)
{
    if (decided->job_id.len > 0) {
        return reeve_output_text(c->arena, "job %s %s by %s", reeve_words_id(c, decided->job_id),
                                 reeve_words_or_dash(c, decided->decision),
                                 reeve_words_or_dash(c, decided->by));
    }
    return reeve_output_text(c->arena, "plan %s %s by %s", reeve_words_id(c, decided->plan_id),
                             reeve_words_or_dash(c, decided->decision),
                             reeve_words_or_dash(c, decided->by));
}

static const char *event_text(struct reeve_ctl *c, const struct reeve_v1_audit_record *record)
{
    switch (record->event_case) {
    case REEVE_V1_AUDIT_RECORD_EVENT_CHAIN_OPENED:
        return opened_text(c, record->chain_opened);
    case REEVE_V1_AUDIT_RECORD_EVENT_JOB_ENDED:
        return ended_text(c, record->job_ended);
    case REEVE_V1_AUDIT_RECORD_EVENT_SESSION:
        return session_text(c, record->session);
    case REEVE_V1_AUDIT_RECORD_EVENT_GAP:
        return gap_text(c, record->gap);
    case REEVE_V1_AUDIT_RECORD_EVENT_SETTLEMENT:
        return settlement_text(c, record->settlement);
    case REEVE_V1_AUDIT_RECORD_EVENT_CONFIGURATION:
        return reeve_output_text(c->arena, "configuration loaded, %zu tasks allowed",
                                 record->configuration->n_allowed_tasks);
    case REEVE_V1_AUDIT_RECORD_EVENT_PLAN_DECIDED:
        return decided_text(c, record->plan_decided);
    case REEVE_V1_AUDIT_RECORD_EVENT_NOT_SET:
        return "an event that this program does not know";
    }
    return "";
}

static void add_entry(struct reeve_ctl *c, struct reeve_rows *rows,
                      const struct reeve_v1_stored_audit *stored)
{
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_DROP};
    void *decoded = NULL;
    if (stored->entry == NULL ||
        reeve_message_decode(&reeve_v1_audit_record_message,
                             reeve_words_bytes(stored->entry->record), &options, c->arena, &decoded,
                             NULL) != REEVE_OK) {
        static const char *const BAD[] = {"-", "-", "-", "a record that does not decode"};
        reeve_ctl_row(c, rows, BAD);
        return;
    }
    const struct reeve_v1_audit_record *record = decoded;
    const char *cells[] = {
        reeve_words_time(c, record->time_unix_ms),
        stored->identity[0] != '\0' ? stored->identity : "the gateway",
        reeve_output_text(c->arena, "%" PRIu64, record->sequence),
        event_text(c, record),
    };
    reeve_ctl_row(c, rows, cells);
}

void reeve_audit_text(struct reeve_ctl *c, struct reeve_v1_stored_audit *const *entries,
                      size_t count)
{
    static const char *const HEAD[] = {"TIME", "WRITTEN BY", "RECORD", "EVENT"};
    struct reeve_rows rows;
    reeve_rows_init(&rows, c->arena, 4);
    reeve_ctl_row(c, &rows, HEAD);
    for (size_t i = 0; i < count; i++) {
        add_entry(c, &rows, entries[i]);
    }
    reeve_ctl_rows(c, &rows);
}
