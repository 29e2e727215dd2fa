/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: see token.h. Pool thread (the one that found none) → HTTP thread → pool thread. */
#include "agent/bindings/http/token.h"

#include <pthread.h>
#include <stddef.h>

#include "agent/base/log.h"
#include "agent/base/time.h"
#include "agent/bindings/http/auth.h"
#include "agent/bindings/http/value_text.h"
#include "proto/runtime/message.h"

#define ANSWER_MAX ((size_t)64 * 1024)
#define BODY_MAX ((size_t)64 * 1024)
#define TIMEOUT_MS 15000u
#define DEFAULT_LIFE_MS UINT64_C(3600000) /* where the answer does not say */
#define MAX_LIFE_MS UINT64_C(86400000)
#define EARLY_MAX_MS UINT64_C(60000)
#define PAUSE_MS 1000u /* after a failure, so that a refusing endpoint is not flooded */

struct reeve_http_token {
    const struct reeve_http_system *system;
    struct reeve_http_routes *routes;
    struct reeve_http_loop *loop;
    struct reeve_pool *pool;
    struct reeve_secret_registry *secrets;
    /* ---- guarded by `lock` ---- */
    pthread_mutex_t lock;
    pthread_cond_t idle;
    struct reeve_list waiters;
    struct reeve_secret value; /* empty: none */
    uint64_t version;
    uint64_t refresh_at_ms;
    uint64_t expires_at_ms;
    uint64_t failed_at_ms;
    bool fetching;
    /* ---- of the fetch that is under way ---- */
    struct reeve_http_request request;
    struct reeve_http_header headers[3];
    struct reeve_http_route *route;
    struct reeve_secret auth;
    struct reeve_secret proxy;
    struct reeve_buffer body;
    struct reeve_task_node node;
};

/* ---- the answer as a message: tables by hand, as nobody sends it to us in binary form ---- */

struct token_answer {
    ProtobufCMessage base;
    char *access_token;
    char *token_type;
    protobuf_c_boolean has_expires_in;
    int64_t expires_in;
};

#define ANSWER_FIELD(n, member, kind)                                                              \
    {                                                                                              \
        .name = #member, .json_name = #member, .number = (n), .type = (kind),                      \
        .cardinality = REEVE_IMPLICIT, .offset = offsetof(struct token_answer, member)             \
    }

static const struct reeve_field ANSWER_FIELDS[] = {
    ANSWER_FIELD(1, access_token, REEVE_TYPE_STRING),
    ANSWER_FIELD(2, token_type, REEVE_TYPE_STRING),
    {.name = "expires_in",
     .json_name = "expires_in",
     .number = 3,
     .type = REEVE_TYPE_INT64,
     .cardinality = REEVE_EXPLICIT,
     .offset = offsetof(struct token_answer, expires_in),
     .quantifier_offset = offsetof(struct token_answer, has_expires_in)},
};

static const struct reeve_message ANSWER = {.name = "reeve.http.TokenAnswer",
                                            .size = sizeof(struct token_answer),
                                            .fields_count = 3,
                                            .fields = ANSWER_FIELDS};

/* ---- the end of a fetch; pool thread ---- */

/* A token that has ended already serves those who wait for it, and is fetched anew behind them. */
static uint64_t life_of(const struct token_answer *answer)
{
    if (!answer->has_expires_in) {
        return DEFAULT_LIFE_MS;
    }
    if (answer->expires_in <= 0) {
        return 0;
    }
    return (uint64_t)answer->expires_in > MAX_LIFE_MS / 1000 ? MAX_LIFE_MS
                                                             : (uint64_t)answer->expires_in * 1000;
}

/* Under the lock. */
static void keep_token(struct reeve_http_token *token, const struct token_answer *answer)
{
    const uint64_t now = reeve_now_read().boot_ms;
    const uint64_t life_ms = life_of(answer);

    const uint64_t early = life_ms / 5 < EARLY_MAX_MS ? life_ms / 5 : EARLY_MAX_MS;
    token->version++;
    token->expires_at_ms = now + life_ms;
    token->refresh_at_ms = token->expires_at_ms - early;
}

static bool is_bearer(const char *type)
{
    static const char BEARER[] = "bearer";
    size_t i = 0;

    while (type[i] != '\0' && (type[i] | 0x20) == BEARER[i]) {
        i++;
    }
    return type[i] == '\0' && BEARER[i] == '\0';
}

