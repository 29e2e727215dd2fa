/* SPDX-License-Identifier: Apache-2.0 */
/* Dialling the gateway: see dialer.h. */
#include "agent/main/dialer.h"

#include "agent/base/log.h"
#include "agent/cli/text_file.h"
#include "agent/config/files.h"
#include "agent/transport/grpc.h"

/* Above any frame that Hello allows, so that the codec names what is too large and the engine
 * records it; what is larger still, gRPC refuses before it is in memory. */
#define MESSAGE_MAX ((size_t)8 << 20)

static enum reeve_status dial_with(struct reeve_rpc_loop *loop,
                                   const struct reeve_agent_config *config,
                                   const struct reeve_identity *identity, struct reeve_bytes ca_pem,
                                   struct reeve_transport **out)
{
    const struct reeve_rpc_channel_options options = {
        .target = config->gateway_address,
        .server_name = config->gateway_server_name,
        .max_message_bytes = MESSAGE_MAX,
        .tls = {.ca_pem = ca_pem,
                .chain_pem = reeve_identity_chain_pem(identity),
                .key_pem = reeve_identity_key_pem(identity)},
    };
    return reeve_transport_grpc_dial(loop, &options, out);
}

static enum reeve_status dial(void *ctx, const struct reeve_agent_config *config,
                              const struct reeve_identity *identity, struct reeve_transport **out)
{
    struct reeve_buffer ca;
    reeve_buffer_init(&ca, NULL, REEVE_CONFIG_CA_MAX);
    enum reeve_status status = reeve_text_file_read(config->gateway_ca_file, &ca);
    if (status != REEVE_OK) {
        REEVE_LOG(ERROR, "the gateway's CA bundle cannot be read", reeve_log_status(status),
                  reeve_log_text("file", config->gateway_ca_file));
    } else {
        status = dial_with(ctx, config, identity, reeve_buffer_view(&ca), out);
    }
    reeve_buffer_clear(&ca);
    return status;
}

struct reeve_dialer reeve_dialer_grpc(struct reeve_rpc_loop *loop)
{
    const struct reeve_dialer dialer = {dial, loop};
    return dialer;
}
