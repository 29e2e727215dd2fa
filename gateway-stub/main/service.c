/* SPDX-License-Identifier: Apache-2.0 */
/* The running gateway: events in, actions out, deadlines, the beginning and the end. */
#include "gateway-stub/main/service.h"

#include <stdarg.h>

#include "agent/base/log.h"
#include "gateway-stub/main/service_state.h"
#include "gateway-stub/main/store_files.h"
#include "gateway-stub/main/version.h"

#define TLS_INTERVAL_MS 10000u
#define LEAVE_WITHIN_MS 30000u
#define DRAIN_WITHIN_MS 5000u /* what workers and calls are given */
#define DRAIN_CUT_MS 5000u    /* and then this until the end */

void reeve_service_say(char why[1024], const char *format, ...)
{
    va_list args;
    va_start(args, format);
    reeve_format_list_cut(why, 1024, format, args);
    va_end(args);
}

/* ---- actions ---- */

static void note(const struct reeve_gateway_action *action)
{
    const struct reeve_log_field fields[] = {
        reeve_log_text("note", action->text), reeve_log_status(action->status), {.key = NULL}};
    switch (reeve_status_class(action->status)) {
    case REEVE_CLASS_OK:
        reeve_log_write(REEVE_LOG_INFO, "gateway", fields);
        return;
    case REEVE_CLASS_RETRY:
    case REEVE_CLASS_AUTH:
    case REEVE_CLASS_REJECT:
    case REEVE_CLASS_PEER:
        reeve_log_write(REEVE_LOG_WARN, "gateway", fields);
        return;
    case REEVE_CLASS_FATAL:
        break;
    }
    reeve_log_write(REEVE_LOG_ERROR, "gateway", fields);
}

static void submit(struct reeve_service *s, struct reeve_store_request *request)
{
    if (s->store == NULL) {
        reeve_store_request_free(request);
        return;
    }
    request->done = reeve_completions_done;
    request->done_ctx = &s->completions;
    reeve_store_submit(s->store, request);
}

static void carry_out(struct reeve_service *s, struct reeve_gateway_action *action)
{
    switch (action->kind) {
    case REEVE_GATEWAY_SEND:
        reeve_service_send(s, action->session, &action->buffer);
        break;
    case REEVE_GATEWAY_CLOSE_SESSION:
        reeve_service_close_session(s, action->session, action->status, action->text);
        break;
    case REEVE_GATEWAY_REPLY:
        reeve_service_reply(s, action, &action->buffer);
        break;
    case REEVE_GATEWAY_STREAM_MESSAGE:
        reeve_service_stream(s, action->call, &action->buffer);
        break;
    case REEVE_GATEWAY_STORE:
        submit(s, action->request);
        break;
    case REEVE_GATEWAY_NOTE:
        note(action);
        break;
    case REEVE_GATEWAY_DRAINED:
        s->drained = true;
        break;
    }
    reeve_buffer_clear(&action->buffer);
}

static void act(struct reeve_service *s)
{
    struct reeve_gateway_action action;
    while (reeve_gateway_next_action(s->gateway, &action)) {
        carry_out(s, &action);
    }
}

static size_t known_to_core(const struct reeve_service *s)
{
    const struct reeve_gateway_counts counts = reeve_gateway_count(s->gateway);
    return counts.sessions + counts.calls;
}

bool reeve_service_handle(struct reeve_service *s, const struct reeve_gateway_event *event)
{
    const bool opens =
        event->kind == REEVE_GATEWAY_SESSION_OPENED || event->kind == REEVE_GATEWAY_CALL;
    const size_t before = known_to_core(s);
    reeve_gateway_handle(s->gateway, event, reeve_now_read());
    const bool taken = !opens || known_to_core(s) > before;
    act(s);
    return taken;
}