/* Reads the token out of the answer's JSON. */
static enum reeve_status read_answer(struct reeve_http_token *token, struct reeve_arena *arena)
{
    const struct reeve_json_options options = {.ignore_unknown = true};
    struct reeve_problem problem = {.line = 0};
    void *message = NULL;

    REEVE_TRY(reeve_message_from_json(&ANSWER, reeve_buffer_view(&token->request.response),
                                      &options, arena, &message, &problem));
    const struct token_answer *answer = message;
    struct reeve_bytes value = reeve_bytes_cstr(answer->access_token);
    if (value.len == 0 || (answer->token_type[0] != '\0' && !is_bearer(answer->token_type))) {
        return REEVE_UNSUPPORTED;
    }
    /* The redactor knows it before anybody can use it. */
    REEVE_TRY(reeve_secret_registry_remember(token->secrets, value));
    (void)pthread_mutex_lock(&token->lock);
    enum reeve_status status = reeve_secret_set(&token->value, value);
    if (status == REEVE_OK) {
        keep_token(token, answer);
    }
    (void)pthread_mutex_unlock(&token->lock);
    return status;
}

static enum reeve_status take_answer(struct reeve_http_token *token)
{
    struct reeve_http_request *request = &token->request;
    struct reeve_arena arena;

    if (request->status != REEVE_OK) {
        return request->status;
    }
    if (request->code != 200) {
        return REEVE_CREDENTIAL_REFUSED;
    }
    reeve_arena_init(&arena, NULL, 4 * ANSWER_MAX, 0);
    arena.wipe = true;
    enum reeve_status status = read_answer(token, &arena);
    reeve_arena_clear(&arena);
    return status;
}

/* Never the body: it may be the token, or the secret sent back. */
static void log_failure(const struct reeve_http_token *token, enum reeve_status status)
{
    REEVE_LOG(ERROR, "no access token to be had", reeve_log_status(status),
              reeve_log_text("token_url", token->system->oauth2.token_url),
              reeve_log_i64("code", token->request.code),
              reeve_log_text("problem", token->request.problem));
}

static void clear_fetch(struct reeve_http_token *token)
{
    reeve_buffer_wipe(&token->request.response);
    reeve_buffer_wipe(&token->body);
    reeve_buffer_clear(&token->request.redirect);
    reeve_secret_clear(&token->auth);
    reeve_secret_clear(&token->proxy);
    reeve_http_route_release(token->route);
    token->route = NULL;
}

static void end_fetch(struct reeve_http_token *token, enum reeve_status status)
{
    struct reeve_list waiters;

    if (status != REEVE_OK) {
        log_failure(token, status);
    }
    clear_fetch(token);
    reeve_list_init(&waiters);
    (void)pthread_mutex_lock(&token->lock);
    for (struct reeve_list_node *n = reeve_list_pop_front(&token->waiters); n != NULL;
         n = reeve_list_pop_front(&token->waiters)) {
        reeve_list_push_back(&waiters, n);
    }
    token->failed_at_ms = status == REEVE_OK ? 0 : reeve_now_read().boot_ms;
    token->fetching = false;
    (void)pthread_cond_broadcast(&token->idle);
    (void)pthread_mutex_unlock(&token->lock);
    for (struct reeve_list_node *n = reeve_list_pop_front(&waiters); n != NULL;
         n = reeve_list_pop_front(&waiters)) {
        struct reeve_http_token_waiter *waiter =
            REEVE_OWNER(n, struct reeve_http_token_waiter, node);
        waiter->status = status;
        waiter->ready(waiter);
    }
}

static void run_answer(struct reeve_task_node *node)
{
    struct reeve_http_token *token = REEVE_OWNER(node, struct reeve_http_token, node);

    end_fetch(token, take_answer(token));
}

/* HTTP thread. */
static void on_done(struct reeve_http_request *request)
{
    struct reeve_http_token *token = REEVE_OWNER(request, struct reeve_http_token, request);

    token->node.run = run_answer;
    reeve_pool_submit(token->pool, &token->node);
}

/* ---- the request ---- */

static enum reeve_status append_parameter(struct reeve_buffer *body, const char *name,
                                          struct reeve_bytes value)
{
    REEVE_TRY(reeve_buffer_append_format(body, "%s%s=", body->len == 0 ? "" : "&", name));
    return reeve_percent_encode(value, false, body);
}

