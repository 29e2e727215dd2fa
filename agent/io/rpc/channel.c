/* SPDX-License-Identifier: Apache-2.0 */
/* Channels: the target, the credentials, and what of gRPC's own cleverness is switched off. */
#include "agent/base/character.h"
#include "agent/io/rpc/channel_internal.h"

#include <grpc/grpc_security.h>
#include <grpc/support/time.h>

#include "agent/base/buffer.h"
#include "agent/base/secret.h"
#include "agent/io/rpc/loop_internal.h"
#include "agent/io/rpc/pem.h"

#define TARGET_MAX 512u
/* GRPC_ARG_HTTP_CONNECT_HEADERS of gRPC's http_connect_handshaker.h, which is not installed. */
#define CONNECT_HEADERS_ARG "grpc.http_connect_headers"

static bool is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static enum reeve_status check(const struct reeve_rpc_channel_options *o)
{
    if (is_empty(o->unix_socket) && is_empty(o->target)) {
        return REEVE_INVALID;
    }
    if (o->plaintext) {
        return REEVE_OK;
    }
    if (o->tls.ca_pem.len == 0) {
        return REEVE_INVALID;
    }
    if ((o->tls.chain_pem.len == 0) != (o->tls.key_pem.len == 0)) {
        return REEVE_INVALID;
    }
    return REEVE_OK;
}

/* The environment's proxies are not looked at. Credentials go beside the proxy's address and not
 * into it, where gRPC would stumble over an @ in a password. */
static void fill_proxy(struct reeve_rpc_args *args, const struct reeve_rpc_channel_options *o)
{
    reeve_rpc_args_int(args, GRPC_ARG_ENABLE_HTTP_PROXY, is_empty(o->proxy) ? 0 : 1);
    if (!is_empty(o->proxy)) {
        reeve_rpc_args_string(args, GRPC_ARG_HTTP_PROXY, o->proxy);
    }
    if (!is_empty(o->proxy_header)) {
        reeve_rpc_args_string(args, CONNECT_HEADERS_ARG, o->proxy_header);
    }
}

