/* SPDX-License-Identifier: Apache-2.0 */
/* Reading journals with their chains. */
#include "gateway-stub/store/sqlite/journal_query.h"

void reeve_journal_read(struct reeve_db_query *q, struct reeve_arena *arena,
                        struct reeve_store_journal *journal)
{
    *journal = (struct reeve_store_journal){
        .journal_id = reeve_db_id(q, 0),
        .tenant = reeve_db_copy(q, 1, arena),
        .identity = reeve_db_copy(q, 2, arena),
        .boot_id = reeve_db_id(q, 3),
        .epoch = reeve_db_u64(q, 4),
        .build = reeve_db_copy(q, 5, arena),
        .awaited = reeve_db_i64(q, 6) != 0,
        .rolled_back = reeve_db_i64(q, 7) != 0,
        .opened_unix_ms = reeve_db_i64(q, 8),
        .closed_unix_ms = reeve_db_i64(q, 9),
        .audit_sequence = reeve_db_u64(q, 10),
        .audit_hash = reeve_db_digest(q, 11),
        .abandoned = reeve_db_i64(q, 13) != 0,
        .away_unix_ms = reeve_db_i64(q, 14),
    };
    enum reeve_status status = reeve_copy(journal->audit_public_key, 32, reeve_db_bytes(q, 12));
    if (status != REEVE_OK && q->status == REEVE_OK) {
        q->status = REEVE_CORRUPT;
    }
}

enum reeve_status reeve_journals_read(struct reeve_db_query *q, struct reeve_arena *arena,
                                      size_t limit, struct reeve_store_journal **journals,
                                      size_t *count)
{
    *count = 0;
    *journals = reeve_arena_alloc_array(arena, limit, sizeof(**journals));
    if (*journals == NULL) {
        reeve_db_finish(q);
        return REEVE_NO_MEMORY;
    }
    enum reeve_status status = REEVE_OK;
    while (*count < limit && (status = reeve_db_step(q)) == REEVE_OK) {
        reeve_journal_read(q, arena, &(*journals)[(*count)++]);
    }
    reeve_db_finish(q);
    if (status != REEVE_OK && status != REEVE_NOT_FOUND) {
        return status;
    }
    return q->status == REEVE_NOT_FOUND ? REEVE_OK : q->status;
}

enum reeve_status reeve_sqlite_list_journals(struct reeve_sqlite_context *context,
                                             struct reeve_store_request *request)
{
    struct reeve_store_list_journals *s = &request->u.list_journals;
    struct reeve_db_query q = reeve_db_query(
        &context->db, REEVE_JOURNAL_SELECT "WHERE j.tenant = ? ORDER BY j.opened_ms DESC LIMIT ?");
    reeve_db_bind_text(&q, s->tenant);
    reeve_db_bind_u64(&q, s->limit);
    return reeve_journals_read(&q, &request->arena, s->limit, &s->journals, &s->count);
}
