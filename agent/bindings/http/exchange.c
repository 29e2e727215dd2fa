/* SPDX-License-Identifier: Apache-2.0 */
/* Making and sending requests: see exchange.h. */
#include "agent/bindings/http/exchange.h"

#include "agent/base/log.h"
#include "agent/base/time.h"
#include "agent/bindings/http/auth.h"

#define FIXED_HEADERS 4u
#define QUICK_ANSWER 4096u

/* ---- life ---- */

static struct reeve_http_exchange *new_exchange(struct reeve_work *work)
{
    struct reeve_http_exchange *x = reeve_arena_alloc(work->arena, sizeof(*x));

    if (x == NULL) {
        return NULL;
    }
    x->work = work;
    reeve_secret_init(&x->auth);
    reeve_secret_init(&x->proxy);
    reeve_http_parts_init(&x->parts, NULL);
    reeve_buffer_init(&x->request.response, NULL, 0);
    reeve_buffer_init(&x->request.redirect, NULL, 0);
    return x;
}

void reeve_http_exchange_clear(struct reeve_http_exchange *x)
{
    reeve_secret_clear(&x->auth);
    reeve_secret_clear(&x->proxy);
    reeve_http_route_release(x->route);
    x->route = NULL;
    reeve_http_parts_clear(&x->parts);
    reeve_buffer_clear(&x->request.response);
    reeve_buffer_clear(&x->request.redirect);
    reeve_http_stream_clear(x->stream);
}

/* ---- credentials ---- */

/* The name of a secret that cannot be had, or its use, goes to the log; and why. */
static enum reeve_status judge(struct reeve_http_exchange *x, enum reeve_status status,
                               const char *name, const struct reeve_secret_problem *problem)
{
    if (status == REEVE_OK || status == REEVE_NO_MEMORY) {
        return status;
    }
    reeve_work_make_reference(x->work);
    REEVE_LOG(ERROR, "credential could not be loaded", reeve_log_status(status),
              reeve_log_text("secret", name), reeve_log_text("ref", x->work->answer.reference),
              reeve_log_text("problem", problem->text));
    return REEVE_CREDENTIAL_UNAVAILABLE;
}

static enum reeve_status use_credential(struct reeve_http_exchange *x, struct reeve_bytes secret,
                                        struct reeve_secret_problem *problem)
{
    const struct reeve_http_system *system = &reeve_http_binding_of(x->work)->system;
    enum reeve_status status =
        system->auth == REEVE_HTTP_AUTH_QUERY
            ? reeve_http_auth_url(reeve_buffer_view(&x->parts.url), system->auth_name, secret,
                                  &x->auth)
            : reeve_http_auth_line(system->auth, system->auth_name, secret, &x->auth);

    return reeve_http_auth_judge(status, problem);
}

static enum reeve_status load_secret(struct reeve_http_exchange *x)
{
    const struct reeve_http_binding *self = reeve_http_binding_of(x->work);
    const char *name = self->system.auth_secret;
    struct reeve_secret_problem problem = {""};
    struct reeve_secret_value value;

    reeve_secret_value_init(&value);
    enum reeve_status status =
        reeve_secret_registry_fetch(self->secrets, reeve_bytes_cstr(name), &value, &problem);
    if (status == REEVE_OK) {
        x->auth_version = value.version;
        status = use_credential(x, reeve_secret_view(&value.secret), &problem);
    }
    reeve_secret_value_clear(&value);
    return judge(x, status, name, &problem);
}

static enum reeve_status load_proxy(struct reeve_http_exchange *x)
{
    const struct reeve_http_binding *self = reeve_http_binding_of(x->work);
    struct reeve_secret_problem problem = {""};
    const enum reeve_status status = reeve_http_proxy_load(
        self->system.proxy_user, self->system.proxy_secret, self->secrets, &x->proxy, &problem);

    return judge(x, status, self->system.proxy_secret, &problem);
}

static void run_woken(struct reeve_task_node *node);

static void on_token(struct reeve_http_token_waiter *waiter)
{
    struct reeve_http_exchange *x = REEVE_OWNER(waiter, struct reeve_http_exchange, waiter);

    x->node.run = run_woken;
    reeve_pool_submit(reeve_http_binding_of(x->work)->pool, &x->node);
}

