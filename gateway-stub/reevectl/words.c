/* SPDX-License-Identifier: Apache-2.0 */
/* Values as words: see words.h. */
#include "gateway-stub/reevectl/words.h"

#include <inttypes.h>

#include "agent/base/character.h"
#include "proto/runtime/instant.h"

#define SHORT_DIGEST 6u

struct reeve_bytes reeve_words_bytes(ProtobufCBinaryData data)
{
    return reeve_bytes_of(data.data, data.len);
}

ProtobufCBinaryData reeve_words_binary(struct reeve_bytes bytes)
{
    union {
        const uint8_t *in;
        uint8_t *out;
    } data = {.in = bytes.data};
    return (ProtobufCBinaryData){.len = bytes.len, .data = data.out};
}

const char *reeve_words_id(struct reeve_ctl *c, ProtobufCBinaryData id)
{
    struct reeve_id value;
    char text[REEVE_ID_TEXT_SIZE];
    if (reeve_id_from_bytes(reeve_words_bytes(id), &value) != REEVE_OK) {
        return "-";
    }
    reeve_id_format(value, text);
    return reeve_output_text(c->arena, "%s", text);
}

const char *reeve_words_hex(struct reeve_ctl *c, struct reeve_bytes bytes)
{
    return reeve_output_hex(c->arena, bytes.data, bytes.len);
}

const char *reeve_words_short_digest(struct reeve_ctl *c, ProtobufCBinaryData digest)
{
    return digest.len == 0
               ? "-"
               : reeve_words_hex(c, reeve_bytes_slice(reeve_words_bytes(digest), 0, SHORT_DIGEST));
}

/* ---- times ---- */

struct unit {
    uint64_t ms;
    const char *name;
};

static const struct unit UNITS[] = {
    {86400000, "d"}, {3600000, "h"}, {60000, "min"}, {1000, "s"}, {1, "ms"},
};

const char *reeve_words_duration(struct reeve_ctl *c, uint64_t ms)
{
    size_t i = 0;
    while (i + 1 < sizeof(UNITS) / sizeof(UNITS[0]) && ms < UNITS[i].ms) {
        i++;
    }
    const uint64_t whole = ms / UNITS[i].ms;
    const uint64_t tenths = ms % UNITS[i].ms * 10 / UNITS[i].ms;
    if (whole < 10 && tenths > 0) {
        return reeve_output_text(c->arena, "%" PRIu64 ".%" PRIu64 " %s", whole, tenths,
                                 UNITS[i].name);
    }
    return reeve_output_text(c->arena, "%" PRIu64 " %s", whole, UNITS[i].name);
}

const char *reeve_words_ago(struct reeve_ctl *c, int64_t unix_ms)
{
    if (unix_ms <= 0) {
        return "-";
    }
    const bool past = unix_ms <= c->now.unix_ms;
    const uint64_t distance =
        past ? (uint64_t)(c->now.unix_ms - unix_ms) : (uint64_t)(unix_ms - c->now.unix_ms);
    if (distance < 1000) {
        return "now";
    }
    const char *text = reeve_words_duration(c, distance / 1000 * 1000);
    return past ? reeve_output_text(c->arena, "%s ago", text)
                : reeve_output_text(c->arena, "in %s", text);
}

const char *reeve_words_time(struct reeve_ctl *c, int64_t unix_ms)
{
    char text[REEVE_INSTANT_TEXT];
    const struct reeve_instant instant = {.seconds = unix_ms / 1000};
    if (unix_ms <= 0 || reeve_timestamp_format(instant, text) != REEVE_OK) {
        return "-";
    }
    return reeve_output_text(c->arena, "%s (%s)", text, reeve_words_ago(c, unix_ms));
}

/* ---- enums ---- */

static const char *lower_words(struct reeve_ctl *c, struct reeve_bytes name)
{
    char *text = reeve_arena_strdup(c->arena, name);
    for (char *at = text; at != NULL && *at != '\0'; at++) {
        *at = (char)(*at == '_' ? ' ' : reeve_lower(*at));
    }
    return text != NULL ? text : "";
}

