/* SPDX-License-Identifier: Apache-2.0 */
/* The http binding's flow: pool thread → HTTP thread → pool thread. See http_binding.h.
 *
 * Cancelling: the loop's thread may cancel before the exchange exists, while it is under way, or
 * after it ended. The binding's lock orders that: whoever begins looks for a cancel under it, and
 * whoever cancels looks for an exchange under it. The exchange lives in the job's arena, which is
 * there for as long as anybody can cancel. */
#include "agent/bindings/http/http_binding.h"

#include <pthread.h>

#include "agent/base/list.h"
#include "agent/base/log.h"
#include "agent/base/random.h"
#include "agent/base/time.h"
#include "agent/bindings/http/auth.h"
#include "agent/bindings/http/http_message.h"

#define MAX_RESPONSE (1024u * 1024u)
#define LOCAL_EXCERPT 512u
#define FIXED_HEADERS 3u

struct http_binding {
    struct reeve_binding base;
    struct reeve_arena memory; /* the system's strings */
    struct reeve_http_system system;
    struct reeve_http_peer peer;
    struct reeve_http_loop *loop;
    struct reeve_pool *pool;
    struct reeve_secret_registry *secrets;
    pthread_mutex_t lock; /* guards work->state and exchange->ended */
};

/* One request on its way; in the job's arena, cleared by end_exchange(). */
struct exchange {
    struct reeve_http_request request;
    struct reeve_work *work;
    struct reeve_task_node node; /* back to the pool */
    struct reeve_http_parts parts;
    struct reeve_secret auth;
    char idempotency_key[sizeof("Idempotency-Key: ") + REEVE_ID_TEXT_SIZE];
    bool ended;
};

static struct http_binding *binding_of(struct reeve_work *work)
{
    return REEVE_OWNER(work->binding, struct http_binding, base);
}

static void end_exchange(struct exchange *x)
{
    reeve_secret_clear(&x->auth);
    reeve_http_parts_clear(&x->parts);
    reeve_buffer_clear(&x->request.response);
    reeve_buffer_clear(&x->request.redirect);
}

/* ---- the local story ---- */

/* A short random name under which the log keeps what may not leave. */
static void make_reference(struct reeve_answer *answer)
{
    uint64_t random = reeve_random_u64(reeve_random_system());

    reeve_format_cut(answer->reference, sizeof(answer->reference), "%012llx",
                     (unsigned long long)(random >> 16));
}

/* The whole answer is scrubbed before it is cut and before the log escapes it: the system chooses
 * what stands at the cut, and may have escaped the credential that it echoes in its own way. */
static struct reeve_bytes make_excerpt(struct exchange *x)
{
    struct reeve_buffer *response = &x->request.response;

    reeve_secret_registry_scrub(binding_of(x->work)->secrets, (char *)response->data,
                                response->len);
    return reeve_bytes_slice(reeve_buffer_view(response), 0, LOCAL_EXCERPT);
}

static void log_failure(struct exchange *x, const char *event)
{
    struct reeve_work *work = x->work;
    struct reeve_bytes excerpt = make_excerpt(x);

    make_reference(&work->answer);
    REEVE_LOG(WARN, event, reeve_log_text("task", work->task->name),
              reeve_log_id("job", work->job_id), reeve_log_text("ref", work->answer.reference),
              reeve_log_text("method", x->request.method), reeve_log_text("url", x->request.url),
              reeve_log_i64("code", x->request.code), reeve_log_text("problem", x->request.problem),
              reeve_log_bytes("body", excerpt));
}

/* ---- the answer ---- */

static void fail(struct exchange *x, enum reeve_reason reason, enum reeve_effect effect,
                 const char *message)
{
    struct reeve_work *work = x->work;

    end_exchange(x);
    reeve_work_fail(work, reason, effect, message);
}

