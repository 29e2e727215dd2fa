/* SPDX-License-Identifier: Apache-2.0 */
/* Blocking calls on reeve_rpc: the loop is polled here until the call has ended. */
#include "gateway-stub/reevectl/client.h"

#include "agent/base/time.h"
#include "agent/io/rpc/call.h"
#include "agent/io/rpc/channel.h"
#include "agent/io/rpc/loop.h"

#define CALL_TIMEOUT_MS 30000u
#define MESSAGE_MAX (64u * 1024u * 1024u)
#define STREAM_ARENA_MAX (256u * 1024u * 1024u)

struct reeve_client {
    struct reeve_rpc_loop *loop;
    struct reeve_rpc_channel *channel;
    uint64_t timeout_ms;
};

/* One call under way. */
struct exchange {
    const struct reeve_client_method *method;
    struct reeve_arena *arena; /* for the answer and the failure */
    struct reeve_arena *each;  /* for each message of a stream; NULL: unary */
    bool (*on_message)(void *ctx, const void *message);
    void *ctx;
    struct reeve_buffer request;
    void *response;
    bool stopped; /* on_message wants no more */
    bool ended;
    enum reeve_status status;
    struct reeve_client_failure *failure;
};

enum reeve_status reeve_client_new(const struct reeve_client_options *options,
                                   struct reeve_client **out)
{
    struct reeve_client *client = reeve_alloc(NULL, sizeof(*client));
    const struct reeve_rpc_channel_options channel = {
        .target = options->address,
        .server_name = options->server_name,
        .tls = {.ca_pem = options->ca_pem,
                .chain_pem = options->chain_pem,
                .key_pem = options->key_pem},
        .max_message_bytes = MESSAGE_MAX,
    };

    *out = NULL;
    if (client == NULL) {
        return REEVE_NO_MEMORY;
    }
    client->timeout_ms = options->timeout_ms == 0 ? CALL_TIMEOUT_MS : options->timeout_ms;
    enum reeve_status status = reeve_rpc_loop_new(NULL, &client->loop);
    if (status == REEVE_OK) {
        status = reeve_rpc_channel_new(client->loop, &channel, &client->channel);
    }
    if (status != REEVE_OK) {
        reeve_client_free(client);
        return status;
    }
    *out = client;
    return REEVE_OK;
}

void reeve_client_free(struct reeve_client *client)
{
    if (client == NULL) {
        return;
    }
    reeve_rpc_channel_release(client->channel);
    reeve_rpc_loop_free(client->loop);
    reeve_free(NULL, client, sizeof(*client));
}

/* ---- what comes back ---- */

/* A peer's words, made printable. */
static void copy_text(char *to, size_t size, struct reeve_bytes text)
{
    size_t n = text.len < size - 1 ? text.len : size - 1;

    for (size_t i = 0; i < n; i++) {
        const uint8_t byte = text.data[i];
        to[i] = (char)(byte < 0x20 || byte == 0x7f ? (uint8_t)' ' : byte);
    }
    to[n] = '\0';
}

static void read_detail(struct exchange *x, struct reeve_bytes bytes)
{
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_DROP};
    void *detail = NULL;

    if (bytes.len > 0 && reeve_message_decode(&reeve_v1_error_detail_message, bytes, &options,
                                              x->arena, &detail, NULL) == REEVE_OK) {
        x->failure->detail = detail;
    }
}

static void take_message(struct exchange *x, struct reeve_bytes message)
{
    const struct reeve_decode_options options = {.unknown = REEVE_UNKNOWN_DROP,
                                                 .max_size = MESSAGE_MAX};
    struct reeve_problem problem = {.line = 0};
    struct reeve_arena *arena = x->each != NULL ? x->each : x->arena;
    void *decoded = NULL;

    enum reeve_status status =
        reeve_message_decode(x->method->response, message, &options, arena, &decoded, &problem);
    if (status != REEVE_OK) {
        x->status = REEVE_MALFORMED;
        copy_text(x->failure->text, sizeof(x->failure->text), reeve_bytes_cstr(problem.text));
        x->stopped = true;
        return;
    }
    if (x->each == NULL) {
        x->response = decoded;
        return;
    }
    x->stopped = !x->on_message(x->ctx, decoded);
    reeve_arena_reset(x->each);
}

