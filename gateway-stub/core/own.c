/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the gateway's own chains and their checkpoints. */
#include "gateway-stub/core/own.h"

#include "agent/audit/head.h"
#include "agent/base/hash.h"
#include "gateway-stub/core/job_error.h"
#include "gateway-stub/core/out.h"

#define CHECKPOINT_INTERVAL_MS 1000u

enum reeve_status reeve_own_begin(struct reeve_store_request *request,
                                  const struct reeve_tenant *tenant, size_t max)
{
    request->own_tenant = tenant->name;
    request->own_count = 0;
    request->own = reeve_arena_alloc_array(&request->arena, max, sizeof(*request->own));
    return request->own == NULL ? REEVE_NO_MEMORY : REEVE_OK;
}

struct reeve_own_record *reeve_own_next(struct reeve_store_request *request)
{
    return &request->own[request->own_count++];
}

enum reeve_status reeve_own_job_ended(struct reeve_gateway *g, struct reeve_store_request *request,
                                      const struct reeve_job *job, struct reeve_store_end *end)
{
    (void)g;
    const struct reeve_version *version = job->queue->version;
    *end = (struct reeve_store_end){
        .job_id = job->id,
        .attempt = job->attempt,
        .status = job->end_status,
        .effect = job->end_effect,
        .reason = job->end_reason,
        .results_are = version->server_streaming ? REEVE_RESULTS_KEPT : REEVE_RESULTS_NONE,
    };
    REEVE_TRY(
        reeve_job_error_make(&request->arena, (enum reeve_reason)job->end_reason, &end->error));
    *reeve_own_next(request) = (struct reeve_own_record){
        .kind = REEVE_OWN_JOB_ENDED,
        .job_id = job->id,
        .plan_id = job->plan->id,
        .attempt = job->attempt,
        .task = version->task->name,
        .fingerprint = version->fingerprint,
        .job_digest = reeve_sha256_of(job->spec),
        .status = job->end_status,
        .effect = job->end_effect,
        .reason = job->end_reason,
    };
    return REEVE_OK;
}

void reeve_own_violation(struct reeve_gateway *g, const struct reeve_session *session)
{
    bool cloned = session->close_code == REEVE_SESSION_CLONED;
    bool broken = session->close_code >= REEVE_SESSION_MALFORMED &&
                  session->close_code <= REEVE_SESSION_AUDIT_BROKEN;
    if (session->tenant == NULL || !(cloned || broken)) {
        return;
    }
    /* A transition that ends no job and brings one record. */
    struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_END_JOBS);
    if (request == NULL || reeve_own_begin(request, session->tenant, 1) != REEVE_OK) {
        reeve_store_request_free(request);
        reeve_out_note(g, REEVE_NO_MEMORY, "a session's violation could not be recorded");
        return;
    }
    *reeve_own_next(request) = (struct reeve_own_record){
        .kind = REEVE_OWN_SESSION,
        .session_kind = cloned ? REEVE_SESSION_EVENT_CLONED : REEVE_SESSION_EVENT_VIOLATION,
        .epoch = session->epoch,
        .code = reeve_bytes_cstr(reeve_session_code_name(session->close_code)),
        .journal_id = session->journal_id,
    };
    reeve_out_store(g, request);
}

static struct reeve_job_ended job_ended(const struct reeve_own_record *from,
                                        const struct reeve_store_place *place)
{
    return (struct reeve_job_ended){
        .job_id = from->job_id,
        .plan_id = from->plan_id,
        .attempt = from->attempt,
        .task = from->task,
        .fingerprint = from->fingerprint,
        .job_digest = from->job_digest,
        .ended_unix_ms = place->time_unix_ms,
        .status = (enum reeve_outcome_status)from->status,
        .effect = (enum reeve_effect)from->effect,
        .reason = (enum reeve_reason)from->reason,
    };
}