/* STATE: the exchange is no longer this thread's; on_token() goes on with it. CANCELLED: before
 * there was anything to wait for. */
static enum reeve_status load_token(struct reeve_http_exchange *x)
{
    struct reeve_http_binding *self = reeve_http_binding_of(x->work);
    struct reeve_secret_problem problem = {""};
    struct reeve_secret token;

    reeve_secret_init(&token);
    x->waiter.ready = on_token;
    (void)pthread_mutex_lock(&self->lock);
    const bool cancelled = reeve_work_cancelled(x->work) != REEVE_REASON_UNSPECIFIED;
    x->work->state = x;
    x->phase = REEVE_HTTP_WAITING;
    (void)pthread_mutex_unlock(&self->lock);
    if (cancelled) {
        return REEVE_CANCELLED;
    }
    enum reeve_status status =
        reeve_http_token_get(self->token, x->woken, &x->waiter, &token, &x->auth_version);
    if (status == REEVE_OK) {
        status = use_credential(x, reeve_secret_view(&token), &problem);
        status = judge(x, status, "access token", &problem);
    }
    reeve_secret_clear(&token);
    return status;
}

static enum reeve_status load_credential(struct reeve_http_exchange *x)
{
    switch (reeve_http_binding_of(x->work)->system.auth) {
    case REEVE_HTTP_AUTH_NONE:
        return REEVE_OK;
    case REEVE_HTTP_AUTH_OAUTH2:
        return load_token(x);
    case REEVE_HTTP_AUTH_BEARER:
    case REEVE_HTTP_AUTH_BASIC:
    case REEVE_HTTP_AUTH_HEADER:
    case REEVE_HTTP_AUTH_QUERY:
        break;
    }
    return load_secret(x);
}

static enum reeve_status take_route(struct reeve_http_exchange *x)
{
    struct reeve_secret_problem problem = {""};
    enum reeve_status status =
        reeve_http_route_take(reeve_http_binding_of(x->work)->routes, &x->route, &problem);

    if (status == REEVE_OK || status == REEVE_NO_MEMORY) {
        return status;
    }
    reeve_work_make_reference(x->work);
    REEVE_LOG(ERROR, "client certificate could not be loaded", reeve_log_status(status),
              reeve_log_text("ref", x->work->answer.reference),
              reeve_log_text("problem", problem.text));
    return REEVE_CREDENTIAL_UNAVAILABLE;
}

/* ---- the request ---- */

static enum reeve_status add_headers(struct reeve_http_exchange *x)
{
    const struct reeve_http_system *system = &reeve_http_binding_of(x->work)->system;
    size_t n = 0;

    if (x->headers == NULL) {
        x->headers = reeve_arena_alloc_array(x->work->arena, system->headers_count + FIXED_HEADERS,
                                             sizeof(*x->headers));
    }
    if (x->headers == NULL) {
        return REEVE_NO_MEMORY;
    }
    struct reeve_http_header *lines = x->headers;
    lines[n++].line = x->stream == NULL ? "Accept: application/json"
                                        : "Accept: application/x-ndjson, application/jsonl, "
                                          "application/json";
    if (x->request.has_body) {
        lines[n++].line = "Content-Type: application/json";
    }
    if (x->work->task->idempotency != REEVE_NO_SIDE_EFFECTS) {
        char id[REEVE_ID_TEXT_SIZE];
        reeve_id_format(x->work->job_id, id);
        REEVE_TRY(reeve_format(x->idempotency_key, sizeof(x->idempotency_key),
                               "Idempotency-Key: %s", id));
        lines[n++].line = x->idempotency_key;
    }
    for (size_t i = 0; i < system->headers_count; i++) {
        lines[n++].line = system->headers[i];
    }
    if (system->auth != REEVE_HTTP_AUTH_NONE && system->auth != REEVE_HTTP_AUTH_QUERY) {
        lines[n++].line = (const char *)reeve_secret_view(&x->auth).data;
    }
    x->request.headers = lines;
    x->request.headers_count = n;
    return REEVE_OK;
}

