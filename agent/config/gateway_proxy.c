/* SPDX-License-Identifier: Apache-2.0 */
/* The proxy on the way to the gateway. */
#include "agent/config/builder.h"
#include "agent/config/credentials.h"

void reeve_config_build_gateway_proxy(struct reeve_config_builder *b)
{
    const struct reeve_v1_http_proxy *proxy = b->source->gateway->proxy;
    struct reeve_gateway_proxy *out = &b->config->gateway_proxy;
    if (proxy == NULL) {
        return;
    }
    out->url = proxy->url;
    out->user = reeve_config_text(proxy->username);
    out->secret = reeve_config_text(proxy->password_secret);
    if ((out->user == NULL) != (out->secret == NULL)) {
        struct reeve_config_item *item = reeve_config_error(b, "proxy", "gateway.proxy");
        reeve_config_item_text(item, "a proxy's username and password_secret need each other");
        reeve_config_item_next(item, "write both, or neither");
        return;
    }
    if (out->secret != NULL) {
        reeve_config_check_secret(b, out->secret, "gateway.proxy.password_secret");
    }
}