static struct reeve_settlement settlement(const struct reeve_own_record *from)
{
    return (struct reeve_settlement){
        .job_id = from->job_id,
        .status = (enum reeve_outcome_status)from->status,
        .effect = (enum reeve_effect)from->effect,
        .reason = (enum reeve_reason)from->reason,
        .source = from->by,
        .note = from->note,
    };
}

static struct reeve_plan_decided plan_decided(const struct reeve_own_record *from)
{
    return (struct reeve_plan_decided){
        .plan_id = from->plan_id,
        .decision = from->decision,
        .by = from->by,
        .statement_digest = from->statement_digest,
        .has_job_id = !reeve_id_is_zero(from->job_id),
        .job_id = from->job_id,
    };
}

static struct reeve_session_event session_event(const struct reeve_own_record *from)
{
    return (struct reeve_session_event){
        .kind = (enum reeve_session_event_kind)from->session_kind,
        .epoch = from->epoch,
        .code = from->code,
        .has_journal_id = !reeve_id_is_zero(from->journal_id),
        .journal_id = from->journal_id,
    };
}

static struct reeve_gap gap(const struct reeve_own_record *from)
{
    return (struct reeve_gap){
        .from_sequence = from->from_sequence,
        .to_sequence = from->to_sequence,
        .code = from->code,
        .has_journal_id = true,
        .journal_id = from->journal_id,
    };
}

static void fill(struct reeve_audit_record *to, const struct reeve_own_record *from,
                 const struct reeve_store_place *place, const char *build)
{
    switch (from->kind) {
    case REEVE_OWN_CHAIN_OPENED:
        to->event = REEVE_AUDIT_CHAIN_OPENED;
        reeve_move(to->as.chain_opened.audit_public_key.bytes, place->public_key, 32);
        to->as.chain_opened.build = reeve_bytes_cstr(build);
        return;
    case REEVE_OWN_JOB_ENDED:
        to->event = REEVE_AUDIT_JOB_ENDED;
        to->as.job_ended = job_ended(from, place);
        return;
    case REEVE_OWN_SETTLEMENT:
        to->event = REEVE_AUDIT_SETTLEMENT;
        to->as.settlement = settlement(from);
        return;
    case REEVE_OWN_PLAN_DECIDED:
        to->event = REEVE_AUDIT_PLAN_DECIDED;
        to->as.plan_decided = plan_decided(from);
        return;
    case REEVE_OWN_SESSION:
        to->event = REEVE_AUDIT_SESSION;
        to->as.session = session_event(from);
        return;
    case REEVE_OWN_GAP:
        to->event = REEVE_AUDIT_GAP;
        to->as.gap = gap(from);
        return;
    }
}

enum reeve_status reeve_gateway_seal(void *ctx, const struct reeve_own_record *record,
                                     const struct reeve_store_place *place, struct reeve_buffer *to)
{
    struct reeve_audit_record sealed = {
        .sequence = place->sequence,
        .previous_hash = place->previous_hash,
        .journal_id = place->chain_id,
        .time_unix_ms = place->time_unix_ms,
    };
    fill(&sealed, record, place, ctx);
    return reeve_audit_record_encode(&sealed, to);
}

static struct reeve_tenant *tenant_by_chain(struct reeve_gateway *g, const struct reeve_id *chain)
{
    for (struct reeve_list_node *n = reeve_list_front(&g->tenants); n != NULL;
         n = reeve_list_next(&g->tenants, n)) {
        struct reeve_tenant *tenant = REEVE_OWNER(n, struct reeve_tenant, node);
        if (reeve_id_equal(tenant->chain_id, *chain)) {
            return tenant;
        }
    }
    return NULL;
}

void reeve_own_noted(struct reeve_gateway *g, const struct reeve_store_request *request)
{
    if (request->own_sequence == 0 || request->status != REEVE_OK) {
        return;
    }
    struct reeve_tenant *tenant = tenant_by_chain(g, &request->own_chain_id);
    if (tenant == NULL || tenant->own_sequence >= request->own_sequence) {
        return;
    }
    tenant->own_sequence = request->own_sequence;
    tenant->own_hash = request->own_hash;
    if (g->housekeeping.place == 0) {
        reeve_timer_set(&g->boot_timers, &g->housekeeping, g->now.boot_ms + CHECKPOINT_INTERVAL_MS);
    }
}