static uint64_t attempt_time_ms(const struct reeve_http_exchange *x)
{
    const uint64_t own = reeve_http_binding_of(x->work)->system.timeout_ms;
    const uint64_t now = reeve_now_read().boot_ms + x->request.delay_ms;
    const uint64_t left = x->work->deadline_ms > now ? x->work->deadline_ms - now : 1;

    return own != 0 && own < left ? own : left;
}

/* HTTP thread. */
static void on_request_done(struct reeve_http_request *request);

static enum reeve_status fill_request(struct reeve_http_exchange *x)
{
    const struct reeve_http_system *system = &reeve_http_binding_of(x->work)->system;
    const bool secret_url = system->auth == REEVE_HTTP_AUTH_QUERY;

    x->request.method = x->parts.rule->method;
    x->request.url = secret_url ? (const char *)reeve_secret_view(&x->auth).data
                                : (const char *)x->parts.url.data;
    x->request.has_body = reeve_http_has_body(x->parts.rule);
    x->request.body = reeve_buffer_view(&x->parts.body);
    x->request.peer = &x->route->peer;
    x->request.proxy_header =
        x->proxy.len == 0 ? NULL : (const char *)reeve_secret_view(&x->proxy).data;
    x->request.once = x->work->task->idempotency == REEVE_NOT_IDEMPOTENT;
    x->request.timeout_ms = attempt_time_ms(x);
    x->request.max_response_bytes = system->max_response_bytes;
    x->request.on_done = on_request_done;
    if (x->stream != NULL) {
        reeve_http_stream_attempt(x);
    }
    return add_headers(x);
}

static void run_answer(struct reeve_task_node *node)
{
    reeve_http_answer(REEVE_OWNER(node, struct reeve_http_exchange, node));
}

static void answer_later(struct reeve_work *work)
{
    reeve_http_answer(work->state);
}

/* Whether reading the answer costs less than waking a pool thread, and cannot block. */
static bool is_quick(const struct reeve_http_request *request)
{
    return request->status == REEVE_OK && request->code >= 200 && request->code < 300 &&
           request->response.len <= QUICK_ANSWER;
}

static void on_request_done(struct reeve_http_request *request)
{
    struct reeve_http_exchange *x = REEVE_OWNER(request, struct reeve_http_exchange, request);
    struct reeve_http_binding *self = reeve_http_binding_of(x->work);

    (void)pthread_mutex_lock(&self->lock);
    x->phase = REEVE_HTTP_ANSWERING;
    (void)pthread_mutex_unlock(&self->lock);
    /* Whoever takes it over may be done with it, and all memory gone, before this returns. */
    if (x->stream != NULL) {
        reeve_http_stream_request_ended(x);
        return;
    }
    if (is_quick(request)) {
        reeve_work_later(x->work, answer_later); /* the HTTP thread has enough to do */
        return;
    }
    x->node.run = run_answer;
    reeve_pool_submit(self->pool, &x->node);
}

/* ---- an attempt ---- */

static void refuse(struct reeve_http_exchange *x, enum reeve_status status)
{
    struct reeve_work *work = x->work;
    enum reeve_effect effect = x->in_doubt ? reeve_work_doubt(work) : REEVE_EFFECT_NONE;
    char message[REEVE_ANSWER_MESSAGE_SIZE];

    if (status == REEVE_INVALID) {
        reeve_format_cut(message, sizeof(message), "field %s " REEVE_HTTP_UNFIT, x->parts.field);
        reeve_http_exchange_clear(x);
        reeve_work_reject(work, REEVE_REASON_BAD_INPUT, message);
    } else if (status == REEVE_LIMIT) {
        reeve_http_exchange_clear(x);
        reeve_work_reject(work, REEVE_REASON_TOO_LARGE, "the request would be too long for a URL");
    } else if (status == REEVE_CREDENTIAL_UNAVAILABLE) {
        reeve_http_answer_failure(x, REEVE_REASON_CREDENTIAL_UNAVAILABLE, effect,
                                  "a credential could not be loaded");
    } else if (status == REEVE_NO_MEMORY) {
        reeve_http_answer_failure(x, REEVE_REASON_OUT_OF_MEMORY, effect, "out of memory");
    } else {
        reeve_http_answer_failure(x, REEVE_REASON_BAD_INPUT, effect,
                                  "the request could not be written");
    }
}