/* ---- the call's events ---- */

static void on_open(void *ctx, struct reeve_rpc_call *call)
{
    (void)ctx;
    (void)!reeve_rpc_call_receive(call);
}

static void on_sent(void *ctx, struct reeve_rpc_call *call)
{
    (void)ctx;
    (void)!reeve_rpc_call_half_close(call);
}

static void on_message(void *ctx, struct reeve_rpc_call *call, struct reeve_bytes message)
{
    struct exchange *x = ctx;

    take_message(x, message);
    if (x->stopped) {
        reeve_rpc_call_cancel(call);
        return;
    }
    (void)!reeve_rpc_call_receive(call);
}

static void on_closed(void *ctx, struct reeve_rpc_call *call, const struct reeve_rpc_end *end)
{
    struct exchange *x = ctx;

    (void)call;
    x->ended = true;
    if (x->stopped) {
        return; /* our own cancel; status says whether that was a failure */
    }
    x->status = end->status;
    x->failure->code = end->code;
    if (end->status != REEVE_OK) {
        copy_text(x->failure->text, sizeof(x->failure->text), end->text);
        read_detail(x, end->error);
    }
}

static const struct reeve_rpc_call_events EVENTS = {
    .on_open = on_open, .on_message = on_message, .on_sent = on_sent, .on_closed = on_closed};

static enum reeve_status run(struct reeve_client *client, struct exchange *x, uint64_t timeout_ms)
{
    struct reeve_rpc_call *call = NULL;

    REEVE_TRY(
        reeve_rpc_call_start(client->channel, x->method->path, timeout_ms, &EVENTS, x, &call));
    enum reeve_status status = reeve_rpc_call_send(call, &x->request);
    while (status == REEVE_OK && !x->ended) {
        status = reeve_rpc_loop_poll(client->loop, REEVE_NEVER_MS);
        status = status == REEVE_TIMEOUT ? REEVE_OK : status;
    }
    reeve_rpc_call_release(call);
    return status == REEVE_OK ? x->status : status;
}

static enum reeve_status encode_and_run(struct reeve_client *client, struct exchange *x,
                                        const void *request, uint64_t timeout_ms)
{
    *x->failure = (struct reeve_client_failure){.code = 0};
    reeve_buffer_init(&x->request, NULL, MESSAGE_MAX);
    enum reeve_status status = reeve_message_encode(x->method->request, request, &x->request);
    if (status == REEVE_OK) {
        status = run(client, x, timeout_ms);
    }
    reeve_buffer_clear(&x->request);
    return status;
}

enum reeve_status reeve_client_call(struct reeve_client *client,
                                    const struct reeve_client_method *method, const void *request,
                                    struct reeve_arena *arena, void **response,
                                    struct reeve_client_failure *failure)
{
    struct exchange x = {.method = method, .arena = arena, .failure = failure};

    *response = NULL;
    REEVE_TRY(encode_and_run(client, &x, request, client->timeout_ms));
    if (x.response == NULL) {
        copy_text(failure->text, sizeof(failure->text),
                  reeve_bytes_cstr("the gateway answered without a message"));
        return REEVE_MALFORMED;
    }
    *response = x.response;
    return REEVE_OK;
}

enum reeve_status reeve_client_stream(struct reeve_client *client,
                                      const struct reeve_client_method *method, const void *request,
                                      bool (*each)(void *ctx, const void *message), void *ctx,
                                      struct reeve_arena *arena,
                                      struct reeve_client_failure *failure)
{
    struct reeve_arena one;
    struct exchange x = {.method = method,
                         .arena = arena,
                         .each = &one,
                         .on_message = each,
                         .ctx = ctx,
                         .failure = failure};

    reeve_arena_init(&one, NULL, STREAM_ARENA_MAX, 64u * 1024u);
    enum reeve_status status = encode_and_run(client, &x, request, 0);
    reeve_arena_clear(&one);
    return status;
}
