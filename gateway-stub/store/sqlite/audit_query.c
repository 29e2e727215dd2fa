/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the audit trail: lists and the paged export. */
#include "gateway-stub/store/sqlite/journal_query.h"

#define PAGE_BYTES ((size_t)1024 * 1024)

#define AUDIT_SELECT                                                                               \
    "SELECT c.chain_id, a.sequence, a.hash, a.record, a.input_salt, a.output_salt, a.input_body,"  \
    " a.output_body, a.received_ms, c.identity FROM audit a JOIN chains c ON c.seq = a.chain "

static void entry_read(struct reeve_db_query *q, struct reeve_arena *arena,
                       struct reeve_store_audit *entry)
{
    *entry = (struct reeve_store_audit){
        .chain_id = reeve_db_id(q, 0),
        .sequence = reeve_db_u64(q, 1),
        .hash = reeve_db_digest(q, 2),
        .record = reeve_db_copy(q, 3, arena),
        .input_salt = reeve_db_copy(q, 4, arena),
        .output_salt = reeve_db_copy(q, 5, arena),
        .input_body = reeve_db_copy(q, 6, arena),
        .output_body = reeve_db_copy(q, 7, arena),
        .has_input_body = !reeve_db_is_null(q, 6),
        .has_output_body = !reeve_db_is_null(q, 7),
        .received_unix_ms = reeve_db_i64(q, 8),
        .identity = reeve_db_copy(q, 9, arena),
    };
}

static size_t entry_bytes(const struct reeve_store_audit *entry)
{
    return entry->record.len + entry->input_body.len + entry->output_body.len;
}

/* At most `limit` entries, and none behind PAGE_BYTES: a worker chooses how large its records are,
 * and must not make a page too large to be read. */
static enum reeve_status entries_read(struct reeve_db_query *q, struct reeve_arena *arena,
                                      size_t limit, struct reeve_store_audit **entries,
                                      size_t *count)
{
    size_t bytes = 0;
    *entries = reeve_arena_alloc_array(arena, limit, sizeof(**entries));
    if (*entries == NULL) {
        reeve_db_finish(q);
        return REEVE_NO_MEMORY;
    }
    enum reeve_status status = REEVE_OK;
    while (*count < limit && bytes < PAGE_BYTES && (status = reeve_db_step(q)) == REEVE_OK) {
        struct reeve_store_audit *entry = &(*entries)[*count];
        entry_read(q, arena, entry);
        if (q->status != REEVE_OK) {
            status = q->status;
            break;
        }
        bytes += entry_bytes(entry);
        (*count)++;
    }
    reeve_db_finish(q);
    return status;
}

/* Reads until the page is full or there is nothing more, which *all says. */
static enum reeve_status page_read(struct reeve_db_query *q, struct reeve_arena *arena,
                                   size_t limit, struct reeve_store_audit **entries, size_t *count,
                                   bool *all)
{
    enum reeve_status status = entries_read(q, arena, limit, entries, count);
    *all = status == REEVE_NOT_FOUND;
    return *all ? REEVE_OK : status;
}

/* Of one chain, or of any (?3 is 0). */
#define OF_CHAIN " AND (?3 = 0 OR c.chain_id = ?4) ORDER BY a.seq DESC LIMIT ?5"

static struct reeve_db_query select_about(struct reeve_db *db,
                                          const struct reeve_store_list_audit *s)
{
    const bool of_job = !reeve_id_is_zero(s->job_id);
    struct reeve_db_query q =
        of_job
            ? reeve_db_query(
                  db, AUDIT_SELECT
                  "WHERE c.tenant = ?1 AND a.seq IN (SELECT seq FROM audit WHERE job_id ="
                  " ?2 UNION SELECT o.audit FROM jobs j JOIN outcomes o ON o.job = j.seq"
                  " WHERE j.job_id = ?2)" OF_CHAIN)
            : reeve_db_query(db, AUDIT_SELECT
                             "WHERE c.tenant = ?1 AND a.seq IN (SELECT seq FROM audit WHERE plan_id"
                             " = ?2 UNION SELECT o.audit FROM plans p JOIN jobs j ON"
                             " j.seq >= p.first_job AND j.seq < p.first_job + p.job_count"
                             " JOIN outcomes o ON o.job = j.seq WHERE p.plan_id = ?2)" OF_CHAIN);
    reeve_db_bind_text(&q, s->tenant);
    reeve_db_bind_id(&q, of_job ? &s->job_id : &s->plan_id);
    reeve_db_bind_i64(&q, reeve_id_is_zero(s->chain_id) ? 0 : 1);
    reeve_db_bind_id(&q, &s->chain_id);
    return q;
}

/* Backwards from `before_sequence`, or forwards behind `after_sequence`. */
static struct reeve_db_query select_chain(struct reeve_db *db,
                                          const struct reeve_store_list_audit *s)
{
    const uint64_t last = INT64_MAX; /* as the column has it */
    struct reeve_db_query q =
        s->after_sequence > 0
            ? reeve_db_query(db,
                             AUDIT_SELECT "WHERE c.tenant = ? AND c.chain_id = ? AND a.sequence > ?"
                                          " AND a.sequence < ? ORDER BY a.sequence LIMIT ?")
            : reeve_db_query(db,
                             AUDIT_SELECT "WHERE c.tenant = ? AND c.chain_id = ? AND a.sequence > ?"
                                          " AND a.sequence < ? ORDER BY a.sequence DESC LIMIT ?");
    reeve_db_bind_text(&q, s->tenant);
    reeve_db_bind_id(&q, &s->chain_id);
    reeve_db_bind_u64(&q, s->after_sequence < last ? s->after_sequence : last);
    reeve_db_bind_u64(&q, s->before_sequence > 0 && s->before_sequence < last ? s->before_sequence
                                                                              : last);
    return q;
}

