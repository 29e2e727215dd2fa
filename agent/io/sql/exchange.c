/* SPDX-License-Identifier: Apache-2.0 */
/* One request's transaction on a connection, step by step: see sql.h and internal.h.
 *
 * A server is a peer as any other: each step has so many results, and only the statement has rows.
 * One that says more, or ends a step before it has said them, is left.
 *
 * The answer is given as soon as it is certain; ROLLBACK and DISCARD ALL follow without a request.
 * The connection serves the next request only when they are through. */
#include <sys/epoll.h>

#include "agent/base/character.h"
#include "agent/io/sql/internal.h"

#define COMMIT_GRACE_MS 5000u /* for a COMMIT whose request was cancelled or is overdue */
#define CLEANING_MS 5000u
#define BEGIN_SIZE 96

static uint64_t now_of(const struct reeve_sql_connection *c)
{
    return c->pool->loop->now_ms;
}

/* ---- the end of a request ---- */

static void answer(struct reeve_sql_connection *c, enum reeve_status status, const char *problem)
{
    struct reeve_sql_request *request = c->request;

    c->request = NULL;
    c->paused = false;
    if (request != NULL) {
        reeve_sql_request_end(request, status, problem);
    }
}

/* Ends the request and the connection, and what the server is doing for them. */
static void abandon(struct reeve_sql_connection *c, enum reeve_status status, const char *problem)
{
    if (c->step == REEVE_SQL_STEP_BEGIN || c->step == REEVE_SQL_STEP_STATEMENT) {
        reeve_sql_interrupt_begin(c->pool->loop, c->pg);
    }
    reeve_sql_connection_close(c);
    answer(c, status, problem);
}

/* The server says what no answer to the step can be: whatever it may say next is not heard. */
static void leave(struct reeve_sql_connection *c)
{
    abandon(c, REEVE_UPSTREAM_INTERRUPTED, "the server's answer does not belong to what was asked");
}

/* The connection broke. On one that has served before, BEGIN alone tells that it was dead already:
 * nothing was lost, so another one is tried. */
static void lose(struct reeve_sql_connection *c)
{
    struct reeve_sql_request *request = c->request;
    const enum reeve_status status =
        c->too_large ? REEVE_OUTPUT_TOO_LARGE : REEVE_UPSTREAM_INTERRUPTED;
    char text[REEVE_SQL_PROBLEM_SIZE];

    reeve_format_cut(text, sizeof(text), "%s", PQerrorMessage(c->pg));
    const bool was_idle = c->step == REEVE_SQL_STEP_BEGIN && c->uses > 1;
    reeve_sql_connection_close(c);
    if (was_idle && request != NULL && !request->requeued) {
        request->requeued = true;
        request->connection = NULL;
        request->state[0] = '\0';
        c->request = NULL;
        reeve_sql_pool_wait(c->pool, request, true);
        return; /* the pool's tick dispatches */
    }
    /* Where the server said why, that has been kept. */
    answer(c, status, request != NULL && request->problem[0] != '\0' ? NULL : text);
}

/* ---- sending ---- */

static void flush(struct reeve_sql_connection *c)
{
    const int left = PQflush(c->pg);

    if (left < 0) {
        lose(c);
        return;
    }
    reeve_sql_connection_watch(c, left > 0 ? (uint32_t)(EPOLLIN | EPOLLOUT) : (uint32_t)EPOLLIN);
}

static void begin_step(struct reeve_sql_connection *c, enum reeve_sql_step step,
                       uint64_t deadline_ms)
{
    c->step = step;
    c->deadline_ms = deadline_ms;
    c->results = 0;
    c->failed = false;
    c->fatal = false;
    c->too_large = false;
}

static void send_text(struct reeve_sql_connection *c, const char *text)
{
    if (PQsendQuery(c->pg, text) == 0 || PQsetSingleRowMode(c->pg) == 0) {
        lose(c);
        return;
    }
    flush(c);
}

static void send_begin(struct reeve_sql_connection *c)
{
    const struct reeve_sql_request *request = c->request;
    const uint64_t now = now_of(c);
    const uint64_t left = request->deadline_ms > now ? request->deadline_ms - now : 1;
    char text[BEGIN_SIZE];

    begin_step(c, REEVE_SQL_STEP_BEGIN, request->deadline_ms);
    reeve_format_cut(text, sizeof(text), "BEGIN %s; SET LOCAL statement_timeout = %d",
                     request->read_write ? "READ WRITE" : "READ ONLY",
                     left > INT32_MAX ? INT32_MAX : (int)left);
    send_text(c, text);
}