static void answer_success(struct exchange *x)
{
    struct reeve_work *work = x->work;
    struct reeve_problem problem = {.line = 0};
    struct reeve_problems problems = {.items = &problem, .capacity = 1};
    void *response = NULL;

    enum reeve_status status =
        reeve_http_read_response(work->task, x->parts.rule, reeve_buffer_view(&x->request.response),
                                 work->arena, &response, &problem);
    if (status == REEVE_OK) {
        status = reeve_message_validate(work->task->output, response, reeve_now_read().unix_ms,
                                        &problems);
    }
    if (status == REEVE_OK) {
        end_exchange(x);
        reeve_work_succeed(work, response);
        return;
    }
    reeve_format_cut(x->request.problem, sizeof(x->request.problem), "%s: %s: %s", problem.field,
                     problem.rule, problem.text);
    log_failure(x, "answer does not fit the output message");
    fail(x, status == REEVE_NO_MEMORY ? REEVE_REASON_OUT_OF_MEMORY : REEVE_REASON_OUTPUT_INVALID,
         reeve_work_confirmed(work),
         "the internal system's answer does not fit the output message");
}

static void answer_by_code(struct exchange *x)
{
    struct reeve_work *work = x->work;
    int code = x->request.code;

    work->answer.upstream_code = (uint32_t)code;
    if (code >= 200 && code < 300) {
        answer_success(x);
        return;
    }
    log_failure(x, "internal system did not carry out the request");
    if (code == 401) {
        fail(x, REEVE_REASON_CREDENTIAL_REFUSED, REEVE_EFFECT_NONE,
             "the internal system refused the worker's credential");
    } else if (code >= 400 && code < 500) {
        fail(x, REEVE_REASON_UPSTREAM_REFUSED,
             code == 408 ? reeve_work_doubt(work) : REEVE_EFFECT_NONE,
             "the internal system refused the request");
    } else if (code >= 300 && code < 400) {
        fail(x, REEVE_REASON_UPSTREAM_FAILED, reeve_work_doubt(work),
             "the internal system answered with a redirect, which is not followed");
    } else {
        fail(x, REEVE_REASON_UPSTREAM_FAILED, reeve_work_doubt(work), "the internal system failed");
    }
}