static enum reeve_status write_body(struct reeve_http_token *token, struct reeve_bytes secret)
{
    const struct reeve_http_oauth2 *source = &token->system->oauth2;
    struct reeve_buffer *body = &token->body;

    REEVE_TRY(reeve_buffer_reserve(body, BODY_MAX)); /* at once: see auth.c */
    REEVE_TRY(append_parameter(body, "grant_type", reeve_bytes_cstr("client_credentials")));
    if (source->scope != NULL) {
        REEVE_TRY(append_parameter(body, "scope", reeve_bytes_cstr(source->scope)));
    }
    if (source->audience != NULL) {
        REEVE_TRY(append_parameter(body, "audience", reeve_bytes_cstr(source->audience)));
    }
    if (!source->secret_in_body) {
        return REEVE_OK;
    }
    REEVE_TRY(append_parameter(body, "client_id", reeve_bytes_cstr(source->client_id)));
    return append_parameter(body, "client_secret", secret);
}

/* RFC 6749, 2.3.1: both are form-encoded before they become user and password. */
static enum reeve_status write_auth(struct reeve_http_token *token, struct reeve_bytes secret)
{
    struct reeve_buffer id;
    struct reeve_buffer password;

    reeve_buffer_init(&id, NULL, BODY_MAX);
    reeve_buffer_init(&password, NULL, BODY_MAX);
    enum reeve_status status =
        reeve_percent_encode(reeve_bytes_cstr(token->system->oauth2.client_id), false, &id);
    if (status == REEVE_OK) {
        status = reeve_buffer_terminate(&id);
    }
    if (status == REEVE_OK) {
        status = reeve_buffer_reserve(&password, 3 * secret.len + 1);
    }
    if (status == REEVE_OK) {
        status = reeve_percent_encode(secret, false, &password);
    }
    if (status == REEVE_OK) {
        status = reeve_http_auth_line(REEVE_HTTP_AUTH_BASIC, (const char *)id.data,
                                      reeve_buffer_view(&password), &token->auth);
    }
    reeve_buffer_clear(&id);
    reeve_buffer_wipe(&password);
    return status;
}

static void fill_request(struct reeve_http_token *token)
{
    struct reeve_http_request *request = &token->request;

    token->headers[0].line = "Accept: application/json";
    token->headers[1].line = "Content-Type: application/x-www-form-urlencoded";
    token->headers[2].line = (const char *)reeve_secret_view(&token->auth).data;
    request->peer = &token->route->token_peer;
    request->proxy_header =
        token->proxy.len == 0 ? NULL : (const char *)reeve_secret_view(&token->proxy).data;
    request->method = "POST";
    request->url = token->system->oauth2.token_url;
    request->headers = token->headers;
    request->headers_count = token->system->oauth2.secret_in_body ? 2 : 3;
    request->has_body = true;
    request->body = reeve_buffer_view(&token->body);
    request->timeout_ms = TIMEOUT_MS;
    request->max_response_bytes = ANSWER_MAX;
    request->on_done = on_done;
}

/* The client's own credential. */
static enum reeve_status write_secret(struct reeve_http_token *token,
                                      struct reeve_secret_problem *problem)
{
    const struct reeve_http_oauth2 *source = &token->system->oauth2;
    struct reeve_secret_value secret;

    reeve_secret_value_init(&secret);
    enum reeve_status status = reeve_secret_registry_fetch(
        token->secrets, reeve_bytes_cstr(source->client_secret), &secret, problem);
    if (status == REEVE_OK) {
        status = write_body(token, reeve_secret_view(&secret.secret));
    }
    if (status == REEVE_OK && !source->secret_in_body) {
        status = write_auth(token, reeve_secret_view(&secret.secret));
    }
    reeve_secret_value_clear(&secret);
    return status;
}

static enum reeve_status write_request(struct reeve_http_token *token)
{
    struct reeve_secret_problem problem = {""};
    enum reeve_status status = write_secret(token, &problem);

    if (status == REEVE_OK) {
        status = reeve_http_proxy_load(token->system->proxy_user, token->system->proxy_secret,
                                       token->secrets, &token->proxy, &problem);
    }
    if (status == REEVE_OK) {
        status = reeve_http_route_take(token->routes, &token->route, &problem);
    }
    reeve_format_cut(token->request.problem, sizeof(token->request.problem), "%s", problem.text);
    return status;
}

