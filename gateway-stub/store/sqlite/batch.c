/* SPDX-License-Identifier: Apache-2.0 */
/* How a batch is carried out. Writer: one transaction for all of it, a savepoint for each, so that
 * one that fails leaves no trace and the others do not notice; one commit, one fsync. If the commit
 * fails, or SQLite gave the whole transaction up, nothing of the batch happened and all of it says
 * so. */
#include "gateway-stub/store/sqlite/chain.h"
#include "gateway-stub/store/sqlite/lane.h"

static reeve_sqlite_run *const table[] = {
    [REEVE_STORE_REGISTER_TASKS] = reeve_sqlite_register_tasks,
    [REEVE_STORE_SUBMIT_PLAN] = reeve_sqlite_submit_plan,
    [REEVE_STORE_APPROVE_PLAN] = reeve_sqlite_approve_plan,
    [REEVE_STORE_END_PLAN] = reeve_sqlite_end_plan,
    [REEVE_STORE_END_JOBS] = reeve_sqlite_end_jobs,
    [REEVE_STORE_OPEN_SESSION] = reeve_sqlite_open_session,
    [REEVE_STORE_CLOSE_SESSION] = reeve_sqlite_close_session,
    [REEVE_STORE_RESERVE] = reeve_sqlite_reserve,
    [REEVE_STORE_ASSIGN] = reeve_sqlite_assign,
    [REEVE_STORE_RELEASE] = reeve_sqlite_release,
    [REEVE_STORE_SETTLE] = reeve_sqlite_settle,
    [REEVE_STORE_FAIL_ATTEMPTS] = reeve_sqlite_fail_attempts,
    [REEVE_STORE_REQUEUE] = reeve_sqlite_requeue,
    [REEVE_STORE_CANCEL] = reeve_sqlite_cancel,
    [REEVE_STORE_RESOLVE] = reeve_sqlite_resolve,
    [REEVE_STORE_READMIT] = reeve_sqlite_readmit,
    [REEVE_STORE_REVOKE] = reeve_sqlite_revoke,
    [REEVE_STORE_CHECKPOINT] = reeve_sqlite_checkpoint,
    [REEVE_STORE_LOAD_META] = reeve_sqlite_load_meta,
    [REEVE_STORE_LOAD_TASKS] = reeve_sqlite_load_tasks,
    [REEVE_STORE_LOAD_PLANS] = reeve_sqlite_load_plans,
    [REEVE_STORE_LOAD_JOURNALS] = reeve_sqlite_load_journals,
    [REEVE_STORE_GET_PLAN] = reeve_sqlite_get_plan,
    [REEVE_STORE_LIST_PLANS] = reeve_sqlite_list_plans,
    [REEVE_STORE_LIST_JOBS] = reeve_sqlite_list_jobs,
    [REEVE_STORE_LIST_RESULTS] = reeve_sqlite_list_results,
    [REEVE_STORE_LIST_JOURNALS] = reeve_sqlite_list_journals,
    [REEVE_STORE_LIST_AUDIT] = reeve_sqlite_list_audit,
    [REEVE_STORE_EXPORT_AUDIT] = reeve_sqlite_export_audit,
};

static enum reeve_status statement(struct reeve_db *db, const char *sql)
{
    struct reeve_db_query q = reeve_db_query(db, sql);
    return reeve_db_run(&q);
}

static enum reeve_status run(struct reeve_sqlite_context *context,
                             struct reeve_store_request *request)
{
    if ((size_t)request->kind >= sizeof(table) / sizeof(table[0])) {
        return REEVE_UNSUPPORTED;
    }
    REEVE_TRY(table[request->kind](context, request));
    return reeve_own_append(context, request);
}

static bool in_transaction(const struct reeve_db *db)
{
    return sqlite3_get_autocommit(db->connection) == 0;
}

/* The transition's own status goes to the request; what is returned is about the transaction. */
static enum reeve_status run_in_savepoint(struct reeve_sqlite_context *context,
                                          struct reeve_store_request *request)
{
    REEVE_TRY(statement(&context->db, "SAVEPOINT transition"));
    request->status = run(context, request);
    if (!in_transaction(&context->db)) {
        return request->status == REEVE_OK ? REEVE_IO : request->status;
    }
    if (request->status != REEVE_OK) {
        REEVE_TRY(statement(&context->db, "ROLLBACK TO transition"));
    }
    return statement(&context->db, "RELEASE transition");
}

static enum reeve_status write_all(struct reeve_sqlite_context *context, struct reeve_list *batch)
{
    REEVE_TRY(statement(&context->db, "BEGIN IMMEDIATE"));
    for (struct reeve_list_node *n = reeve_list_front(batch); n != NULL;
         n = reeve_list_next(batch, n)) {
        REEVE_TRY(run_in_savepoint(context, REEVE_OWNER(n, struct reeve_store_request, node)));
    }
    return statement(&context->db, "COMMIT");
}

void reeve_sqlite_write_batch(struct reeve_sqlite_context *context, struct reeve_list *batch)
{
    enum reeve_status status = write_all(context, batch);
    if (in_transaction(&context->db)) {
        (void)sqlite3_exec(context->db.connection, "ROLLBACK", NULL, NULL, NULL);
    }
    if (status == REEVE_OK) {
        return;
    }
    for (struct reeve_list_node *n = reeve_list_front(batch); n != NULL;
         n = reeve_list_next(batch, n)) {
        REEVE_OWNER(n, struct reeve_store_request, node)->status = status;
    }
}

/* A transaction even for reading: several statements see one state. */
static enum reeve_status read_one(struct reeve_sqlite_context *context,
                                  struct reeve_store_request *request)
{
    REEVE_TRY(statement(&context->db, "BEGIN"));
    enum reeve_status status = run(context, request);
    enum reeve_status ended = statement(&context->db, "COMMIT");
    return status != REEVE_OK ? status : ended;
}

void reeve_sqlite_read_batch(struct reeve_sqlite_context *context, struct reeve_list *batch)
{
    for (struct reeve_list_node *n = reeve_list_front(batch); n != NULL;
         n = reeve_list_next(batch, n)) {
        struct reeve_store_request *request = REEVE_OWNER(n, struct reeve_store_request, node);
        request->status = read_one(context, request);
        if (in_transaction(&context->db)) {
            (void)sqlite3_exec(context->db.connection, "ROLLBACK", NULL, NULL, NULL);
        }
    }
}