static void fill_args(struct reeve_rpc_args *args, const struct reeve_rpc_channel_options *o)
{
    const struct reeve_rpc_bounds bounds = {
        .max_message_bytes = o->max_message_bytes,
        .max_send_bytes = o->max_send_bytes,
        .max_metadata_bytes = o->max_metadata_bytes,
        .window_bytes = o->window_bytes,
        .keepalive_ms = o->keepalive_ms,
        .keepalive_timeout_ms = o->keepalive_timeout_ms,
    };
    reeve_rpc_args_bounds(args, &bounds);
    reeve_rpc_args_int(args, GRPC_ARG_ENABLE_RETRIES, 0);
    /* Else a second channel reuses the first one's connection, and with it the old identity. */
    reeve_rpc_args_int(args, GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    reeve_rpc_args_int(args, GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
    fill_proxy(args, o);
    /* How long one attempt to connect may take; gRPC names it after its other use. */
    reeve_rpc_args_int(args, GRPC_ARG_MIN_RECONNECT_BACKOFF_MS,
                       reeve_rpc_or_default(o->connect_timeout_ms, 10000));
    if (o->max_backoff_ms > 0) {
        reeve_rpc_args_int(args, GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
        reeve_rpc_args_int(args, GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, o->max_backoff_ms);
    }
    if (!o->plaintext && o->server_name != NULL && o->server_name[0] != '\0') {
        reeve_rpc_args_string(args, GRPC_SSL_TARGET_NAME_OVERRIDE_ARG, o->server_name);
    }
}

static grpc_channel_credentials *make_tls(const struct reeve_rpc_pem *pem)
{
    grpc_ssl_pem_key_cert_pair pair = {reeve_rpc_pem_key(pem), reeve_rpc_pem_chain(pem)};
    return grpc_ssl_credentials_create_ex(reeve_rpc_pem_ca(pem),
                                          reeve_rpc_pem_has_pair(pem) ? &pair : NULL, NULL, NULL);
}

static enum reeve_status make_credentials(const struct reeve_rpc_channel_options *o,
                                          grpc_channel_credentials **out)
{
    struct reeve_rpc_pem pem;
    if (o->plaintext) {
        *out = grpc_insecure_credentials_create();
        return REEVE_OK;
    }
    REEVE_TRY(reeve_rpc_pem_init(&pem, &o->tls));
    *out = make_tls(&pem);
    reeve_rpc_pem_clear(&pem);
    return *out == NULL ? REEVE_INVALID : REEVE_OK;
}

static bool is_plain(char c)
{
    return reeve_is_alphanumeric(c) || c == '/' || c == '-' || c == '_' || c == '.' || c == '~';
}

/* gRPC reads a target as a URI. */
static enum reeve_status write_unix_target(const char *path, char *target, size_t size)
{
    struct reeve_buffer text;
    reeve_buffer_init(&text, NULL, size - 1);
    enum reeve_status status = reeve_buffer_append_cstr(&text, "unix:");
    for (const char *c = path; *c != '\0' && status == REEVE_OK; c++) {
        status = is_plain(*c) ? reeve_buffer_append_byte(&text, (uint8_t)*c)
                              : reeve_buffer_append_format(&text, "%%%02X", (unsigned)(uint8_t)*c);
    }
    if (status == REEVE_OK) {
        status = reeve_format(target, size, "%.*s", (int)text.len, (const char *)text.data);
    }
    reeve_buffer_clear(&text);
    return status;
}

/* The scheme is ours, so that no other resolver (xds: …) can be named. */
static enum reeve_status write_target(const struct reeve_rpc_channel_options *o, char *target,
                                      size_t size)
{
    if (!is_empty(o->unix_socket)) {
        return write_unix_target(o->unix_socket, target, size);
    }
    return reeve_format(target, size, "dns:///%s", o->target);
}

static enum reeve_status make_channel(const struct reeve_rpc_channel_options *o, grpc_channel **out)
{
    struct reeve_rpc_args args = {.count = 0};
    char target[TARGET_MAX];
    REEVE_TRY(check(o));
    REEVE_TRY(write_target(o, target, sizeof target));
    grpc_channel_credentials *credentials = NULL;
    REEVE_TRY(make_credentials(o, &credentials));
    fill_args(&args, o);
    const grpc_channel_args list = {args.count, args.list};
    *out = grpc_channel_create(target, credentials, &list);
    grpc_channel_credentials_release(credentials);
    return REEVE_OK;
}

enum reeve_status reeve_rpc_channel_new(struct reeve_rpc_loop *loop,
                                        const struct reeve_rpc_channel_options *options,
                                        struct reeve_rpc_channel **out)
{
    struct reeve_rpc_channel *channel = reeve_alloc(loop->allocator, sizeof *channel);
    if (channel == NULL) {
        return REEVE_NO_MEMORY;
    }
    channel->loop = loop;
    channel->allocator = loop->allocator;
    channel->max_message_bytes =
        (size_t)reeve_rpc_or_default(options->max_message_bytes, REEVE_RPC_MESSAGE_DEFAULT);
    grpc_init();
    const enum reeve_status status = make_channel(options, &channel->channel);
    if (status != REEVE_OK) {
        reeve_rpc_channel_release(channel);
        return status;
    }
    *out = channel;
    return REEVE_OK;
}

static void free_channel(struct reeve_rpc_channel *channel)
{
    reeve_free(channel->allocator, channel, sizeof *channel);
    grpc_shutdown_blocking();
}

/* A watch of it ends by this. */
static void destroy(struct reeve_rpc_channel *channel)
{
    channel->on_leaving = NULL;
    if (channel->channel != NULL) {
        REEVE_RPC_ENTER();
        grpc_channel_destroy(channel->channel);
        REEVE_RPC_LEAVE();
        channel->channel = NULL;
    }
}

void reeve_rpc_channel_release(struct reeve_rpc_channel *channel)
{
    if (channel == NULL) {
        return;
    }
    destroy(channel);
    channel->released = true;
    if (!reeve_list_linked(&channel->watched)) {
        free_channel(channel);
    }
}

/* ---- watching ---- */

/* A connection that breaks leaves READY, too, and the end of its call is told within this. */
#define SETTLE_MS 100

static void watch(struct reeve_rpc_channel *channel, grpc_connectivity_state from,
                  gpr_timespec deadline)
{
    reeve_rpc_loop_expect(channel->loop, &channel->left);
    REEVE_RPC_ENTER();
    grpc_channel_watch_connectivity_state(channel->channel, from, deadline, channel->loop->queue,
                                          &channel->left);
    REEVE_RPC_LEAVE();
}

/* Also the timer: nothing else is to be waited for without a call. */
static void settle(struct reeve_rpc_channel *channel)
{
    channel->settling = true;
    watch(
        channel, grpc_channel_check_connectivity_state(channel->channel, 0),
        gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_millis(SETTLE_MS, GPR_TIMESPAN)));
}

static void on_left(struct reeve_rpc_tag *tag, bool ok)
{
    (void)ok;
    struct reeve_rpc_channel *channel = REEVE_OWNER(tag, struct reeve_rpc_channel, left);
    if (channel->on_leaving != NULL && !channel->settling) {
        settle(channel);
        return;
    }
    reeve_list_remove(&channel->loop->watched, &channel->watched);
    if (channel->released) {
        free_channel(channel);
    } else if (channel->on_leaving != NULL) {
        channel->on_leaving(channel->leaving_ctx);
    }
}

void reeve_rpc_channel_watch(struct reeve_rpc_channel *channel, void (*on_leaving)(void *ctx),
                             void *ctx)
{
    if (channel->channel == NULL || channel->left.on_done != NULL || channel->loop->closing) {
        return;
    }
    channel->left = (struct reeve_rpc_tag){on_left, "left"};
    channel->on_leaving = on_leaving;
    channel->leaving_ctx = ctx;
    reeve_list_push_back(&channel->loop->watched, &channel->watched);
    watch(channel, GRPC_CHANNEL_READY, gpr_inf_future(GPR_CLOCK_MONOTONIC));
}

void reeve_rpc_channel_end_watch(struct reeve_rpc_channel *channel)
{
    destroy(channel);
}