const char *reeve_words_enum(struct reeve_ctl *c, const struct reeve_enum *e, int32_t number,
                             const char *prefix)
{
    const struct reeve_bytes start = reeve_bytes_cstr(prefix);
    for (uint32_t i = 0; i < e->values_count; i++) {
        const struct reeve_bytes name = reeve_bytes_cstr(e->values[i].name);
        if (e->values[i].number == number) {
            const size_t from = reeve_bytes_starts_with(name, start) ? start.len : 0;
            return lower_words(c, reeve_bytes_slice(name, from, name.len - from));
        }
    }
    return reeve_output_text(c->arena, "%" PRId32, number);
}

const char *reeve_words_plan_state(struct reeve_ctl *c, const struct reeve_v1_plan *plan)
{
    const char *text =
        reeve_words_enum(c, &reeve_v1_plan_state_enum, (int32_t)plan->state, "PLAN_");
    switch (plan->state) {
    case REEVE_V1_PLAN_STATE_PENDING_APPROVAL:
        return reeve_ctl_painted(c, "33", text);
    case REEVE_V1_PLAN_STATE_PLAN_REJECTED:
    case REEVE_V1_PLAN_STATE_PLAN_EXPIRED:
        return reeve_ctl_painted(c, "31", text);
    case REEVE_V1_PLAN_STATE_COMPLETED:
        return reeve_ctl_painted(c, "32", text);
    case REEVE_V1_PLAN_STATE_APPROVED:
    case REEVE_V1_PLAN_STATE_PLAN_CANCELLED:
    case REEVE_V1_PLAN_STATE_UNSPECIFIED:
        return text;
    }
    return text;
}

static const char *ended_words(struct reeve_ctl *c, const struct reeve_v1_job *job)
{
    const char *status =
        reeve_words_enum(c, &reeve_v1_outcome_status_enum, (int32_t)job->status, "OUTCOME_STATUS_");
    if (job->status == REEVE_V1_OUTCOME_STATUS_SUCCEEDED) {
        return reeve_ctl_painted(c, "32", status);
    }
    if (job->error == NULL) {
        return reeve_ctl_painted(c, "31", status);
    }
    const char *reason =
        reeve_words_enum(c, &reeve_v1_reason_enum, (int32_t)job->error->reason, "REASON_");
    return reeve_ctl_painted(c, "31", reeve_output_text(c->arena, "%s: %s", status, reason));
}

/* "pinned to 023c3784601e; connected workers have b2868fa63dd3 (2, 1 allows it)" */
static const char *versions_words(struct reeve_ctl *c, const struct reeve_v1_job *job)
{
    const char *text = reeve_output_text(c->arena, "pinned to %s; connected workers have",
                                         reeve_words_short_digest(c, job->fingerprint));
    for (size_t i = 0; i < job->n_connected_versions; i++) {
        const struct reeve_v1_connected_version *version = job->connected_versions[i];
        text =
            reeve_output_text(c->arena, "%s%s %s (%u", text, i == 0 ? "" : ",",
                              reeve_words_short_digest(c, version->fingerprint), version->workers);
        text = version->allowing == version->workers
                   ? reeve_output_text(c->arena, "%s)", text)
                   : reeve_output_text(c->arena, "%s, %u allow it)", text, version->allowing);
    }
    return text;
}

const char *reeve_words_job_state(struct reeve_ctl *c, const struct reeve_v1_job *job)
{
    if (job->state == REEVE_V1_JOB_STATE_JOB_ENDED) {
        return ended_words(c, job);
    }
    const char *state = reeve_words_enum(c, &reeve_v1_job_state_enum, (int32_t)job->state, "JOB_");
    if (job->waiting_for[0] == '\0') {
        return state;
    }
    const char *why = lower_words(c, reeve_bytes_cstr(job->waiting_for));
    if (job->n_connected_versions > 0) {
        why = reeve_output_text(c->arena, "%s: %s", why, versions_words(c, job));
    }
    return reeve_ctl_painted(c, "33",
                             reeve_output_text(c->arena, "%s (%s)", state, reeve_ctl_safe(c, why)));
}

const char *reeve_words_or_dash(struct reeve_ctl *c, const char *text)
{
    return text[0] != '\0' ? reeve_ctl_safe(c, text) : "-";
}