static void send_statement(struct reeve_sql_connection *c)
{
    const struct reeve_sql_request *request = c->request;

    begin_step(c, REEVE_SQL_STEP_STATEMENT, request->deadline_ms);
    c->columns_told = false;
    if (PQsendQueryParams(c->pg, request->statement, (int)request->parameters_count, NULL,
                          request->parameters, NULL, NULL, 0) == 0 ||
        PQsetSingleRowMode(c->pg) == 0) {
        lose(c);
        return;
    }
    flush(c);
}

/* NEVER stays NEVER: a gateway may give a job time without end. */
static uint64_t with_grace(uint64_t deadline_ms)
{
    return deadline_ms < REEVE_NEVER_MS - COMMIT_GRACE_MS ? deadline_ms + COMMIT_GRACE_MS
                                                          : REEVE_NEVER_MS;
}

static void send_commit(struct reeve_sql_connection *c)
{
    begin_step(c, REEVE_SQL_STEP_COMMIT, with_grace(c->request->deadline_ms));
    c->request->commit = REEVE_SQL_COMMIT_SENT;
    send_text(c, "COMMIT");
}

static void send_rollback(struct reeve_sql_connection *c)
{
    begin_step(c, REEVE_SQL_STEP_ROLLBACK, now_of(c) + CLEANING_MS);
    send_text(c, "ROLLBACK");
}

static void send_reset(struct reeve_sql_connection *c)
{
    begin_step(c, REEVE_SQL_STEP_RESET, now_of(c) + CLEANING_MS);
    send_text(c, "DISCARD ALL");
}

void reeve_sql_exchange_begin(struct reeve_sql_connection *c, struct reeve_sql_request *request)
{
    c->state = REEVE_SQL_BUSY;
    c->request = request;
    c->uses++;
    request->connection = c;
    send_begin(c);
}

/* ---- errors ---- */

static const char *field_of(const PGresult *result, int field)
{
    const char *text = PQresultErrorField(result, field);

    return text == NULL ? "" : text;
}

/* The bound on a message is a patch of ours to libpq (scripts/deps.d/libpq): it says so in the
 * first line of a result of its own, which has none of the fields that a server's text comes in. */
static bool is_too_large(const PGresult *result)
{
    static const int WORDS[] = {PG_DIAG_SEVERITY, PG_DIAG_SEVERITY_NONLOCALIZED, PG_DIAG_SQLSTATE,
                                PG_DIAG_MESSAGE_PRIMARY};

    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
        if (PQresultErrorField(result, WORDS[i]) != NULL) {
            return false;
        }
    }
    return reeve_bytes_starts_with(reeve_bytes_cstr(PQresultErrorMessage(result)),
                                   reeve_bytes_cstr("a message of the server is over 16 MiB\n"));
}

static void note_error(struct reeve_sql_connection *c, const PGresult *result)
{
    struct reeve_sql_request *request = c->request;
    const char *severity = field_of(result, PG_DIAG_SEVERITY_NONLOCALIZED);

    c->failed = true;
    c->too_large = c->too_large || is_too_large(result);
    /* libpq's own errors (a connection that broke) have no severity. */
    c->fatal = !reeve_bytes_equal_cstr(reeve_bytes_cstr(severity), "ERROR");
    if (request == NULL || severity[0] == '\0') {
        return;
    }
    reeve_format_cut(request->state, sizeof(request->state), "%s",
                     field_of(result, PG_DIAG_SQLSTATE));
    reeve_format_cut(request->problem, sizeof(request->problem), "%s: %s %s %s", severity,
                     field_of(result, PG_DIAG_MESSAGE_PRIMARY),
                     field_of(result, PG_DIAG_MESSAGE_DETAIL),
                     field_of(result, PG_DIAG_MESSAGE_HINT));
}

static bool is_state(const struct reeve_sql_request *request, const char *state)
{
    return reeve_bytes_equal_cstr(reeve_bytes_cstr(request->state), state);
}

/* The transaction lost against another one, and is gone: it may begin anew. */
static bool may_try_again(struct reeve_sql_connection *c)
{
    struct reeve_sql_request *request = c->request;
    const bool lost = is_state(request, "40001") || is_state(request, "40P01");

    return lost && request->tries < request->retries && now_of(c) < request->deadline_ms &&
           request->events->on_begin(request, true);
}

/* The transaction cannot commit any more: the server said so with an ERROR. */
static void refuse(struct reeve_sql_connection *c)
{
    struct reeve_sql_request *request = c->request;

    request->commit = REEVE_SQL_COMMIT_NOT_SENT;
    if (may_try_again(c)) {
        request->tries++;
        request->state[0] = '\0';
        request->problem[0] = '\0';
        send_rollback(c);
        return;
    }
    const bool overdue = is_state(request, "57014") && now_of(c) + 1 >= request->deadline_ms;
    answer(c, overdue ? REEVE_TIMEOUT : REEVE_UPSTREAM_REFUSED, NULL);
    send_rollback(c);
}

/* ---- results ---- */