static void answer_stopped(struct exchange *x)
{
    struct reeve_work *work = x->work;
    enum reeve_effect effect =
        x->request.may_have_arrived ? reeve_work_doubt(work) : REEVE_EFFECT_NONE;
    int none = REEVE_REASON_UNSPECIFIED;

    if (x->request.status == REEVE_TIMEOUT) {
        /* libcurl's clock was a little ahead of the engine's. */
        (void)__atomic_compare_exchange_n(&work->cancel_reason, &none, REEVE_REASON_DEADLINE, false,
                                          __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    }
    end_exchange(x);
    reeve_work_stopped(work, effect);
}

static void answer_broken(struct exchange *x)
{
    enum reeve_effect effect =
        x->request.may_have_arrived ? reeve_work_doubt(x->work) : REEVE_EFFECT_NONE;

    log_failure(x, "request to internal system failed");
    if (x->request.status == REEVE_OUTPUT_TOO_LARGE) {
        bool is_success = x->request.code >= 200 && x->request.code < 300;
        fail(x, REEVE_REASON_OUTPUT_TOO_LARGE, is_success ? reeve_work_confirmed(x->work) : effect,
             "the internal system's answer is over the response limit");
    } else if (x->request.status == REEVE_NO_MEMORY) {
        fail(x, REEVE_REASON_OUT_OF_MEMORY, effect, "out of memory");
    } else if (x->request.may_have_arrived) {
        fail(x, REEVE_REASON_UPSTREAM_INTERRUPTED, effect,
             "the connection to the internal system broke");
    } else {
        fail(x, REEVE_REASON_UPSTREAM_UNREACHABLE, effect,
             "the internal system could not be reached");
    }
}

/* Pool thread. */
static void run_answer(struct reeve_task_node *node)
{
    struct exchange *x = REEVE_OWNER(node, struct exchange, node);

    if (x->request.status == REEVE_OK) {
        answer_by_code(x);
    } else if (x->request.status == REEVE_CANCELLED || x->request.status == REEVE_TIMEOUT) {
        answer_stopped(x);
    } else {
        answer_broken(x);
    }
}

/* HTTP thread. */
static void on_request_done(struct reeve_http_request *request)
{
    struct exchange *x = REEVE_OWNER(request, struct exchange, request);
    struct http_binding *self = binding_of(x->work);

    (void)pthread_mutex_lock(&self->lock);
    x->ended = true;
    (void)pthread_mutex_unlock(&self->lock);
    x->node.run = run_answer;
    reeve_pool_submit(self->pool, &x->node);
}

/* ---- the request ---- */

static enum reeve_status add_headers(struct http_binding *self, struct exchange *x)
{
    const struct reeve_http_system *system = &self->system;
    struct reeve_http_header *lines = reeve_arena_alloc_array(
        x->work->arena, system->headers_count + FIXED_HEADERS + 1, sizeof(*lines));
    size_t n = 0;

    if (lines == NULL) {
        return REEVE_NO_MEMORY;
    }
    lines[n++].line = "Accept: application/json";
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
    if (system->auth != REEVE_HTTP_AUTH_NONE) {
        lines[n++].line = (const char *)reeve_secret_view(&x->auth).data;
    }
    x->request.headers = lines;
    x->request.headers_count = n;
    return REEVE_OK;
}

static enum reeve_status load_credential(struct http_binding *self, struct exchange *x)
{
    struct reeve_secret_problem problem;

    if (self->system.auth == REEVE_HTTP_AUTH_NONE) {
        return REEVE_OK;
    }
    enum reeve_status status =
        reeve_http_auth_line(&self->system, self->secrets, &x->auth, &problem);
    if (status == REEVE_OK || status == REEVE_NO_MEMORY) {
        return status;
    }
    make_reference(&x->work->answer);
    REEVE_LOG(ERROR, "credential could not be loaded", reeve_log_status(status),
              reeve_log_text("secret", self->system.auth_secret),
              reeve_log_text("ref", x->work->answer.reference),
              reeve_log_text("problem", problem.text));
    return REEVE_CREDENTIAL_UNAVAILABLE;
}

static enum reeve_status fill_request(struct http_binding *self, struct exchange *x)
{
    struct reeve_work *work = x->work;
    const struct reeve_http_rule *rule = x->parts.rule;
    uint64_t now = reeve_now_read().boot_ms;

    x->request.method = rule->method;
    x->request.url = (const char *)x->parts.url.data;
    x->request.has_body = reeve_http_has_body(rule);
    x->request.body = reeve_buffer_view(&x->parts.body);
    x->request.peer = &self->peer;
    x->request.once = work->task->idempotency == REEVE_NOT_IDEMPOTENT;
    x->request.timeout_ms = work->deadline_ms > now ? work->deadline_ms - now : 1;
    x->request.max_response_bytes = self->system.max_response_bytes;
    x->request.on_done = on_request_done;
    return add_headers(self, x);
}

static struct exchange *new_exchange(struct reeve_work *work)
{
    struct exchange *x = reeve_arena_alloc(work->arena, sizeof(*x));

    if (x == NULL) {
        return NULL;
    }
    x->work = work;
    reeve_secret_init(&x->auth);
    reeve_http_parts_init(&x->parts);
    reeve_buffer_init(&x->request.response, NULL, 0);
    reeve_buffer_init(&x->request.redirect, NULL, 0);
    return x;
}

/* Sends, unless somebody cancelled in the meantime. */
static void send(struct http_binding *self, struct exchange *x)
{
    struct reeve_work *work = x->work;

    (void)pthread_mutex_lock(&self->lock);
    bool cancelled = reeve_work_cancelled(work) != REEVE_REASON_UNSPECIFIED;
    if (!cancelled) {
        work->state = x;
        reeve_http_start(self->loop, &x->request);
    }
    (void)pthread_mutex_unlock(&self->lock);
    if (cancelled) {
        end_exchange(x);
        reeve_work_stopped(work, REEVE_EFFECT_NONE);
    }
}

static void refuse(struct exchange *x, enum reeve_status status)
{
    struct reeve_work *work = x->work;
    const char *field = x->parts.field;
    char message[128];

    end_exchange(x);
    if (status == REEVE_NO_MEMORY) {
        reeve_work_fail(work, REEVE_REASON_OUT_OF_MEMORY, REEVE_EFFECT_NONE, "out of memory");
    } else if (status == REEVE_CREDENTIAL_UNAVAILABLE) {
        reeve_work_fail(work, REEVE_REASON_CREDENTIAL_UNAVAILABLE, REEVE_EFFECT_NONE,
                        "a credential could not be loaded");
    } else if (status == REEVE_LIMIT) {
        reeve_work_reject(work, REEVE_REASON_TOO_LARGE, "the request would be too long for a URL");
    } else {
        reeve_format_cut(message, sizeof(message), "field %s cannot be part of the path", field);
        reeve_work_reject(work, REEVE_REASON_BAD_INPUT, message);
    }
}

static void http_start(struct reeve_binding *binding, struct reeve_work *work)
{
    struct http_binding *self = REEVE_OWNER(binding, struct http_binding, base);
    struct exchange *x = new_exchange(work);

    if (x == NULL) {
        reeve_work_fail(work, REEVE_REASON_OUT_OF_MEMORY, REEVE_EFFECT_NONE, "out of memory");
        return;
    }
    enum reeve_status status = reeve_http_write_request(
        work->task, work->request, self->system.base_url, work->arena, &x->parts);
    if (status == REEVE_OK) {
        status = load_credential(self, x);
    }
    if (status == REEVE_OK) {
        status = fill_request(self, x);
    }
    if (status != REEVE_OK) {
        refuse(x, status);
        return;
    }
    send(self, x);
}

static void http_cancel(struct reeve_binding *binding, struct reeve_work *work)
{
    struct http_binding *self = REEVE_OWNER(binding, struct http_binding, base);

    (void)pthread_mutex_lock(&self->lock);
    struct exchange *x = work->state;
    if (x != NULL && !x->ended) {
        reeve_http_cancel(self->loop, &x->request);
    }
    (void)pthread_mutex_unlock(&self->lock);
}

/* ---- life ---- */

static void http_free(struct reeve_binding *binding)
{
    struct http_binding *self = REEVE_OWNER(binding, struct http_binding, base);

    (void)pthread_mutex_destroy(&self->lock);
    reeve_arena_clear(&self->memory);
    reeve_free(NULL, self, sizeof(*self));
}

static const struct reeve_binding_vtable HTTP_VTABLE = {
    .name = "http", .start = http_start, .cancel = http_cancel, .free = http_free};

/* NULL stays NULL; *failed is set when memory is short. */
static const char *keep(struct http_binding *self, const char *text, bool *failed)
{
    if (text == NULL) {
        return NULL;
    }
    const char *copy = reeve_arena_strdup(&self->memory, reeve_bytes_cstr(text));
    *failed = *failed || copy == NULL;
    return copy;
}

static enum reeve_status keep_system(struct http_binding *self,
                                     const struct reeve_http_system *system)
{
    bool failed = false;
    const char **headers =
        reeve_arena_alloc_array(&self->memory, system->headers_count, sizeof(*headers));

    if (headers == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < system->headers_count; i++) {
        headers[i] = keep(self, system->headers[i], &failed);
    }
    self->system = *system;
    self->system.headers = headers;
    self->system.base_url = keep(self, system->base_url, &failed);
    self->system.ca_file = keep(self, system->ca_file, &failed);
    self->system.unix_socket = keep(self, system->unix_socket, &failed);
    self->system.auth_name = keep(self, system->auth_name, &failed);
    self->system.auth_secret = keep(self, system->auth_secret, &failed);
    self->peer = (struct reeve_http_peer){.id = reeve_http_peer_id(),
                                          .ca_file = self->system.ca_file,
                                          .unix_socket = self->system.unix_socket,
                                          .connect_timeout_ms = system->connect_timeout_ms};
    if (self->system.max_response_bytes == 0) {
        self->system.max_response_bytes = MAX_RESPONSE;
    }
    return failed ? REEVE_NO_MEMORY : REEVE_OK;
}

enum reeve_status reeve_http_binding_new(const struct reeve_http_system *system,
                                         struct reeve_http_loop *loop, struct reeve_pool *pool,
                                         struct reeve_secret_registry *secrets,
                                         struct reeve_binding **out)
{
    *out = NULL;
    if (system->base_url == NULL ||
        (system->auth != REEVE_HTTP_AUTH_NONE && system->auth_secret == NULL)) {
        return REEVE_INVALID;
    }
    struct http_binding *self = reeve_alloc(NULL, sizeof(*self));
    if (self == NULL) {
        return REEVE_NO_MEMORY;
    }
    self->base.vtable = &HTTP_VTABLE;
    self->loop = loop;
    self->pool = pool;
    self->secrets = secrets;
    (void)pthread_mutex_init(&self->lock, NULL);
    reeve_arena_init(&self->memory, NULL, 1024u * 1024u, 0);
    enum reeve_status status = keep_system(self, system);
    if (status != REEVE_OK) {
        http_free(&self->base);
        return status;
    }
    *out = &self->base;
    return REEVE_OK;
}
