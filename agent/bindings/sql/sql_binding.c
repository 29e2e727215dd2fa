/* SPDX-License-Identifier: Apache-2.0 */
/* The sql binding's flow: pool thread → SQL thread → pool thread. See sql_binding.h.
 *
 * Cancelling and resuming: the loop's thread may do either before the exchange exists, while it is
 * under way, or after it ended. The binding's lock orders that: whoever begins looks for a cancel
 * under it, and whoever signals looks for an exchange under it. */
#include "agent/bindings/sql/sql_binding.h"

#include <pthread.h>

#include "agent/base/log.h"
#include "agent/bindings/sql/exchange.h"
#include "agent/bindings/sql/reason.h"

#define RETRIES 3u
#define PASSWORD_MAX 1024u

struct sql_binding {
    struct reeve_binding base;
    const struct reeve_sql_system *system;
    struct reeve_sql_pool *connections;
    struct reeve_sql_passwords passwords;
    struct reeve_pool *pool;
    struct reeve_secret_registry *secrets;
    pthread_mutex_t lock; /* guards work->state and exchange->ended */
};

static struct sql_binding *binding_of(struct reeve_work *work)
{
    return REEVE_OWNER(work->binding, struct sql_binding, base);
}

/* ---- the password, on a pool thread ---- */

static enum reeve_status copy_password(struct reeve_sql_password *question,
                                       const struct reeve_secret_value *value)
{
    const struct reeve_bytes secret = reeve_secret_view(&value->secret);
    char text[PASSWORD_MAX + 1];

    if (secret.len > PASSWORD_MAX || reeve_bytes_contains(secret, reeve_bytes_of("", 1))) {
        reeve_format_cut(question->problem, sizeof(question->problem),
                         "a password is at most 1,024 bytes without NUL");
        return REEVE_CREDENTIAL_UNAVAILABLE;
    }
    enum reeve_status status = reeve_copy(text, PASSWORD_MAX, secret);
    text[secret.len] = '\0';
    if (status == REEVE_OK) {
        status = reeve_secret_set(&question->secret, reeve_bytes_of(text, secret.len + 1));
    }
    reeve_wipe(text, sizeof(text));
    return status;
}

static void run_fetch(struct reeve_task_node *node)
{
    struct reeve_sql_password *question = REEVE_OWNER(node, struct reeve_sql_password, node);
    struct sql_binding *self = question->answerer;
    struct reeve_secret_problem problem = {.text = ""};
    struct reeve_secret_value value;

    reeve_secret_value_init(&value);
    question->status = reeve_secret_registry_fetch(
        self->secrets, reeve_bytes_cstr(self->system->password_secret), &value, &problem);
    question->version = value.version;
    if (question->status == REEVE_OK) {
        question->status = copy_password(question, &value);
    } else {
        reeve_format_cut(question->problem, sizeof(question->problem), "secret %s: %s",
                         self->system->password_secret, problem.text);
    }
    if (question->status != REEVE_OK && question->status != REEVE_NO_MEMORY) {
        question->status = REEVE_CREDENTIAL_UNAVAILABLE;
    }
    reeve_secret_value_clear(&value);
    reeve_sql_password_answer(question);
}

static void ask_password(void *ctx, struct reeve_sql_password *question)
{
    struct sql_binding *self = ctx;

    question->answerer = self;
    question->node.run = run_fetch;
    reeve_pool_submit(self->pool, &question->node);
}

/* ---- the local story ---- */

/* The server may quote whatever it was given: known secrets in its words are overwritten before
 * they are cut. */
static void log_failure(struct reeve_sql_exchange *x, const char *event)
{
    struct reeve_work *work = x->work;
    struct sql_binding *self = binding_of(work);

    reeve_secret_registry_scrub(self->secrets, x->request.problem,
                                reeve_bytes_cstr(x->request.problem).len);
    reeve_work_make_reference(work);
    REEVE_LOG(WARN, event, reeve_log_text("task", work->task->name),
              reeve_log_id("job", work->job_id), reeve_log_text("ref", work->answer.reference),
              reeve_log_text("database", self->system->database.name),
              reeve_log_text("sqlstate", x->request.state),
              reeve_log_text("problem", x->request.problem),
              reeve_log_text("misfit", x->misfit.text));
}