static bool tell_columns(struct reeve_sql_connection *c, const PGresult *result)
{
    struct reeve_sql_column columns[REEVE_SQL_COLUMNS_MAX];
    const int count = PQnfields(result);

    if (c->columns_told) {
        return true;
    }
    c->columns_told = true;
    for (int i = 0; i < count && i < REEVE_SQL_COLUMNS_MAX; i++) {
        columns[i].name = PQfname(result, i);
        columns[i].type = PQftype(result, i);
    }
    return count <= REEVE_SQL_COLUMNS_MAX &&
           c->request->events->on_columns(c->request, columns, (size_t)count);
}

static enum reeve_sql_flow tell_row(struct reeve_sql_connection *c, const PGresult *result)
{
    struct reeve_bytes values[REEVE_SQL_COLUMNS_MAX];
    const int count = PQnfields(result);

    for (int i = 0; i < count && i < REEVE_SQL_COLUMNS_MAX; i++) {
        const bool is_null = PQgetisnull(result, 0, i) != 0;
        values[i] = reeve_bytes_of(is_null ? NULL : PQgetvalue(result, 0, i),
                                   is_null ? 0 : (size_t)PQgetlength(result, 0, i));
    }
    return c->request->events->on_row(c->request, values, (size_t)count);
}

static uint64_t affected_by(const PGresult *result)
{
    uint64_t count = 0;

    for (const char *c = PQcmdTuples((PGresult *)(uintptr_t)result); reeve_is_digit(*c); c++) {
        count = count * 10 + (uint64_t)(*c - '0');
    }
    return count;
}

static void take_row(struct reeve_sql_connection *c, const PGresult *result)
{
    const enum reeve_sql_flow flow = tell_columns(c, result) ? tell_row(c, result) : REEVE_SQL_STOP;

    if (flow == REEVE_SQL_STOP) {
        abandon(c, REEVE_STATE, NULL);
        return;
    }
    if (flow == REEVE_SQL_PAUSE) {
        c->paused = true;
        reeve_sql_connection_watch(c, 0);
    }
}

static void take_end(struct reeve_sql_connection *c, const PGresult *result)
{
    if (PQresultStatus(result) == PGRES_TUPLES_OK && !tell_columns(c, result)) {
        abandon(c, REEVE_STATE, NULL);
        return;
    }
    if (!c->request->events->on_end(c->request, affected_by(result))) {
        answer(c, REEVE_STATE, NULL);
    }
}

/* How many results the step has, rows aside. */
static uint32_t results_of(enum reeve_sql_step step)
{
    return step == REEVE_SQL_STEP_BEGIN ? 2 : 1; /* with SET LOCAL */
}

/* Whether the server has said all that it can say to the step. */
static bool is_over(const struct reeve_sql_connection *c)
{
    return c->failed || c->results == results_of(c->step);
}

static void take_success(struct reeve_sql_connection *c, const PGresult *result)
{
    c->results++;
    if (c->step == REEVE_SQL_STEP_STATEMENT) {
        take_end(c, result);
    } else if (c->step == REEVE_SQL_STEP_COMMIT) {
        /* Within a failed transaction COMMIT is answered with ROLLBACK. */
        c->failed = !reeve_bytes_equal_cstr(
            reeve_bytes_cstr(PQcmdStatus((PGresult *)(uintptr_t)result)), "COMMIT");
    }
}

static void take_error(struct reeve_sql_connection *c, const PGresult *result)
{
    /* libpq keeps the text of each until the step is through, and adds one of its own for a
     * connection that broke. */
    if (c->failed && PQstatus(c->pg) == CONNECTION_OK) {
        leave(c);
        return;
    }
    note_error(c, result);
}

static void take_result(struct reeve_sql_connection *c, const PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);
    const bool is_row = status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK;

    if (is_row && (c->step != REEVE_SQL_STEP_STATEMENT || is_over(c))) {
        leave(c);
        return;
    }
    switch (status) {
    case PGRES_SINGLE_TUPLE:
        take_row(c, result);
        return;
    case PGRES_COMMAND_OK:
        if (is_over(c)) {
            leave(c);
            return;
        }
        take_success(c, result);
        return;
    case PGRES_TUPLES_OK:
        take_success(c, result);
        return;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        abandon(c, REEVE_UNSUPPORTED, "the statement copies to or from the client");
        return;
    case PGRES_EMPTY_QUERY:
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
    case PGRES_FATAL_ERROR:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
        break;
    }
    take_error(c, result);
}

/* ---- from step to step ---- */

static void become_idle(struct reeve_sql_connection *c)
{
    struct reeve_sql_pool *pool = c->pool;

    if (now_of(c) - c->born_ms >= pool->database.max_lifetime_ms || pool->closing) {
        reeve_sql_connection_close(c);
    } else {
        c->state = REEVE_SQL_IDLE;
        c->deadline_ms = now_of(c) + pool->database.idle_timeout_ms;
        reeve_list_remove(&pool->others, &c->node);
        reeve_list_push_front(&pool->idle, &c->node);
    }
    reeve_sql_pool_dispatch(pool);
}