/* Sends, unless somebody cancelled in the meantime. */
static void send(struct reeve_http_exchange *x)
{
    struct reeve_http_binding *self = reeve_http_binding_of(x->work);

    (void)pthread_mutex_lock(&self->lock);
    bool cancelled = reeve_work_cancelled(x->work) != REEVE_REASON_UNSPECIFIED;
    if (!cancelled) {
        x->work->state = x;
        x->phase = REEVE_HTTP_SENT;
        x->attempts++;
        reeve_http_start(self->loop, &x->request);
    }
    (void)pthread_mutex_unlock(&self->lock);
    if (cancelled) {
        reeve_http_answer_stopped(x, false);
    }
}

static void prepare_and_send(struct reeve_http_exchange *x)
{
    enum reeve_status status = load_credential(x);

    if (status == REEVE_STATE) {
        return;
    }
    if (status == REEVE_CANCELLED) {
        reeve_http_answer_stopped(x, false);
        return;
    }
    if (status == REEVE_OK) {
        status = load_proxy(x);
    }
    if (status == REEVE_OK && x->route == NULL) {
        status = take_route(x);
    }
    if (status == REEVE_OK) {
        status = fill_request(x);
    }
    if (status != REEVE_OK) {
        refuse(x, status == REEVE_LIMIT || status == REEVE_INVALID ? REEVE_INTERNAL : status);
        return;
    }
    send(x);
}

/* Pool thread; the waiter was told. */
static void run_woken(struct reeve_task_node *node)
{
    struct reeve_http_exchange *x = REEVE_OWNER(node, struct reeve_http_exchange, node);

    if (reeve_work_cancelled(x->work) != REEVE_REASON_UNSPECIFIED) {
        reeve_http_answer_stopped(x, false);
        return;
    }
    if (x->waiter.status != REEVE_OK) {
        refuse(x, REEVE_CREDENTIAL_UNAVAILABLE);
        return;
    }
    x->woken = true;
    prepare_and_send(x);
}

void reeve_http_exchange_attempt(struct reeve_http_exchange *x, uint64_t delay_ms)
{
    reeve_buffer_clear(&x->request.response);
    reeve_buffer_clear(&x->request.redirect);
    reeve_http_route_release(x->route);
    x->route = NULL;
    x->woken = false;
    x->request.delay_ms = delay_ms;
    prepare_and_send(x);
}

/* ---- start and cancel ---- */

void reeve_http_start_work(struct reeve_binding *binding, struct reeve_work *work)
{
    struct reeve_http_binding *self = REEVE_OWNER(binding, struct reeve_http_binding, base);
    struct reeve_http_exchange *x = new_exchange(work);

    if (x == NULL) {
        reeve_work_fail(work, REEVE_REASON_OUT_OF_MEMORY, REEVE_EFFECT_NONE, "out of memory");
        return;
    }
    enum reeve_status status = reeve_http_write_request(
        work->task, work->request, self->system.base_url, work->arena, &x->parts);
    if (status == REEVE_OK && work->task->server_streaming) {
        status = reeve_http_stream_new(x);
    }
    if (status != REEVE_OK) {
        refuse(x, status);
        return;
    }
    prepare_and_send(x);
}

void reeve_http_cancel_work(struct reeve_binding *binding, struct reeve_work *work)
{
    struct reeve_http_binding *self = REEVE_OWNER(binding, struct reeve_http_binding, base);
    bool waits = false;

    (void)pthread_mutex_lock(&self->lock);
    struct reeve_http_exchange *x = work->state;
    if (x != NULL && x->phase == REEVE_HTTP_SENT) {
        reeve_http_cancel(self->loop, &x->request);
    }
    if (x != NULL && x->stream != NULL) {
        reeve_http_stream_cancelled(x);
    }
    waits = x != NULL && x->phase == REEVE_HTTP_WAITING;
    (void)pthread_mutex_unlock(&self->lock);
    if (waits && reeve_http_token_leave(self->token, &x->waiter)) {
        on_token(&x->waiter); /* finds the cancel */
    }
}