/* ---- the answer, on a pool thread ---- */

static enum reeve_effect effect_of(const struct reeve_sql_exchange *x)
{
    const bool open = x->request.commit == REEVE_SQL_COMMIT_SENT && x->request.read_write;

    return open ? reeve_work_doubt(x->work) : REEVE_EFFECT_NONE;
}

static void fail(struct reeve_sql_exchange *x, enum reeve_reason reason, const char *message)
{
    struct reeve_work *work = x->work;
    const enum reeve_effect effect = effect_of(x);

    reeve_sql_exchange_clear(x);
    reeve_work_fail(work, reason, effect, message);
}

static void answer_success(struct reeve_sql_exchange *x)
{
    struct reeve_work *work = x->work;
    const void *output = x->output;

    reeve_sql_exchange_clear(x);
    if (work->task->server_streaming) {
        reeve_work_finish(work);
        return;
    }
    reeve_work_succeed(work, output);
}

static void answer_refused(struct reeve_sql_exchange *x)
{
    const struct reeve_sql_reason *reason = reeve_sql_reason_of(x->request.state);
    char message[REEVE_ANSWER_MESSAGE_SIZE];

    log_failure(x, "database did not carry out the statement");
    reeve_format_cut(message, sizeof(message), "%s (SQLSTATE %s)", reason->text, x->request.state);
    fail(x, reason->reason, message);
}

static void answer_cancelled(struct reeve_sql_exchange *x)
{
    struct reeve_work *work = x->work;
    const enum reeve_effect effect = effect_of(x);

    reeve_sql_exchange_clear(x);
    reeve_work_stopped(work, effect);
}