static struct reeve_db_query select_entries(struct reeve_db *db,
                                            const struct reeve_store_list_audit *s)
{
    struct reeve_db_query q;
    if (!reeve_id_is_zero(s->job_id) || !reeve_id_is_zero(s->plan_id)) {
        q = select_about(db, s);
    } else if (!reeve_id_is_zero(s->chain_id)) {
        q = select_chain(db, s);
    } else {
        q = reeve_db_query(db, AUDIT_SELECT "WHERE c.tenant = ? ORDER BY a.seq DESC LIMIT ?");
        reeve_db_bind_text(&q, s->tenant);
    }
    reeve_db_bind_u64(&q, s->limit);
    return q;
}

enum reeve_status reeve_sqlite_list_audit(struct reeve_sqlite_context *context,
                                          struct reeve_store_request *request)
{
    struct reeve_store_list_audit *s = &request->u.list_audit;
    struct reeve_db_query q = select_entries(&context->db, s);
    bool all = false;
    return page_read(&q, &request->arena, s->limit, &s->entries, &s->count, &all);
}

/* The chain under the cursor, or the next one. */
static enum reeve_status export_chain(struct reeve_db *db, struct reeve_store_export_audit *s,
                                      struct reeve_arena *arena, int64_t *row)
{
    struct reeve_db_query q = reeve_db_query(
        db, "SELECT c.chain_id, c.tenant, c.identity, x'', 0, '', 0, 0, 0, 0, c.sequence, c.hash,"
            " c.public_key, c.abandoned, c.seq FROM chains c WHERE c.tenant = ?1 AND c.seq >= ?2"
            " AND (?3 = 0 OR c.chain_id = ?4) ORDER BY c.seq LIMIT 1");
    reeve_db_bind_text(&q, s->tenant);
    reeve_db_bind_u64(&q, s->cursor_chain);
    reeve_db_bind_i64(&q, s->one_chain ? 1 : 0);
    reeve_db_bind_id(&q, &s->chain_id);
    REEVE_TRY(reeve_db_step(&q));
    reeve_journal_read(&q, arena, &s->chain);
    *row = reeve_db_i64(&q, 14);
    enum reeve_status status = q.status;
    reeve_db_finish(&q);
    return status;
}

static enum reeve_status export_entries(struct reeve_db *db, struct reeve_store_export_audit *s,
                                        struct reeve_arena *arena, int64_t row)
{
    struct reeve_db_query q = reeve_db_query(
        db, AUDIT_SELECT "WHERE a.chain = ? AND a.sequence > ? ORDER BY a.sequence LIMIT ?");
    reeve_db_bind_i64(&q, row);
    reeve_db_bind_u64(&q, s->cursor_sequence);
    reeve_db_bind_u64(&q, s->limit);
    return page_read(&q, arena, s->limit, &s->entries, &s->count, &s->ends);
}

static enum reeve_status export_checkpoint(struct reeve_db *db, struct reeve_store_export_audit *s,
                                           struct reeve_arena *arena, int64_t row)
{
    struct reeve_db_query q = reeve_db_query(
        db, "SELECT sequence, checkpoint, key_id, signature, counter_key_id, countersignature"
            " FROM checkpoints WHERE chain = ?");
    reeve_db_bind_i64(&q, row);
    enum reeve_status status = reeve_db_step(&q);
    if (status != REEVE_OK) {
        return status == REEVE_NOT_FOUND ? REEVE_OK : status;
    }
    s->has_checkpoint = true;
    s->checkpoint = (struct reeve_store_checkpoint){
        .sequence = reeve_db_u64(&q, 0),
        .checkpoint = reeve_db_copy(&q, 1, arena),
        .key_id = reeve_db_copy(&q, 2, arena),
        .signature = reeve_db_copy(&q, 3, arena),
        .counter_key_id = reeve_db_copy(&q, 4, arena),
        .countersignature = reeve_db_copy(&q, 5, arena),
    };
    status = q.status;
    reeve_db_finish(&q);
    return status;
}

enum reeve_status reeve_sqlite_export_audit(struct reeve_sqlite_context *context,
                                            struct reeve_store_request *request)
{
    struct reeve_store_export_audit *s = &request->u.export_audit;
    int64_t row = 0;
    enum reeve_status status = export_chain(&context->db, s, &request->arena, &row);
    if (status == REEVE_NOT_FOUND) {
        s->finished = true;
        return REEVE_OK;
    }
    REEVE_TRY(status);
    s->begins = (uint64_t)row != s->cursor_chain || s->cursor_sequence == 0;
    s->cursor_sequence = s->begins ? 0 : s->cursor_sequence;
    REEVE_TRY(export_entries(&context->db, s, &request->arena, row));
    if (s->ends) {
        s->cursor_chain = (uint64_t)row + 1;
        s->cursor_sequence = 0;
        return export_checkpoint(&context->db, s, &request->arena, row);
    }
    s->cursor_chain = (uint64_t)row;
    s->cursor_sequence = s->entries[s->count - 1].sequence;
    return REEVE_OK;
}