static enum reeve_status sign(struct reeve_gateway *g, struct reeve_arena *arena,
                              struct reeve_bytes checkpoint, struct reeve_bytes *signature)
{
    uint8_t memory[REEVE_AUDIT_SIGNED_MAX];
    uint8_t bytes[REEVE_SIGNATURE_LENGTH];
    struct reeve_bytes message;
    REEVE_TRY(reeve_audit_checkpoint_message(checkpoint, memory, &message));
    REEVE_TRY(g->signer.sign(g->signer.ctx, message, bytes));
    return reeve_arena_dup(arena, reeve_bytes_of(bytes, sizeof(bytes)), signature);
}

static enum reeve_status make(struct reeve_gateway *g, const struct reeve_tenant *tenant,
                              struct reeve_store_request *request)
{
    struct reeve_store_own_checkpoint *s = &request->u.checkpoint;
    const struct reeve_checkpoint checkpoint = {
        .journal_id = tenant->chain_id,
        .sequence = tenant->own_sequence,
        .head_hash = tenant->own_hash,
        .time_unix_ms = g->now.unix_ms,
    };
    struct reeve_buffer bytes;
    reeve_buffer_init(&bytes, g->allocator, 512);
    enum reeve_status status = reeve_checkpoint_encode(&checkpoint, &bytes);
    if (status == REEVE_OK) {
        status =
            reeve_arena_dup(&request->arena, reeve_buffer_view(&bytes), &s->checkpoint.checkpoint);
    }
    reeve_buffer_clear(&bytes);
    REEVE_TRY(status);
    s->tenant = tenant->name;
    s->checkpoint.sequence = tenant->own_sequence;
    s->checkpoint.key_id = reeve_bytes_cstr(g->signer_key_id);
    return sign(g, &request->arena, s->checkpoint.checkpoint, &s->checkpoint.signature);
}

static void checkpoint(struct reeve_gateway *g, struct reeve_tenant *tenant)
{
    struct reeve_store_request *request = reeve_out_request(g, REEVE_STORE_CHECKPOINT);
    if (request == NULL || make(g, tenant, request) != REEVE_OK) {
        reeve_store_request_free(request);
        reeve_out_note(g, REEVE_IO, "a checkpoint of the gateway's own chain could not be signed");
        return;
    }
    tenant->checkpointing = true;
    reeve_out_store(g, request);
}

void reeve_own_housekeeping(void *owner, void *context)
{
    (void)owner;
    struct reeve_gateway *g = context;
    for (struct reeve_list_node *n = reeve_list_front(&g->tenants); n != NULL;
         n = reeve_list_next(&g->tenants, n)) {
        struct reeve_tenant *tenant = REEVE_OWNER(n, struct reeve_tenant, node);
        if (tenant->own_sequence > tenant->checkpointed && !tenant->checkpointing) {
            checkpoint(g, tenant);
        }
    }
}

void reeve_own_checkpointed(struct reeve_gateway *g, const struct reeve_store_request *request)
{
    struct reeve_id chain_id =
        reeve_store_own_chain_id(g->gateway_id, request->u.checkpoint.tenant);
    struct reeve_tenant *tenant = tenant_by_chain(g, &chain_id);
    if (tenant == NULL) {
        return;
    }
    tenant->checkpointing = false;
    if (request->status == REEVE_OK) {
        tenant->checkpointed = request->u.checkpoint.checkpoint.sequence;
    }
    if (tenant->own_sequence > tenant->checkpointed && g->housekeeping.place == 0) {
        reeve_timer_set(&g->boot_timers, &g->housekeeping, g->now.boot_ms + CHECKPOINT_INTERVAL_MS);
    }
}