static void answer_timeout(struct reeve_sql_exchange *x)
{
    int none = REEVE_REASON_UNSPECIFIED;

    /* This clock or the server's was a little ahead of the engine's. */
    (void)__atomic_compare_exchange_n(&x->work->cancel_reason, &none, REEVE_REASON_DEADLINE, false,
                                      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    answer_cancelled(x);
}

/* An event stopped the request: one of ours, or the owner of the results. */
static void answer_stopped(struct reeve_sql_exchange *x)
{
    struct reeve_work *work = x->work;

    if (!work->stopped) {
        log_failure(x, x->message);
        fail(x, x->reason, x->message);
        return;
    }
    reeve_sql_exchange_clear(x);
    if (!work->refused && reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED) {
        reeve_work_stopped(work, REEVE_EFFECT_NONE);
        return;
    }
    work->answer.effect = REEVE_EFFECT_NONE; /* it was rolled back */
    reeve_work_finish(work);
}

/* The last entry is every other one: the statement, or the connection's settings. */
static const struct broken {
    enum reeve_status status;
    enum reeve_reason reason;
    const char *message;
} BROKEN[] = {
    {REEVE_UPSTREAM_INTERRUPTED, REEVE_REASON_UPSTREAM_INTERRUPTED,
     "the connection to the database broke"},
    {REEVE_UPSTREAM_UNREACHABLE, REEVE_REASON_UPSTREAM_UNREACHABLE,
     "the database could not be reached"},
    {REEVE_CREDENTIAL_REFUSED, REEVE_REASON_CREDENTIAL_REFUSED,
     "the database refused the worker's credential"},
    {REEVE_CREDENTIAL_UNAVAILABLE, REEVE_REASON_CREDENTIAL_UNAVAILABLE,
     "a credential could not be loaded"},
    {REEVE_OUTPUT_TOO_LARGE, REEVE_REASON_OUTPUT_TOO_LARGE, "a row is over the limit"},
    {REEVE_NO_MEMORY, REEVE_REASON_OUT_OF_MEMORY, "out of memory"},
    {REEVE_OK, REEVE_REASON_UPSTREAM_FAILED, "the statement cannot be carried out"},
};

static void answer_broken(struct reeve_sql_exchange *x)
{
    if (reeve_work_cancelled(x->work) != REEVE_REASON_UNSPECIFIED) {
        answer_cancelled(x);
        return;
    }
    log_failure(x, "statement failed");
    const struct broken *b = BROKEN;
    while (b->status != REEVE_OK && b->status != x->request.status) {
        b++;
    }
    fail(x, b->reason, b->message);
}

static void run_answer(struct reeve_task_node *node)
{
    struct reeve_sql_exchange *x = REEVE_OWNER(node, struct reeve_sql_exchange, node);

    if (x->request.status == REEVE_OK) {
        answer_success(x);
    } else if (x->request.status == REEVE_UPSTREAM_REFUSED) {
        answer_refused(x);
    } else if (x->request.status == REEVE_STATE) {
        answer_stopped(x);
    } else if (x->request.status == REEVE_TIMEOUT) {
        answer_timeout(x);
    } else if (x->request.status == REEVE_CANCELLED) {
        answer_cancelled(x);
    } else {
        answer_broken(x);
    }
}

/* SQL thread. */
void reeve_sql_binding_done(struct reeve_sql_exchange *x)
{
    struct sql_binding *self = binding_of(x->work);

    (void)pthread_mutex_lock(&self->lock);
    x->ended = true;
    (void)pthread_mutex_unlock(&self->lock);
    x->node.run = run_answer;
    reeve_pool_submit(self->pool, &x->node);
}

/* ---- the request ---- */

static const struct reeve_sql_plan *plan_of(const struct sql_binding *self,
                                            const struct reeve_task *task)
{
    for (uint32_t i = 0; i < self->system->plans_count; i++) {
        if (self->system->plans[i].task == task) {
            return &self->system->plans[i];
        }
    }
    return NULL;
}

static void reject_value(struct reeve_work *work, struct reeve_bytes field, const char *why)
{
    char message[REEVE_ANSWER_MESSAGE_SIZE];

    reeve_format_cut(message, sizeof(message), "field %.*s cannot be a parameter: %s",
                     (int)field.len, (const char *)field.data, why);
    reeve_work_reject(work, REEVE_REASON_BAD_INPUT, message);
}

static void fill_request(struct sql_binding *self, struct reeve_sql_exchange *x,
                         const struct reeve_sql_plan *plan)
{
    const struct reeve_task *task = x->work->task;

    reeve_work_scratch_init(x->work, &x->scratch, 0, 0);
    x->request.pool = self->connections;
    x->request.statement = plan->statement.text;
    x->request.parameters_count = plan->parameters.count;
    x->request.read_write = task->read_write;
    x->request.retries = task->idempotency == REEVE_NOT_IDEMPOTENT ? 0 : RETRIES;
    x->request.deadline_ms = x->work->deadline_ms;
    x->request.events = &REEVE_SQL_EXCHANGE_EVENTS;
}

/* Sends, unless somebody cancelled in the meantime. */
static void send(struct sql_binding *self, struct reeve_sql_exchange *x)
{
    struct reeve_work *work = x->work;

    (void)pthread_mutex_lock(&self->lock);
    const bool cancelled = reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED;
    if (!cancelled) {
        work->state = x;
        reeve_sql_start(&x->request);
    }
    (void)pthread_mutex_unlock(&self->lock);
    if (cancelled) {
        reeve_work_stopped(work, REEVE_EFFECT_NONE);
    }
}

static void sql_start(struct reeve_binding *binding, struct reeve_work *work)
{
    struct sql_binding *self = REEVE_OWNER(binding, struct sql_binding, base);
    const struct reeve_sql_plan *plan = plan_of(self, work->task);
    struct reeve_sql_exchange *x = reeve_arena_alloc(work->arena, sizeof(*x));
    struct reeve_bytes field = {.len = 0};
    const char *why = "";

    if (plan == NULL) {
        reeve_work_reject(work, REEVE_REASON_NOT_CONFIGURED,
                          "the task's statement is not configured here");
        return;
    }
    enum reeve_status status = x == NULL ? REEVE_NO_MEMORY : REEVE_OK;
    if (status == REEVE_OK) {
        x->work = work;
        fill_request(self, x, plan);
        status = reeve_sql_parameters_write(&plan->parameters, work->request, work->arena,
                                            &x->request.parameters, &field, &why);
    }
    if (status == REEVE_NO_MEMORY) {
        reeve_work_fail(work, REEVE_REASON_OUT_OF_MEMORY, REEVE_EFFECT_NONE, "out of memory");
    } else if (status != REEVE_OK) {
        reject_value(work, field, why);
    } else {
        send(self, x);
    }
}

/* The exchange of a work that is under way, or NULL; under the lock. */
static struct reeve_sql_exchange *open_exchange(struct reeve_work *work)
{
    struct reeve_sql_exchange *x = work->state;

    return x != NULL && !x->ended ? x : NULL;
}

static void sql_cancel(struct reeve_binding *binding, struct reeve_work *work)
{
    struct sql_binding *self = REEVE_OWNER(binding, struct sql_binding, base);

    (void)pthread_mutex_lock(&self->lock);
    struct reeve_sql_exchange *x = open_exchange(work);
    if (x != NULL) {
        reeve_sql_cancel(&x->request);
    }
    (void)pthread_mutex_unlock(&self->lock);
}

static void sql_resume(struct reeve_binding *binding, struct reeve_work *work)
{
    struct sql_binding *self = REEVE_OWNER(binding, struct sql_binding, base);

    (void)pthread_mutex_lock(&self->lock);
    struct reeve_sql_exchange *x = open_exchange(work);
    if (x != NULL) {
        reeve_sql_resume(&x->request);
    }
    (void)pthread_mutex_unlock(&self->lock);
}

static enum reeve_status sql_explain(struct reeve_binding *binding, const struct reeve_task *task,
                                     const void *request, struct reeve_arena *arena,
                                     struct reeve_buffer *text)
{
    struct sql_binding *self = REEVE_OWNER(binding, struct sql_binding, base);
    const struct reeve_sql_plan *plan = plan_of(self, task);

    if (plan == NULL) {
        REEVE_TRY(reeve_buffer_append_cstr(text, "the task's statement is not configured here\n"));
        return REEVE_INVALID;
    }
    return reeve_sql_explain(self->system, plan, request, arena, text);
}

/* ---- life ---- */

static void sql_free(struct reeve_binding *binding)
{
    struct sql_binding *self = REEVE_OWNER(binding, struct sql_binding, base);

    reeve_sql_pool_free(self->connections);
    (void)pthread_mutex_destroy(&self->lock);
    reeve_free(NULL, self, sizeof(*self));
}

static const struct reeve_binding_vtable SQL_VTABLE = {
    .name = "sql",
    .start = sql_start,
    .cancel = sql_cancel,
    .resume = sql_resume,
    .explain = sql_explain,
    .free = sql_free,
};

enum reeve_status reeve_sql_binding_new(const struct reeve_sql_system *system,
                                        struct reeve_sql_loop *loop, struct reeve_pool *pool,
                                        struct reeve_secret_registry *secrets,
                                        struct reeve_binding **out)
{
    struct sql_binding *self = reeve_alloc(NULL, sizeof(*self));

    *out = NULL;
    if (self == NULL) {
        return REEVE_NO_MEMORY;
    }
    self->base.vtable = &SQL_VTABLE;
    self->system = system;
    self->pool = pool;
    self->secrets = secrets;
    self->passwords.ctx = self;
    self->passwords.ask = system->password_secret == NULL ? NULL : ask_password;
    (void)pthread_mutex_init(&self->lock, NULL);
    const enum reeve_status status =
        reeve_sql_pool_new(&system->database, &self->passwords, loop, &self->connections);
    if (status != REEVE_OK) {
        sql_free(&self->base);
        return status;
    }
    *out = &self->base;
    return REEVE_OK;
}
