/* SPDX-License-Identifier: Apache-2.0 */
/* The events of a request, on the SQL thread: rows become messages. See exchange.h. */
#include "agent/bindings/sql/exchange.h"

#include "agent/base/time.h"
#include "proto/runtime/message.h"
#include "proto/runtime/slot.h"

#define SCRATCH_MAX ((size_t)64 * 1024 * 1024)
#define LIST_ELEMENT_OVERHEAD 8u /* its tag and length, at most */

static struct reeve_sql_exchange *exchange_of(struct reeve_sql_request *request)
{
    return REEVE_OWNER(request, struct reeve_sql_exchange, request);
}

void reeve_sql_exchange_clear(struct reeve_sql_exchange *x)
{
    reeve_arena_clear(&x->scratch);
}

/* ---- why not ---- */

static void stop(struct reeve_sql_exchange *x, enum reeve_reason reason, const char *message)
{
    x->reason = reason;
    x->message = message;
}

/* From the status of reading into `arena`. */
static void stop_by(struct reeve_sql_exchange *x, enum reeve_status status,
                    const struct reeve_arena *arena)
{
    const char *message = "the result does not fit the output message";
    const enum reeve_reason reason = reeve_work_misfit(arena, status, &message);

    stop(x, reason, message);
}

/* The output's own constraints. */
static enum reeve_status check(struct reeve_sql_exchange *x, const struct reeve_message *type,
                               const void *message)
{
    struct reeve_problem problem = {.line = 0};
    struct reeve_problems problems = {.items = &problem, .capacity = 1};
    const enum reeve_status status =
        reeve_message_validate(type, message, reeve_now_read().unix_ms, &problems);

    if (status == REEVE_CONSTRAINT) {
        reeve_format_cut(x->misfit.text, sizeof(x->misfit.text), "%s: %s", problem.field,
                         problem.text);
    }
    return status;
}

/* ---- events ---- */

static bool on_begin(struct reeve_sql_request *request, bool again)
{
    struct reeve_sql_exchange *x = exchange_of(request);

    if (again && x->work->task->server_streaming && x->rows_count > 0) {
        return false; /* some have left */
    }
    x->described = false;
    x->output = NULL;
    x->rows_count = 0;
    x->list_capacity = 0;
    x->list_bytes = 0;
    reeve_arena_clear(&x->scratch);
    reeve_work_scratch_init(x->work, &x->scratch, SCRATCH_MAX, 0);
    return true;
}

static bool on_columns(struct reeve_sql_request *request, const struct reeve_sql_column *columns,
                       size_t count)
{
    struct reeve_sql_exchange *x = exchange_of(request);
    const struct reeve_task *task = x->work->task;
    struct reeve_sql_described *described =
        reeve_arena_alloc_array(x->work->arena, count + 1, sizeof(*described));
    enum reeve_status status = described == NULL ? REEVE_NO_MEMORY : REEVE_OK;

    x->described = true;
    for (size_t i = 0; i < count && status == REEVE_OK; i++) {
        described[i] = (struct reeve_sql_described){columns[i].name, columns[i].type};
    }
    if (status == REEVE_OK) {
        status = reeve_sql_rows_describe(task->output, task->server_streaming, described, count,
                                         x->work->arena, &x->rows, &x->misfit);
    }
    if (status != REEVE_OK) {
        stop_by(x, status, x->work->arena);
    }
    return status == REEVE_OK;
}

static enum reeve_sql_flow emit(struct reeve_sql_exchange *x, const struct reeve_bytes *values,
                                size_t count)
{
    void *message = NULL;

    reeve_arena_reset(&x->scratch);
    enum reeve_status status =
        reeve_sql_rows_read(&x->rows, values, count, &x->scratch, &message, &x->misfit);
    if (status == REEVE_OK) {
        status = check(x, x->rows.type, message);
    }
    if (status != REEVE_OK) {
        stop_by(x, status, &x->scratch);
        return REEVE_SQL_STOP;
    }
    x->rows_count++;
    switch (reeve_work_emit(x->work, message)) {
    case REEVE_WORK_GO_ON:
        return REEVE_SQL_GO_ON;
    case REEVE_WORK_PAUSE:
        return REEVE_SQL_PAUSE;
    case REEVE_WORK_STOP:
        break;
    }
    return REEVE_SQL_STOP;
}

