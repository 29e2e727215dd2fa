/* SPDX-License-Identifier: Apache-2.0 */
/* Journals: epochs, fencing, marks, readmission, revocation. */
#include "gateway-stub/store/sqlite/chain.h"
#include "gateway-stub/store/sqlite/journal_row.h"

enum reeve_status reeve_journal_fence(struct reeve_db *db, const struct reeve_id *journal_id,
                                      uint64_t epoch, int64_t *row)
{
    struct reeve_db_query q =
        reeve_db_query(db, "SELECT seq, epoch FROM journals WHERE journal_id = ?");
    reeve_db_bind_id(&q, journal_id);
    REEVE_TRY(reeve_db_step(&q));
    bool current = reeve_db_u64(&q, 1) == epoch;
    *row = reeve_db_i64(&q, 0);
    reeve_db_finish(&q);
    return current ? REEVE_OK : REEVE_STATE;
}

struct journal {
    bool found;
    int64_t row;
    uint64_t epoch;
    struct reeve_id nonce;
    uint64_t reserved;
    bool rolled_back;
    bool readmitted;
    bool same_owner;
    bool same_key;
    struct reeve_chain_row chain;
};

static enum reeve_status journal_find(struct reeve_db *db,
                                      const struct reeve_store_open_session *in,
                                      struct journal *journal)
{
    *journal = (struct journal){.found = false};
    struct reeve_db_query q = reeve_db_query(
        db, "SELECT j.seq, j.tenant, j.identity, j.epoch, j.nonce, j.reserved, j.rolled_back,"
            " j.readmitted, c.public_key FROM journals j JOIN chains c"
            " ON c.chain_id = j.journal_id WHERE j.journal_id = ?");
    reeve_db_bind_id(&q, &in->journal_id);
    enum reeve_status status = reeve_db_step(&q);
    if (status != REEVE_OK) {
        return status == REEVE_NOT_FOUND ? REEVE_OK : status;
    }
    *journal = (struct journal){
        .found = true,
        .row = reeve_db_i64(&q, 0),
        .same_owner = reeve_bytes_equal(reeve_db_bytes(&q, 1), in->tenant) &&
                      reeve_bytes_equal(reeve_db_bytes(&q, 2), in->identity),
        .epoch = reeve_db_u64(&q, 3),
        .nonce = reeve_db_id(&q, 4),
        .reserved = reeve_db_u64(&q, 5),
        .rolled_back = reeve_db_i64(&q, 6) != 0,
        .readmitted = reeve_db_i64(&q, 7) != 0,
        .same_key =
            reeve_bytes_equal(reeve_db_bytes(&q, 8), reeve_bytes_of(in->audit_public_key, 32)),
    };
    reeve_db_finish(&q);
    return reeve_chain_find(db, &in->journal_id, &journal->chain);
}

static enum reeve_status refuse_revoked(struct reeve_db *db,
                                        const struct reeve_store_open_session *in)
{
    struct reeve_db_query q =
        reeve_db_query(db, "SELECT 1 FROM revoked WHERE tenant = ? AND identity = ?");
    reeve_db_bind_text(&q, in->tenant);
    reeve_db_bind_text(&q, in->identity);
    enum reeve_status status = reeve_db_step(&q);
    reeve_db_finish(&q);
    if (status == REEVE_OK) {
        return REEVE_UNAUTHENTICATED;
    }
    return status == REEVE_NOT_FOUND ? REEVE_OK : status;
}

static enum reeve_status refuse_too_many(struct reeve_db *db,
                                         const struct reeve_store_open_session *in)
{
    struct reeve_db_query q = reeve_db_query(db, "SELECT count(*) FROM journals WHERE tenant = ?");
    reeve_db_bind_text(&q, in->tenant);
    REEVE_TRY(reeve_db_step(&q));
    uint64_t count = reeve_db_u64(&q, 0);
    reeve_db_finish(&q);
    return count >= in->max_journals ? REEVE_LIMIT : REEVE_OK;
}

/* A journal in its own place quotes the epoch that it last entered, or repeats the very Hello whose
 * Welcome got lost. Anything older comes from a copy. */
static enum reeve_status refuse_clone(const struct reeve_store_open_session *in,
                                      const struct journal *journal)
{
    if (in->last_epoch >= journal->epoch || journal->readmitted) {
        return REEVE_OK;
    }
    return reeve_id_equal(in->nonce, journal->nonce) ? REEVE_OK : REEVE_CLONED;
}

