/* SPDX-License-Identifier: Apache-2.0 */
/* One work on its way through the database: from the request's fields to the answer. Internal to
 * this folder. */
#ifndef REEVE_AGENT_BINDINGS_SQL_EXCHANGE_H
#define REEVE_AGENT_BINDINGS_SQL_EXCHANGE_H

#include "agent/bindings/sql/rows.h"
#include "agent/bindings/sql/sql_binding.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In the job's arena. The SQL thread's from reeve_sql_start() to on_done, then a pool thread's. */
struct reeve_sql_exchange {
    struct reeve_sql_request request;
    struct reeve_work *work;
    struct reeve_task_node node; /* to the pool */
    struct reeve_arena scratch;  /* one row of a stream */
    struct reeve_sql_rows rows;
    bool described; /* the statement gives rows */
    void *output;   /* of a task that does not stream */
    uint64_t rows_count;
    size_t list_capacity;
    size_t list_bytes; /* of the collected rows, encoded */
    /* Why an event stopped the request: */
    enum reeve_reason reason;
    const char *message; /* our own words */
    struct reeve_sql_misfit misfit;
    bool ended; /* guarded by the binding's lock */
};

extern const struct reeve_sql_events REEVE_SQL_EXCHANGE_EVENTS;

/* The binding's own: called on the SQL thread as the exchange's last event. */
void reeve_sql_binding_done(struct reeve_sql_exchange *x);

/* Frees what is not in the job's arena; may be called twice. */
void reeve_sql_exchange_clear(struct reeve_sql_exchange *x);

/* Fills `text` with what would be done: the vtable's explain. */
enum reeve_status reeve_sql_explain(const struct reeve_sql_system *system,
                                    const struct reeve_sql_plan *plan, const void *request,
                                    struct reeve_arena *arena,
                                    struct reeve_buffer *text) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
