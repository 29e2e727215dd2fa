/* SPDX-License-Identifier: Apache-2.0 */
/* The sql binding: a task is one statement of the local configuration, carried out by PostgreSQL in
 * one transaction. One object per system.
 *
 * The statement's parameters are the request's fields; its columns are the response's. A task whose
 * rpc streams emits a message for each row. Others give one row, or collect rows in a list
 * (rows.h); what does not fit the output is rolled back, so nothing has happened then.
 *
 * What happened becomes status, effect and reason:
 *   COMMIT confirmed                       SUCCEEDED, effect DONE
 *   the server refused, before COMMIT or
 *   as its answer                          FAILED by SQLSTATE (reason.c), effect NONE
 *   no row, or more than one               FAILED UPSTREAM_REFUSED or OUTPUT_INVALID, effect NONE
 *   the result does not fit the output     FAILED OUTPUT_INVALID or OUTPUT_TOO_LARGE, effect NONE
 *   the connection broke before COMMIT     FAILED UPSTREAM_INTERRUPTED, effect NONE
 *   … after COMMIT was sent                FAILED UPSTREAM_INTERRUPTED, effect MAYBE if it writes
 *   no connection                          FAILED UPSTREAM_UNREACHABLE, effect NONE
 *   cancelled, overdue before COMMIT       CANCELLED, TIMED_OUT, effect NONE
 * What the server said stays in the local log under the answer's reference; the SQLSTATE leaves. */
#ifndef REEVE_AGENT_BINDINGS_SQL_SQL_BINDING_H
#define REEVE_AGENT_BINDINGS_SQL_SQL_BINDING_H

#include "agent/bindings/sql/parameters.h"
#include "agent/bindings/work.h"
#include "agent/io/pool/pool.h"
#include "agent/io/sql/sql.h"
#include "creds/secrets/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One task's statement, ready to be carried out. */
struct reeve_sql_plan {
    const struct reeve_task *task;
    struct reeve_sql_statement statement;
    struct reeve_sql_parameters parameters;
};

/* Borrowed; outlives the binding. */
struct reeve_sql_system {
    struct reeve_sql_database database;
    const char *password_secret; /* name in the registry; NULL: no password */
    const struct reeve_sql_plan *plans;
    uint32_t plans_count;
};

/* `loop`, `pool` and `secrets` are borrowed and outlive the binding. NO_MEMORY. */
enum reeve_status reeve_sql_binding_new(const struct reeve_sql_system *system,
                                        struct reeve_sql_loop *loop, struct reeve_pool *pool,
                                        struct reeve_secret_registry *secrets,
                                        struct reeve_binding **out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