void reeve_service_completed(struct reeve_service *s, struct reeve_store_request *request)
{
    if (s->store == NULL || s->gateway == NULL) {
        reeve_store_request_free(request); /* it stops: nobody waits for it any more */
        return;
    }
    const struct reeve_gateway_event event = {.kind = REEVE_GATEWAY_STORE_DONE, .request = request};
    (void)reeve_service_handle(s, &event); /* opens nothing */
}

uint64_t reeve_service_new_handle(struct reeve_service *s)
{
    return ++s->handles;
}

/* ---- deadlines ---- */

void reeve_service_leaves(struct reeve_service *s, struct reeve_leaving *leaving,
                          void (*cut)(struct reeve_leaving *self))
{
    reeve_service_stays(s, leaving);
    leaving->cut = cut;
    leaving->deadline_ms = reeve_now_read().boot_ms + LEAVE_WITHIN_MS;
    reeve_list_push_back(&s->leaving, &leaving->node);
}

void reeve_service_stays(struct reeve_service *s, struct reeve_leaving *leaving)
{
    if (reeve_list_linked(&leaving->node)) {
        reeve_list_remove(&s->leaving, &leaving->node);
    }
}

static struct reeve_leaving *first_leaving(const struct reeve_service *s)
{
    struct reeve_list_node *n = reeve_list_front(&s->leaving);
    return n != NULL ? REEVE_OWNER(n, struct reeve_leaving, node) : NULL;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t next_deadline(const struct reeve_service *s)
{
    const struct reeve_leaving *leaving = first_leaving(s);
    uint64_t at = earlier(reeve_gateway_next_deadline(s->gateway), s->tls_at_ms);
    if (leaving != NULL) {
        at = earlier(at, leaving->deadline_ms);
    }
    return s->phase == REEVE_SERVICE_DRAINING ? earlier(at, s->drain_until_ms) : at;
}

static void cut_late(struct reeve_service *s, uint64_t now_ms)
{
    struct reeve_leaving *leaving = NULL;
    while ((leaving = first_leaving(s)) != NULL && leaving->deadline_ms <= now_ms) {
        reeve_service_stays(s, leaving);
        leaving->cut(leaving);
    }
}

static void look_at_tls(struct reeve_service *s, const struct reeve_now *now)
{
    if (now->boot_ms < s->tls_at_ms) {
        return;
    }
    s->tls_at_ms = now->boot_ms + TLS_INTERVAL_MS;
    if (!reeve_tls_files_poll(s->tls, now) || s->server == NULL) {
        return;
    }
    const struct reeve_rpc_tls material = reeve_tls_files_material(s->tls);
    const enum reeve_status status = reeve_rpc_server_set_tls(s->server, &material);
    if (status != REEVE_OK) {
        REEVE_LOG(ERROR, "new certificates were not taken over", reeve_log_status(status));
    }
}

/* ---- draining ---- */

static void on_server_stopped(void *ctx)
{
    struct reeve_service *s = ctx;
    s->server_stopped = true;
}

static void begin_drain(struct reeve_service *s)
{
    const struct reeve_gateway_event event = {.kind = REEVE_GATEWAY_DRAIN,
                                              .within_ms = DRAIN_WITHIN_MS};
    REEVE_LOG_EVENT(INFO, "stopping: no new connections, workers are sent away");
    s->phase = REEVE_SERVICE_DRAINING;
    s->drain_until_ms = reeve_now_read().boot_ms + DRAIN_WITHIN_MS;
    reeve_rpc_server_stop(s->server, on_server_stopped, s);
    (void)reeve_service_handle(s, &event); /* opens nothing */
    reeve_service_end_streams(s);
}

static void go_on_draining(struct reeve_service *s, uint64_t now_ms)
{
    if (s->drained && s->server_stopped) {
        s->phase = REEVE_SERVICE_ENDED;
        s->status = REEVE_OK;
        return;
    }
    if (now_ms < s->drain_until_ms) {
        return;
    }
    if (!s->drain_cut && reeve_rpc_server_calls(s->server) > 0) {
        REEVE_LOG(WARN, "some calls did not end in time and are cut",
                  reeve_log_u64("calls", reeve_rpc_server_calls(s->server)));
        reeve_rpc_server_cancel_calls(s->server);
        s->drain_cut = true;
        s->drain_until_ms = now_ms + DRAIN_CUT_MS;
        return;
    }
    s->phase = REEVE_SERVICE_ENDED;
    s->status = REEVE_OK;
}

void reeve_service_signal_stop(struct reeve_service *s)
{
    switch (s->phase) {
    case REEVE_SERVICE_LOADING:
    case REEVE_SERVICE_DRAINING:
        REEVE_LOG_EVENT(WARN, "stopping at once");
        s->status = REEVE_CANCELLED;
        s->phase = REEVE_SERVICE_ENDED;
        return;
    case REEVE_SERVICE_SERVING:
        begin_drain(s);
        return;
    case REEVE_SERVICE_ENDED:
        return;
    }
}

/* ---- running ---- */

static void leave_loading(struct reeve_service *s, char why[1024])
{
    const enum reeve_status failure = reeve_gateway_failure(s->gateway);
    if (failure != REEVE_OK) {
        reeve_service_say(why,
                          "the store %s cannot be read: %s; next: look at the disk, or restore "
                          "a backup",
                          s->config->store_path, reeve_status_text(failure));
        s->status = failure;
        s->phase = REEVE_SERVICE_ENDED;
        return;
    }
    if (!reeve_gateway_ready(s->gateway)) {
        return;
    }
    s->phase = REEVE_SERVICE_SERVING;
    s->status = reeve_service_listen(s, why);
    if (s->status != REEVE_OK) {
        s->phase = REEVE_SERVICE_ENDED;
    }
}

static void turn(struct reeve_service *s, char why[1024])
{
    const enum reeve_status status = reeve_rpc_loop_poll(s->loop, next_deadline(s));
    if (status != REEVE_OK && status != REEVE_TIMEOUT) {
        reeve_service_say(why, "the loop is broken: %s", reeve_status_text(status));
        s->status = REEVE_INTERNAL;
        s->phase = REEVE_SERVICE_ENDED;
        return;
    }
    const struct reeve_now now = reeve_now_read();
    if (now.boot_ms >= reeve_gateway_next_deadline(s->gateway)) {
        const struct reeve_gateway_event tick = {.kind = REEVE_GATEWAY_TICK};
        (void)reeve_service_handle(s, &tick); /* opens nothing */
    }
    cut_late(s, now.boot_ms);
    look_at_tls(s, &now);
    if (s->phase == REEVE_SERVICE_LOADING) {
        leave_loading(s, why);
    } else if (s->phase == REEVE_SERVICE_DRAINING) {
        go_on_draining(s, now.boot_ms);
    }
}

enum reeve_status reeve_service_run(struct reeve_service *s, char why[1024])
{
    why[0] = '\0';
    REEVE_LOG(INFO, "gateway started", reeve_log_text("build", REEVE_GATEWAY_BUILD),
              reeve_log_text("store", s->config->store_path),
              reeve_log_u64("grants", s->config->grants_count),
              reeve_log_u64("approvers", s->config->approvers_count));
    const enum reeve_status status = reeve_gateway_start(s->gateway, reeve_now_read());
    if (status != REEVE_OK) {
        reeve_service_say(why, "%s", reeve_status_text(status));
        return status;
    }
    act(s);
    while (s->phase != REEVE_SERVICE_ENDED) {
        turn(s, why);
    }
    return s->status;
}

int reeve_service_port(const struct reeve_service *s)
{
    return s->server != NULL ? reeve_rpc_server_port(s->server) : 0;
}

/* ---- making and freeing ---- */

static enum reeve_status sign(void *ctx, struct reeve_bytes message, uint8_t signature[64])
{
    struct reeve_signed made;
    REEVE_TRY(reeve_key_sign(ctx, message, &made));
    reeve_move(signature, made.signature, sizeof(made.signature));
    return REEVE_OK;
}

static enum reeve_status make_gateway(struct reeve_service *s)
{
    struct reeve_gateway_options options = {
        .build = REEVE_GATEWAY_BUILD,
        .limits = s->config->limits,
        .delivery = s->config->delivery,
        .approvers = s->config->approvers,
        .approvers_count = s->config->approvers_count,
        .retries = s->config->retries,
        .retries_count = s->config->retries_count,
        .signer = {.sign = sign, .ctx = &s->key},
        .random = reeve_random_system(),
    };
    reeve_move(options.signer.public_key, s->key.public_key.bytes,
               sizeof(options.signer.public_key));
    return reeve_gateway_new(&options, &s->gateway);
}

static enum reeve_status make(struct reeve_service *s, char why[1024])
{
    const size_t workers = (size_t)s->config->limits.max_workers + REEVE_GATEWAY_TAKEOVERS +
                           REEVE_SERVICE_SESSIONS_OVER;
    reeve_service_say(why, "out of memory");
    REEVE_TRY(reeve_completions_init(&s->completions, s->loop));
    s->sessions = reeve_map_new(NULL, reeve_random_system(), workers);
    s->calls = reeve_map_new(NULL, reeve_random_system(), REEVE_SERVICE_CALLS_MAX);
    if (s->sessions == NULL || s->calls == NULL) {
        return REEVE_NO_MEMORY;
    }
    REEVE_TRY(reeve_store_files_open(s->config, &s->key, &s->store, why));
    const enum reeve_status status = make_gateway(s);
    if (status != REEVE_OK) {
        reeve_service_say(why, "the gateway's core: %s", reeve_status_text(status));
    }
    return status;
}

enum reeve_status reeve_service_new(const struct reeve_service_options *options,
                                    struct reeve_service **out, char why[1024])
{
    struct reeve_service *s = reeve_alloc(NULL, sizeof(*s));
    *out = NULL;
    if (s == NULL) {
        reeve_gateway_config_free(options->config);
        reeve_tls_files_free(options->tls);
        reeve_service_say(why, "out of memory");
        return REEVE_NO_MEMORY;
    }
    s->loop = options->loop;
    s->config = options->config;
    s->tls = options->tls;
    s->config_path = options->config_path;
    s->port_file = options->port_file;
    s->tls_at_ms = reeve_now_read().boot_ms + TLS_INTERVAL_MS;
    reeve_list_init(&s->leaving);
    reeve_key_init(&s->key);
    const enum reeve_status status = make(s, why);
    if (status != REEVE_OK) {
        reeve_service_stop(s);
        reeve_service_free(s);
        return status;
    }
    *out = s;
    return REEVE_OK;
}

void reeve_service_stop(struct reeve_service *s)
{
    struct reeve_store *store = s->store;
    s->phase = REEVE_SERVICE_ENDED;
    s->store = NULL; /* what completes from here on is freed */
    reeve_store_close(store);
    if (s->sessions != NULL) {
        reeve_service_drop_sessions(s);
    }
    if (s->calls != NULL) {
        reeve_service_drop_calls(s);
    }
    reeve_rpc_server_release(s->server);
    s->server = NULL;
}

void reeve_service_free(struct reeve_service *s)
{
    if (s == NULL) {
        return;
    }
    reeve_completions_clear(&s->completions);
    reeve_gateway_free(s->gateway);
    reeve_map_free(s->sessions);
    reeve_map_free(s->calls);
    reeve_key_clear(&s->key);
    reeve_tls_files_free(s->tls);
    reeve_gateway_config_free(s->config);
    reeve_free(NULL, s, sizeof(*s));
}
