/* SPDX-License-Identifier: Apache-2.0 */
/* Where the gateway listens, what it shows, where it keeps its state, how it logs. */
#include "agent/cli/text_file.h"
#include "gateway-stub/main/config_builder.h"

/* ---- listen ---- */

static bool port_of(struct reeve_bytes text, uint32_t *port)
{
    *port = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        *port = *port * 10 + (uint32_t)(text.data[i] - '0');
    }
    return text.len > 0 && text.len <= 5 && *port <= 65535;
}

static bool is_listen_address(struct reeve_bytes text)
{
    size_t colon = text.len;
    uint32_t port = 0;
    while (colon > 0 && text.data[colon - 1] != ':') {
        colon--;
    }
    if (colon < 2) {
        return false;
    }
    const struct reeve_bytes host = reeve_bytes_slice(text, 0, colon - 1);
    const bool has_colon = reeve_bytes_contains_cstr(host, ":");
    const bool bracketed = host.len > 2 && host.data[0] == '[' && host.data[host.len - 1] == ']';
    return has_colon == bracketed &&
           port_of(reeve_bytes_slice(text, colon, text.len - colon), &port);
}

static void check_listen(struct reeve_gateway_config_builder *b)
{
    if (is_listen_address(reeve_bytes_cstr(b->source->listen))) {
        return;
    }
    struct reeve_config_item *item = reeve_gateway_config_error(b, "address", "listen");
    reeve_config_item_text(item, "not an address and a port from 0 to 65535");
    reeve_config_item_next(item, "write address:port, for example 0.0.0.0:8443 or [::]:8443");
}

/* ---- paths ---- */

/* From the process's point of view. */
static enum reeve_status resolve(struct reeve_gateway_config_builder *b, const char *path,
                                 const char **out)
{
    return reeve_text_file_resolve(b->directory, path, b->arena, out);
}

static enum reeve_status build_tls(struct reeve_gateway_config_builder *b)
{
    const struct reeve_v1_gateway_tls *tls = b->source->tls;
    REEVE_TRY(resolve(b, tls->certificate_file, &b->config->identity.certificate_file));
    REEVE_TRY(resolve(b, tls->key_file, &b->config->identity.key_file));
    return resolve(b, tls->client_ca_file, &b->config->client_ca_file);
}

static enum reeve_status directory_of_store(struct reeve_gateway_config_builder *b)
{
    struct reeve_bytes text = reeve_text_file_directory(b->config->store_path);
    while (text.len > 1 && text.data[text.len - 1] == '/') {
        text.len--;
    }
    b->config->store_directory =
        reeve_arena_strdup(b->arena, text.len == 0 ? reeve_bytes_cstr(".") : text);
    return b->config->store_directory != NULL ? REEVE_OK : REEVE_NO_MEMORY;
}

static enum reeve_status build_store(struct reeve_gateway_config_builder *b)
{
    const struct reeve_v1_gateway_store *store = b->source->store;
    if (store->kind_case != REEVE_V1_GATEWAY_STORE_KIND_SQLITE) {
        struct reeve_config_item *item = reeve_gateway_config_error(b, "oneof", "store");
        reeve_config_item_text(item, "no kind of store is given");
        reeve_config_item_next(item,
                               "add store: { sqlite: { path: /var/lib/reeve-gateway/reeve.db } }");
        return REEVE_OK;
    }
    REEVE_TRY(resolve(b, store->sqlite->path, &b->config->store_path));
    return directory_of_store(b);
}

/* ---- log ---- */

static enum reeve_log_level level_of(enum reeve_v1_log_level level)
{
    switch (level) {
    case REEVE_V1_LOG_LEVEL_DEBUG:
        return REEVE_LOG_DEBUG;
    case REEVE_V1_LOG_LEVEL_WARN:
        return REEVE_LOG_WARN;
    case REEVE_V1_LOG_LEVEL_ERROR:
        return REEVE_LOG_ERROR;
    case REEVE_V1_LOG_LEVEL_UNSPECIFIED:
    case REEVE_V1_LOG_LEVEL_INFO:
        break;
    }
    return REEVE_LOG_INFO;
}

enum reeve_status reeve_gateway_config_build_basics(struct reeve_gateway_config_builder *b)
{
    const struct reeve_v1_log_config *log = b->source->log;
    check_listen(b);
    b->config->listen = b->source->listen;
    b->config->log_level = log != NULL ? level_of(log->level) : REEVE_LOG_INFO;
    b->config->log_format = log != NULL && log->format == REEVE_V1_LOG_FORMAT_JSON
                                ? REEVE_LOG_FORMAT_JSON
                                : REEVE_LOG_FORMAT_TEXT;
    REEVE_TRY(build_tls(b));
    return build_store(b);
}