/* Puts a message into the output's list, which doubles as it grows. */
static enum reeve_status collect(struct reeve_sql_exchange *x, void *message)
{
    const struct reeve_field *list = x->rows.list;
    const size_t count = reeve_slot_count(list, x->output);

    x->list_bytes += reeve_message_encoded_size(x->rows.type, message) + LIST_ELEMENT_OVERHEAD;
    if (x->list_bytes > x->work->max_output_bytes + count * LIST_ELEMENT_OVERHEAD) {
        return REEVE_NO_MEMORY;
    }
    if (count == x->list_capacity) {
        const size_t wanted = x->list_capacity == 0 ? 16 : x->list_capacity * 2;
        void **bigger = reeve_arena_alloc_array(x->work->arena, wanted, sizeof(*bigger));
        if (bigger == NULL) {
            return REEVE_NO_MEMORY;
        }
        if (count > 0) {
            reeve_move(bigger, reeve_slot_element(list, x->output, 0), count * sizeof(*bigger));
        }
        reeve_store_pointer(reeve_slot(list, x->output), bigger);
        x->list_capacity = wanted;
    }
    reeve_slot_set_count(list, x->output, count + 1);
    reeve_store_pointer(reeve_slot_element(list, x->output, count), message);
    return REEVE_OK;
}

static enum reeve_status keep(struct reeve_sql_exchange *x, const struct reeve_bytes *values,
                              size_t count)
{
    void *message = NULL;

    REEVE_TRY(reeve_sql_rows_read(&x->rows, values, count, x->work->arena, &message, &x->misfit));
    if (x->rows.list == NULL) {
        x->output = message;
        return REEVE_OK;
    }
    if (x->output == NULL) {
        x->output = reeve_message_new(x->work->task->output, x->work->arena);
    }
    return x->output == NULL ? REEVE_NO_MEMORY : collect(x, message);
}

static enum reeve_sql_flow on_row(struct reeve_sql_request *request,
                                  const struct reeve_bytes *values, size_t count)
{
    struct reeve_sql_exchange *x = exchange_of(request);
    const struct reeve_task *task = x->work->task;

    if (task->server_streaming) {
        return emit(x, values, count);
    }
    if (task->output->fields_count == 0) {
        return REEVE_SQL_GO_ON; /* nothing of it is declared: nothing leaves */
    }
    if (x->rows.list == NULL && x->rows_count == 1) {
        stop(x, REEVE_REASON_OUTPUT_INVALID, "the statement gives more than one row");
        return REEVE_SQL_STOP;
    }
    x->rows_count++;
    const enum reeve_status status = keep(x, values, count);
    if (status != REEVE_OK) {
        stop_by(x, status, x->work->arena);
        return REEVE_SQL_STOP;
    }
    return REEVE_SQL_GO_ON;
}

/* The output of a task that does not stream, whole and checked before COMMIT: what cannot be said
 * has not happened. */
static enum reeve_status complete(struct reeve_sql_exchange *x, uint64_t affected)
{
    const struct reeve_message *type = x->work->task->output;

    if (x->output == NULL) {
        x->output = reeve_message_new(type, x->work->arena);
    }
    if (x->output == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(reeve_sql_affected_store(type, x->output, affected, x->work->arena));
    REEVE_TRY(check(x, type, x->output));
    return reeve_message_encoded_size(type, x->output) > x->work->max_output_bytes ? REEVE_NO_MEMORY
                                                                                   : REEVE_OK;
}

static bool on_end(struct reeve_sql_request *request, uint64_t affected)
{
    struct reeve_sql_exchange *x = exchange_of(request);
    const struct reeve_task *task = x->work->task;

    if (task->server_streaming) {
        return true;
    }
    if (x->described && x->rows.list == NULL && task->output->fields_count > 0 &&
        x->rows_count == 0) {
        stop(x, REEVE_REASON_UPSTREAM_REFUSED, "the statement found no row");
        return false;
    }
    const enum reeve_status status = complete(x, affected);
    if (status != REEVE_OK) {
        stop_by(x, status, x->work->arena);
    }
    return status == REEVE_OK;
}

static void on_done(struct reeve_sql_request *request)
{
    reeve_sql_binding_done(exchange_of(request));
}

const struct reeve_sql_events REEVE_SQL_EXCHANGE_EVENTS = {
    .on_begin = on_begin,
    .on_columns = on_columns,
    .on_row = on_row,
    .on_end = on_end,
    .on_done = on_done,
};