static enum reeve_status refuse_fork(const struct reeve_store_open_session *in,
                                     const struct journal *journal)
{
    if (!journal->same_key) {
        return REEVE_CHAIN_BROKEN;
    }
    if (in->audit_sequence != journal->chain.sequence || in->audit_sequence == 0) {
        return REEVE_OK;
    }
    bool equal = reeve_bytes_equal(in->audit_hash, reeve_digest_view(&journal->chain.hash));
    return equal || journal->readmitted ? REEVE_OK : REEVE_CHAIN_BROKEN;
}

static enum reeve_status journal_insert(struct reeve_db *db, int64_t now_unix_ms,
                                        const struct reeve_store_open_session *in,
                                        struct journal *journal)
{
    REEVE_TRY(refuse_too_many(db, in));
    struct reeve_db_query q = reeve_db_query(
        db, "INSERT INTO journals (journal_id, tenant, identity, boot_id, nonce, epoch, build,"
            " reserved, connected, rolled_back, readmitted, opened_ms, closed_ms)"
            " VALUES (?, ?, ?, x'', x'', 0, '', 0, 0, 0, 0, ?, 0)");
    reeve_db_bind_id(&q, &in->journal_id);
    reeve_db_bind_text(&q, in->tenant);
    reeve_db_bind_text(&q, in->identity);
    reeve_db_bind_i64(&q, now_unix_ms);
    REEVE_TRY(reeve_db_run(&q));
    journal->row = reeve_db_inserted(db);
    const struct reeve_chain_new chain = {
        .chain_id = in->journal_id,
        .journal_row = journal->row,
        .tenant = in->tenant,
        .identity = in->identity,
        .public_key = reeve_bytes_of(in->audit_public_key, 32),
    };
    return reeve_chain_insert(db, &chain, &journal->chain);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Compares the marks both ways, then decides what the new epoch starts from. */
static enum reeve_status marks(struct reeve_store_open_session *s, const struct journal *journal)
{
    s->worker_was_behind =
        s->dispatch_mark < journal->chain.dispatched || s->audit_sequence < journal->chain.sequence;
    s->store_was_behind = s->last_epoch > journal->epoch ||
                          s->settled_mark > journal->chain.sequence ||
                          s->dispatch_mark > journal->reserved;
    s->is_rolled_back = !journal->readmitted && (journal->rolled_back || s->rolled_back ||
                                                 s->worker_was_behind || s->store_was_behind);
    s->stored_mark = journal->reserved;
    s->dispatch_base = larger(journal->reserved, s->dispatch_mark);
    s->stored_sequence = journal->chain.sequence;
    s->stored_hash = journal->chain.hash;
    s->was_readmitted = journal->readmitted;
    if (s->dispatch_base > INT64_MAX - s->block || s->last_epoch >= INT64_MAX ||
        journal->epoch >= INT64_MAX) {
        return REEVE_SEQUENCE;
    }
    s->epoch = larger(journal->epoch, s->last_epoch) + 1;
    s->dispatch_limit = s->dispatch_base + s->block;
    return REEVE_OK;
}

static enum reeve_status journal_enter(struct reeve_db *db, int64_t now_unix_ms,
                                       const struct reeve_store_open_session *s, int64_t row)
{
    struct reeve_db_query q = reeve_db_query(
        db, "UPDATE journals SET boot_id = ?, nonce = ?, epoch = ?, build = ?, reserved = ?,"
            " connected = 1, away_ms = 0, rolled_back = ?, readmitted = 0, opened_ms = ?"
            " WHERE seq = ?");
    reeve_db_bind_id(&q, &s->boot_id);
    reeve_db_bind_id(&q, &s->nonce);
    reeve_db_bind_u64(&q, s->epoch);
    reeve_db_bind_text(&q, s->build);
    reeve_db_bind_u64(&q, s->dispatch_limit);
    reeve_db_bind_i64(&q, s->is_rolled_back ? 1 : 0);
    reeve_db_bind_i64(&q, now_unix_ms);
    reeve_db_bind_i64(&q, row);
    return reeve_db_run(&q);
}

/* On record with the session that showed it, so that the next start knows it, too. */
static enum reeve_status doubt_plans(struct reeve_db *db, const struct reeve_store_open_session *s)
{
    if (!s->store_was_behind) {
        return REEVE_OK;
    }
    struct reeve_db_query q =
        reeve_db_query(db, "UPDATE meta SET doubtful = max(doubtful, ?) WHERE id = 1");
    reeve_db_bind_u64(&q, s->loaded_plans);
    return reeve_db_run(&q);
}

static enum reeve_status record_rollback(struct reeve_sqlite_context *context,
                                         struct reeve_store_request *request)
{
    const struct reeve_store_open_session *s = &request->u.open_session;
    const struct reeve_own_record record = {
        .kind = REEVE_OWN_SESSION,
        .session_kind = 4, /* ROLLED_BACK */
        .epoch = s->epoch,
        .code = reeve_bytes_cstr(s->store_was_behind ? "GATEWAY_BEHIND" : "JOURNAL_BEHIND"),
        .journal_id = s->journal_id,
    };
    return reeve_own_append_one(context, request, s->tenant, &record);
}

enum reeve_status reeve_sqlite_open_session(struct reeve_sqlite_context *context,
                                            struct reeve_store_request *request)
{
    struct reeve_db *db = &context->db;
    struct reeve_store_open_session *s = &request->u.open_session;
    struct journal journal;
    REEVE_TRY(refuse_revoked(db, s));
    REEVE_TRY(journal_find(db, s, &journal));
    if (!journal.found) {
        REEVE_TRY(journal_insert(db, request->now_unix_ms, s, &journal));
    } else if (!journal.same_owner) {
        return REEVE_NOT_ALLOWED;
    } else {
        REEVE_TRY(refuse_clone(s, &journal));
        REEVE_TRY(refuse_fork(s, &journal));
    }
    REEVE_TRY(marks(s, &journal));
    REEVE_TRY(journal_enter(db, request->now_unix_ms, s, journal.row));
    REEVE_TRY(doubt_plans(db, s));
    if (!s->is_rolled_back || journal.rolled_back) {
        return REEVE_OK;
    }
    return record_rollback(context, request);
}

enum reeve_status reeve_sqlite_close_session(struct reeve_sqlite_context *context,
                                             struct reeve_store_request *request)
{
    const struct reeve_store_close_session *s = &request->u.close_session;
    int64_t row = 0;
    REEVE_TRY(reeve_journal_fence(&context->db, &s->journal_id, s->epoch, &row));
    struct reeve_db_query q = reeve_db_query(
        &context->db, "UPDATE journals SET connected = ?1,"
                      " closed_ms = CASE WHEN ?2 THEN closed_ms ELSE ?3 END,"
                      " away_ms = CASE WHEN ?2 AND away_ms != 0 THEN away_ms ELSE ?3 END"
                      " WHERE seq = ?4");
    reeve_db_bind_i64(&q, s->awaited ? 1 : 0);
    reeve_db_bind_i64(&q, s->ended_before ? 1 : 0);
    reeve_db_bind_i64(&q, request->now_unix_ms);
    reeve_db_bind_i64(&q, row);
    return reeve_db_run(&q);
}

enum reeve_status reeve_sqlite_reserve(struct reeve_sqlite_context *context,
                                       struct reeve_store_request *request)
{
    struct reeve_store_reserve *s = &request->u.reserve;
    int64_t row = 0;
    REEVE_TRY(reeve_journal_fence(&context->db, &s->journal_id, s->epoch, &row));
    struct reeve_db_query q =
        reeve_db_query(&context->db, "UPDATE journals SET reserved = reserved + ? WHERE seq = ?"
                                     " AND reserved < 9000000000000000000 RETURNING reserved");
    reeve_db_bind_u64(&q, s->block);
    reeve_db_bind_i64(&q, row);
    enum reeve_status status = reeve_db_step(&q);
    if (status != REEVE_OK) {
        return status == REEVE_NOT_FOUND ? REEVE_SEQUENCE : status;
    }
    s->dispatch_limit = reeve_db_u64(&q, 0);
    return reeve_db_run(&q);
}

enum reeve_status reeve_sqlite_readmit(struct reeve_sqlite_context *context,
                                       struct reeve_store_request *request)
{
    struct reeve_store_readmit *s = &request->u.readmit;
    struct reeve_db_query q = reeve_db_query(
        &context->db, "UPDATE journals SET readmitted = 1 WHERE journal_id = ? AND tenant = ?");
    reeve_db_bind_id(&q, &s->journal_id);
    reeve_db_bind_text(&q, s->tenant);
    REEVE_TRY(reeve_db_run(&q));
    return reeve_db_changes(&context->db) == 0 ? REEVE_NOT_FOUND : REEVE_OK;
}

enum reeve_status reeve_sqlite_revoke(struct reeve_sqlite_context *context,
                                      struct reeve_store_request *request)
{
    struct reeve_store_revoke *s = &request->u.revoke;
    struct reeve_db_query q =
        reeve_db_query(&context->db, "INSERT OR IGNORE INTO revoked (tenant, identity, revoked_ms)"
                                     " VALUES (?, ?, ?)");
    reeve_db_bind_text(&q, s->tenant);
    reeve_db_bind_text(&q, s->identity);
    reeve_db_bind_i64(&q, request->now_unix_ms);
    return reeve_db_run(&q);
}