static void after_statement(struct reeve_sql_connection *c)
{
    if (c->request == NULL) {
        send_rollback(c); /* on_end wanted none of it */
    } else if (c->failed) {
        refuse(c);
    } else {
        send_commit(c);
    }
}

static void after_commit(struct reeve_sql_connection *c)
{
    if (c->failed) {
        refuse(c);
        return;
    }
    c->request->commit = REEVE_SQL_COMMIT_DONE;
    answer(c, REEVE_OK, NULL);
    send_reset(c);
}

static void after_cleaning(struct reeve_sql_connection *c)
{
    if (c->failed) {
        lose(c);
    } else if (c->step == REEVE_SQL_STEP_RESET) {
        become_idle(c);
    } else if (c->request != NULL) {
        send_begin(c);
    } else {
        send_reset(c);
    }
}

/* BEGIN and COMMIT are somebody's; what follows an answer is not. */
static bool lacks_request(const struct reeve_sql_connection *c)
{
    return c->request == NULL &&
           (c->step == REEVE_SQL_STEP_BEGIN || c->step == REEVE_SQL_STEP_COMMIT);
}

static void after_step(struct reeve_sql_connection *c)
{
    if (c->fatal || lacks_request(c)) {
        lose(c);
        return;
    }
    if (!is_over(c)) {
        leave(c); /* BEGIN or COMMIT that is not confirmed counts for nothing */
        return;
    }
    switch (c->step) {
    case REEVE_SQL_STEP_BEGIN:
        if (c->failed) {
            refuse(c);
            return;
        }
        if (c->request->tries == 0) {
            (void)c->request->events->on_begin(c->request, false);
        }
        send_statement(c);
        return;
    case REEVE_SQL_STEP_STATEMENT:
        after_statement(c);
        return;
    case REEVE_SQL_STEP_COMMIT:
        after_commit(c);
        return;
    case REEVE_SQL_STEP_ROLLBACK:
    case REEVE_SQL_STEP_RESET:
        after_cleaning(c);
        return;
    }
}

/* Takes every result that is there; true: the step is through. */
static bool drain(struct reeve_sql_connection *c)
{
    while (c->state == REEVE_SQL_BUSY && !c->paused && PQisBusy(c->pg) == 0) {
        PGresult *result = PQgetResult(c->pg);
        if (result == NULL) {
            return true;
        }
        take_result(c, result);
        PQclear(result);
    }
    return false;
}

/* libpq reports a broken connection as one more result. */
static void drain_broken(struct reeve_sql_connection *c)
{
    for (PGresult *result = PQgetResult(c->pg); result != NULL; result = PQgetResult(c->pg)) {
        const bool is_error = PQresultStatus(result) == PGRES_FATAL_ERROR;
        if (is_error) {
            note_error(c, result);
        }
        PQclear(result);
    }
    lose(c);
}

/* Steps follow one another as long as their answers are there already. */
static void go_on(struct reeve_sql_connection *c)
{
    while (drain(c)) {
        after_step(c);
    }
    if (c->state == REEVE_SQL_BUSY && PQstatus(c->pg) != CONNECTION_OK) {
        lose(c);
    }
}

void reeve_sql_exchange_serve(struct reeve_sql_connection *c)
{
    if (c->paused) {
        return;
    }
    if ((c->events & (uint32_t)EPOLLOUT) != 0) {
        flush(c);
    }
    if (c->state != REEVE_SQL_BUSY) {
        return;
    }
    if (PQconsumeInput(c->pg) == 0) {
        drain_broken(c);
        return;
    }
    go_on(c);
}

/* ---- from outside ---- */

void reeve_sql_exchange_resume(struct reeve_sql_connection *c)
{
    if (!c->paused) {
        return;
    }
    c->paused = false;
    reeve_sql_connection_watch(c, EPOLLIN);
    go_on(c);
}

void reeve_sql_exchange_cancel(struct reeve_sql_connection *c)
{
    if (c->step == REEVE_SQL_STEP_COMMIT) {
        const uint64_t grace = now_of(c) + COMMIT_GRACE_MS;
        c->deadline_ms = grace < c->deadline_ms ? grace : c->deadline_ms;
        return;
    }
    abandon(c, REEVE_CANCELLED, NULL);
}

void reeve_sql_exchange_overdue(struct reeve_sql_connection *c)
{
    const bool committing = c->step == REEVE_SQL_STEP_COMMIT;

    abandon(c, committing ? REEVE_UPSTREAM_INTERRUPTED : REEVE_TIMEOUT,
            committing ? "COMMIT was not answered in time" : NULL);
}
