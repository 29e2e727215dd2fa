/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway's own chains: a record gets its place inside the transaction that it belongs to, so a
 * transition that fails leaves no hole. One chain per tenant, so that its auditors can verify the
 * whole of it. */
#include "agent/base/hash.h"
#include "gateway-stub/store/sqlite/chain.h"

static struct reeve_digest record_hash(struct reeve_bytes record)
{
    static const char domain[] = "reeve.audit.v1";
    const struct reeve_bytes parts[] = {reeve_bytes_of(domain, sizeof(domain)), record};
    return reeve_sha256(parts, 2);
}

static const struct reeve_id *id_or_null(const struct reeve_id *id)
{
    return reeve_id_is_zero(*id) ? NULL : id;
}

static enum reeve_status append(struct reeve_sqlite_context *context,
                                const struct reeve_id *chain_id, int64_t now_unix_ms,
                                const struct reeve_own_record *record,
                                struct reeve_chain_row *chain)
{
    int64_t time = now_unix_ms > chain->time_unix_ms ? now_unix_ms : chain->time_unix_ms;
    const struct reeve_store_place place = {
        .chain_id = *chain_id,
        .public_key = context->sealer.public_key,
        .sequence = chain->sequence + 1,
        .previous_hash = chain->hash,
        .time_unix_ms = time,
    };
    reeve_buffer_reset(&context->sealed);
    REEVE_TRY(context->sealer.seal(context->sealer.ctx, record, &place, &context->sealed));
    const struct reeve_store_audit audit = {
        .sequence = place.sequence,
        .hash = record_hash(reeve_buffer_view(&context->sealed)),
        .record = reeve_buffer_view(&context->sealed),
        .received_unix_ms = now_unix_ms,
    };
    int64_t row = 0;
    REEVE_TRY(reeve_chain_append(&context->db, chain->row, &audit, id_or_null(&record->job_id),
                                 id_or_null(&record->plan_id), &row));
    chain->sequence = audit.sequence;
    chain->hash = audit.hash;
    chain->time_unix_ms = time;
    return REEVE_OK;
}

static enum reeve_status open_chain(struct reeve_sqlite_context *context,
                                    const struct reeve_store_request *request,
                                    struct reeve_bytes tenant, const struct reeve_id *chain_id,
                                    struct reeve_chain_row *chain)
{
    enum reeve_status status = reeve_chain_find(&context->db, chain_id, chain);
    if (status != REEVE_NOT_FOUND) {
        return status;
    }
    const struct reeve_chain_new made = {
        .chain_id = *chain_id,
        .tenant = tenant,
        .public_key = reeve_bytes_of(context->sealer.public_key, 32),
    };
    REEVE_TRY(reeve_chain_insert(&context->db, &made, chain));
    const struct reeve_own_record first = {.kind = REEVE_OWN_CHAIN_OPENED};
    return append(context, chain_id, request->now_unix_ms, &first, chain);
}

static bool not_applied(const struct reeve_store_end_job *jobs, size_t count,
                        const struct reeve_own_record *record)
{
    for (size_t i = 0; i < count; i++) {
        if (reeve_id_equal(jobs[i].end.job_id, record->job_id)) {
            return !jobs[i].applied;
        }
    }
    return false;
}

static bool left_out(const struct reeve_store_request *request,
                     const struct reeve_own_record *record)
{
    if (record->kind != REEVE_OWN_JOB_ENDED) {
        return false;
    }
    if (request->kind == REEVE_STORE_END_JOBS) {
        return not_applied(request->u.end_jobs.jobs, request->u.end_jobs.count, record);
    }
    if (request->kind == REEVE_STORE_END_PLAN) {
        return not_applied(request->u.end_plan.jobs, request->u.end_plan.count, record);
    }
    return false;
}

static enum reeve_status append_all(struct reeve_sqlite_context *context,
                                    struct reeve_store_request *request, struct reeve_bytes tenant,
                                    const struct reeve_own_record *records, size_t count)
{
    struct reeve_id chain_id = reeve_store_own_chain_id(context->gateway_id, tenant);
    struct reeve_chain_row chain;
    REEVE_TRY(open_chain(context, request, tenant, &chain_id, &chain));
    for (size_t i = 0; i < count; i++) {
        if (!left_out(request, &records[i])) {
            REEVE_TRY(append(context, &chain_id, request->now_unix_ms, &records[i], &chain));
        }
    }
    request->own_chain_id = chain_id;
    request->own_sequence = chain.sequence;
    request->own_hash = chain.hash;
    return reeve_chain_advance(&context->db, &chain);
}

enum reeve_status reeve_own_append(struct reeve_sqlite_context *context,
                                   struct reeve_store_request *request)
{
    if (request->own_count == 0) {
        return REEVE_OK;
    }
    return append_all(context, request, request->own_tenant, request->own, request->own_count);
}

enum reeve_status reeve_own_append_one(struct reeve_sqlite_context *context,
                                       struct reeve_store_request *request,
                                       struct reeve_bytes tenant,
                                       const struct reeve_own_record *record)
{
    return append_all(context, request, tenant, record, 1);
}
