/* SPDX-License-Identifier: Apache-2.0 */
/* What the functions that carry out one kind of request work on: a connection, and what the store
 * was opened with. One for the writer's thread, one for the reader's. */
#ifndef REEVE_GATEWAY_STUB_STORE_SQLITE_CONTEXT_H
#define REEVE_GATEWAY_STUB_STORE_SQLITE_CONTEXT_H

#include "gateway-stub/store/sqlite/db.h"
#include "gateway-stub/store/store.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_sqlite_context {
    struct reeve_db db;
    struct reeve_id gateway_id;
    struct reeve_store_sealer sealer;
    struct reeve_buffer sealed; /* reused for each record */
};

typedef enum reeve_status reeve_sqlite_run(struct reeve_sqlite_context *context,
                                           struct reeve_store_request *request);

reeve_sqlite_run reeve_sqlite_register_tasks;
reeve_sqlite_run reeve_sqlite_submit_plan;
reeve_sqlite_run reeve_sqlite_approve_plan;
reeve_sqlite_run reeve_sqlite_end_plan;
reeve_sqlite_run reeve_sqlite_end_jobs;
reeve_sqlite_run reeve_sqlite_open_session;
reeve_sqlite_run reeve_sqlite_close_session;
reeve_sqlite_run reeve_sqlite_reserve;
reeve_sqlite_run reeve_sqlite_assign;
reeve_sqlite_run reeve_sqlite_release;
reeve_sqlite_run reeve_sqlite_settle;
reeve_sqlite_run reeve_sqlite_fail_attempts;
reeve_sqlite_run reeve_sqlite_requeue;
reeve_sqlite_run reeve_sqlite_cancel;
reeve_sqlite_run reeve_sqlite_resolve;
reeve_sqlite_run reeve_sqlite_readmit;
reeve_sqlite_run reeve_sqlite_revoke;
reeve_sqlite_run reeve_sqlite_checkpoint;
reeve_sqlite_run reeve_sqlite_load_meta;
reeve_sqlite_run reeve_sqlite_load_tasks;
reeve_sqlite_run reeve_sqlite_load_plans;
reeve_sqlite_run reeve_sqlite_load_journals;
reeve_sqlite_run reeve_sqlite_get_plan;
reeve_sqlite_run reeve_sqlite_list_plans;
reeve_sqlite_run reeve_sqlite_list_jobs;
reeve_sqlite_run reeve_sqlite_list_results;
reeve_sqlite_run reeve_sqlite_list_journals;
reeve_sqlite_run reeve_sqlite_list_audit;
reeve_sqlite_run reeve_sqlite_export_audit;

#ifdef __cplusplus
}
#endif
#endif
