/* SPDX-License-Identifier: Apache-2.0 */
/* The registry's rows: versions of tasks. */
#include "gateway-stub/store/sqlite/context.h"

static enum reeve_status register_one(struct reeve_db *db, struct reeve_store_task *task,
                                      int64_t now_unix_ms)
{
    struct reeve_db_query q = reeve_db_query(
        db, "INSERT OR IGNORE INTO tasks (tenant, task, fingerprint, entry, registered_ms)"
            " VALUES (?, ?, ?, ?, ?)");
    reeve_db_bind_text(&q, task->tenant);
    reeve_db_bind_text(&q, task->task);
    reeve_db_bind_digest(&q, &task->fingerprint);
    reeve_db_bind_blob(&q, task->entry);
    reeve_db_bind_i64(&q, now_unix_ms);
    REEVE_TRY(reeve_db_run(&q));
    task->added = reeve_db_changes(db) != 0;
    task->registered_unix_ms = now_unix_ms;
    return REEVE_OK;
}

enum reeve_status reeve_sqlite_register_tasks(struct reeve_sqlite_context *context,
                                              struct reeve_store_request *request)
{
    struct reeve_store_register_tasks *s = &request->u.register_tasks;
    for (size_t i = 0; i < s->count; i++) {
        REEVE_TRY(register_one(&context->db, &s->tasks[i], request->now_unix_ms));
    }
    return REEVE_OK;
}

enum reeve_status reeve_sqlite_load_tasks(struct reeve_sqlite_context *context,
                                          struct reeve_store_request *request)
{
    struct reeve_store_load_tasks *s = &request->u.load_tasks;
    s->tasks = reeve_arena_alloc_array(&request->arena, s->limit, sizeof(*s->tasks));
    if (s->tasks == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_db_query q = reeve_db_query(
        &context->db, "SELECT seq, tenant, task, fingerprint, entry, registered_ms FROM tasks"
                      " WHERE seq > ? ORDER BY seq LIMIT ?");
    reeve_db_bind_u64(&q, s->after);
    reeve_db_bind_u64(&q, s->limit);
    enum reeve_status status = REEVE_OK;
    while (s->count < s->limit && (status = reeve_db_step(&q)) == REEVE_OK) {
        struct reeve_store_task *task = &s->tasks[s->count++];
        s->after = reeve_db_u64(&q, 0);
        task->tenant = reeve_db_copy(&q, 1, &request->arena);
        task->task = reeve_db_copy(&q, 2, &request->arena);
        task->fingerprint = reeve_db_digest(&q, 3);
        task->entry = reeve_db_copy(&q, 4, &request->arena);
        task->registered_unix_ms = reeve_db_i64(&q, 5);
    }
    reeve_db_finish(&q);
    s->more = s->count == s->limit;
    return status == REEVE_NOT_FOUND ? REEVE_OK : status;
}