/* Not under the lock; `fetching` is set. */
static void fetch(struct reeve_http_token *token)
{
    enum reeve_status status = write_request(token);

    if (status != REEVE_OK) {
        token->request.code = 0;
        end_fetch(token, status);
        return;
    }
    fill_request(token);
    reeve_http_start(token->loop, &token->request);
}

/* ---- for requests ---- */

enum reeve_status reeve_http_token_get(struct reeve_http_token *token, bool woken,
                                       struct reeve_http_token_waiter *waiter,
                                       struct reeve_secret *out, uint64_t *version)
{
    const uint64_t now = reeve_now_read().boot_ms;
    enum reeve_status status = REEVE_OK;

    (void)pthread_mutex_lock(&token->lock);
    const bool there = token->value.len > 0 && (woken || now < token->expires_at_ms);
    const bool pausing = token->failed_at_ms != 0 && now < token->failed_at_ms + PAUSE_MS;
    if (there) {
        status = reeve_secret_set(out, reeve_secret_view(&token->value));
        *version = token->version;
    } else if (pausing && !token->fetching) {
        status = REEVE_CREDENTIAL_UNAVAILABLE;
    } else if (waiter->left) {
        status = REEVE_CANCELLED;
    } else {
        reeve_list_push_back(&token->waiters, &waiter->node);
        status = REEVE_STATE;
    }
    const bool ages = there && !woken && now >= token->refresh_at_ms;
    const bool wanted = status == REEVE_STATE || (ages && !pausing);
    const bool begin = wanted && !token->fetching;
    token->fetching = token->fetching || begin;
    (void)pthread_mutex_unlock(&token->lock);
    if (begin) {
        fetch(token);
    }
    return status;
}

bool reeve_http_token_leave(struct reeve_http_token *token, struct reeve_http_token_waiter *waiter)
{
    bool found = false;

    (void)pthread_mutex_lock(&token->lock);
    for (struct reeve_list_node *n = reeve_list_front(&token->waiters); n != NULL && !found;
         n = reeve_list_next(&token->waiters, n)) {
        found = n == &waiter->node;
    }
    if (found) {
        reeve_list_remove(&token->waiters, &waiter->node);
    }
    waiter->left = true;
    (void)pthread_mutex_unlock(&token->lock);
    return found;
}

void reeve_http_token_refused(struct reeve_http_token *token, uint64_t version)
{
    (void)pthread_mutex_lock(&token->lock);
    if (token->version == version) {
        reeve_secret_clear(&token->value);
    }
    (void)pthread_mutex_unlock(&token->lock);
}

/* ---- life ---- */

enum reeve_status reeve_http_token_new(const struct reeve_http_system *system,
                                       struct reeve_http_loop *loop, struct reeve_pool *pool,
                                       struct reeve_secret_registry *secrets,
                                       struct reeve_http_routes *routes,
                                       struct reeve_http_token **out)
{
    struct reeve_http_token *token = reeve_alloc(NULL, sizeof(*token));

    *out = token;
    if (token == NULL) {
        return REEVE_NO_MEMORY;
    }
    token->system = system;
    token->routes = routes;
    token->loop = loop;
    token->pool = pool;
    token->secrets = secrets;
    (void)pthread_mutex_init(&token->lock, NULL);
    (void)pthread_cond_init(&token->idle, NULL);
    reeve_list_init(&token->waiters);
    reeve_secret_init(&token->value);
    reeve_secret_init(&token->auth);
    reeve_secret_init(&token->proxy);
    reeve_buffer_init(&token->body, NULL, BODY_MAX);
    return REEVE_OK;
}

void reeve_http_token_free(struct reeve_http_token *token)
{
    if (token == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&token->lock);
    if (token->fetching) { /* started: whoever began it has returned */
        reeve_http_cancel(token->loop, &token->request);
    }
    while (token->fetching) {
        (void)pthread_cond_wait(&token->idle, &token->lock);
    }
    (void)pthread_mutex_unlock(&token->lock);
    reeve_secret_clear(&token->value);
    (void)pthread_cond_destroy(&token->idle);
    (void)pthread_mutex_destroy(&token->lock);
    reeve_free(NULL, token, sizeof(*token));
}
