/* SPDX-License-Identifier: Apache-2.0 */
/* Channels: the target, the credentials, and what of gRPC's own cleverness is switched off. */
#include "agent/io/rpc/channel_internal.h"

#include <grpc/grpc_security.h>

#include "agent/base/buffer.h"
#include "agent/base/secret.h"
#include "agent/io/rpc/loop_internal.h"
#include "agent/io/rpc/pem.h"

#define TARGET_MAX 512u

static enum reeve_status check(const struct reeve_rpc_channel_options *o)
{
    if (o->target == NULL || o->target[0] == '\0' || o->tls.ca_pem.len == 0) {
        return REEVE_INVALID;
    }
    if ((o->tls.chain_pem.len == 0) != (o->tls.key_pem.len == 0)) {
        return REEVE_INVALID;
    }
    return REEVE_OK;
}

static void fill_args(struct reeve_rpc_args *args, const struct reeve_rpc_channel_options *o)
{
    const struct reeve_rpc_bounds bounds = {o->max_message_bytes, o->max_metadata_bytes,
                                            o->window_bytes, o->keepalive_ms,
                                            o->keepalive_timeout_ms};
    reeve_rpc_args_bounds(args, &bounds);
    reeve_rpc_args_int(args, GRPC_ARG_ENABLE_RETRIES, 0);
    /* Else a second channel reuses the first one's connection, and with it the old identity. */
    reeve_rpc_args_int(args, GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    reeve_rpc_args_int(args, GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
    reeve_rpc_args_int(args, GRPC_ARG_ENABLE_HTTP_PROXY, o->environment_proxy ? 1 : 0);
    /* How long one attempt to connect may take; gRPC names it after its other use. */
    reeve_rpc_args_int(args, GRPC_ARG_MIN_RECONNECT_BACKOFF_MS,
                       reeve_rpc_or_default(o->connect_timeout_ms, 10000));
    if (o->server_name != NULL && o->server_name[0] != '\0') {
        reeve_rpc_args_string(args, GRPC_SSL_TARGET_NAME_OVERRIDE_ARG, o->server_name);
    }
}

static grpc_channel_credentials *make_credentials(const struct reeve_rpc_pem *pem)
{
    grpc_ssl_pem_key_cert_pair pair = {reeve_rpc_pem_key(pem), reeve_rpc_pem_chain(pem)};
    return grpc_ssl_credentials_create_ex(reeve_rpc_pem_ca(pem),
                                          reeve_rpc_pem_has_pair(pem) ? &pair : NULL, NULL, NULL);
}

static enum reeve_status make_channel(const struct reeve_rpc_channel_options *o, grpc_channel **out)
{
    struct reeve_rpc_pem pem;
    struct reeve_rpc_args args = {.count = 0};
    char target[TARGET_MAX];
    REEVE_TRY(check(o));
    /* The scheme is ours, so that no other resolver (unix:, xds:) can be named. */
    REEVE_TRY(reeve_format(target, sizeof target, "dns:///%s", o->target));
    REEVE_TRY(reeve_rpc_pem_init(&pem, &o->tls));
    grpc_channel_credentials *credentials = make_credentials(&pem);
    reeve_rpc_pem_clear(&pem);
    if (credentials == NULL) {
        return REEVE_INVALID;
    }
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
    grpc_init();
    const enum reeve_status status = make_channel(options, &channel->channel);
    if (status != REEVE_OK) {
        reeve_rpc_channel_release(channel);
        return status;
    }
    *out = channel;
    return REEVE_OK;
}

void reeve_rpc_channel_release(struct reeve_rpc_channel *channel)
{
    if (channel == NULL) {
        return;
    }
    if (channel->channel != NULL) {
        grpc_channel_destroy(channel->channel);
    }
    reeve_free(channel->allocator, channel, sizeof *channel);
    grpc_shutdown_blocking();
}
