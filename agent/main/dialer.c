/* SPDX-License-Identifier: Apache-2.0 */
/* Dialling the gateway: see dialer.h. */
#include "agent/main/dialer.h"

#include "agent/base/log.h"
#include "agent/base/secret.h"
#include "agent/bindings/http/auth.h"
#include "agent/cli/text_file.h"
#include "agent/config/files.h"
#include "agent/transport/grpc.h"

/* Above any frame that Hello allows, so that the codec names what is too large and the engine
 * records it; what is larger still, gRPC refuses before it is in memory. */
#define MESSAGE_MAX ((size_t)8 << 20)

/* What a connection is made of beside the configuration. */
struct material {
    struct reeve_buffer ca_pem;
    struct reeve_secret proxy_header; /* empty: none */
};

static enum reeve_status dial_with(struct reeve_rpc_loop *loop,
                                   const struct reeve_agent_config *config,
                                   const struct reeve_identity *identity,
                                   const struct material *material, struct reeve_transport **out)
{
    const struct reeve_secret *header = &material->proxy_header;
    const struct reeve_rpc_channel_options options = {
        .target = config->gateway_address,
        .server_name = config->gateway_server_name,
        .max_message_bytes = MESSAGE_MAX,
        .proxy = config->gateway_proxy.url,
        .proxy_header = header->len == 0 ? NULL : (const char *)reeve_secret_view(header).data,
        .tls = {.ca_pem = reeve_buffer_view(&material->ca_pem),
                .chain_pem = reeve_identity_chain_pem(identity),
                .key_pem = reeve_identity_key_pem(identity)},
    };
    return reeve_transport_grpc_dial(loop, &options, out);
}

static enum reeve_status load_ca(const struct reeve_agent_config *config, struct material *out)
{
    const enum reeve_status status = reeve_text_file_read(config->gateway_ca_file, &out->ca_pem);
    if (status != REEVE_OK) {
        REEVE_LOG(ERROR, "the gateway's CA bundle cannot be read", reeve_log_status(status),
                  reeve_log_text("file", config->gateway_ca_file));
    }
    return status;
}

static enum reeve_status load_proxy(const struct reeve_gateway_proxy *proxy,
                                    struct reeve_secret_registry *secrets, struct material *out)
{
    struct reeve_secret_problem problem = {""};
    const enum reeve_status status =
        reeve_http_proxy_load(proxy->user, proxy->secret, secrets, &out->proxy_header, &problem);
    if (status != REEVE_OK) {
        REEVE_LOG(ERROR, "the proxy's password is not to be had", reeve_log_status(status),
                  reeve_log_text("secret", proxy->secret), reeve_log_text("problem", problem.text));
    }
    return status;
}

static enum reeve_status dial(void *ctx, const struct reeve_agent_config *config,
                              const struct reeve_identity *identity,
                              struct reeve_secret_registry *secrets, struct reeve_transport **out)
{
    struct material material;
    reeve_buffer_init(&material.ca_pem, NULL, REEVE_CONFIG_CA_MAX);
    reeve_secret_init(&material.proxy_header);
    enum reeve_status status = load_ca(config, &material);
    if (status == REEVE_OK) {
        status = load_proxy(&config->gateway_proxy, secrets, &material);
    }
    if (status == REEVE_OK) {
        status = dial_with(ctx, config, identity, &material, out);
    }
    reeve_secret_clear(&material.proxy_header);
    reeve_buffer_clear(&material.ca_pem);
    return status;
}

struct reeve_dialer reeve_dialer_grpc(struct reeve_rpc_loop *loop)
{
    const struct reeve_dialer dialer = {dial, loop};
    return dialer;
}
