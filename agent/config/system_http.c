/* SPDX-License-Identifier: Apache-2.0 */
/* Systems of kind http: see reeve.v1.HttpSystem. */
#include "agent/config/system_http.h"

#include "agent/cli/output.h"
#include "agent/config/loopback.h"
#include "agent/config/system_kind.h"

#define CONNECT_DEFAULT_MS UINT64_C(10000)
#define CONNECT_MAX_MS UINT64_C(300000)
#define TIMEOUT_MAX_MS UINT64_C(86400000)
#define RESPONSE_MAX (UINT64_C(64) * 1024 * 1024)

/* ---- headers ---- */

static bool is_token(const char *text)
{
    const struct reeve_bytes name = reeve_bytes_cstr(text);
    for (size_t i = 0; i < name.len; i++) {
        const uint8_t c = name.data[i];
        if (c <= ' ' || c >= 0x7f ||
            reeve_bytes_contains(reeve_bytes_cstr("()<>@,;:\\\"/[]?={}"), reeve_bytes_of(&c, 1))) {
            return false;
        }
    }
    return name.len > 0;
}

static bool is_header_value(const char *text)
{
    const struct reeve_bytes value = reeve_bytes_cstr(text);
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] < ' ' || value.data[i] == 0x7f) {
            return false;
        }
    }
    return true;
}

/* Whether `name` begins with `start`, which is in lower case; *whole: and ends there. */
static bool begins_with(const char *name, const char *start, bool *whole)
{
    size_t same = 0;
    while (start[same] != '\0' && (name[same] | 0x20) == start[same]) {
        same++;
    }
    *whole = start[same] == '\0' && name[same] == '\0';
    return start[same] == '\0';
}

static bool is_reserved_header(const char *name)
{
    static const char *const RESERVED[] = {
        "authorization",       "host",       "idempotency-key", "transfer-encoding",
        "proxy-authorization", "connection", "cookie",
    };
    bool whole = false;
    for (size_t i = 0; i < sizeof(RESERVED) / sizeof(RESERVED[0]); i++) {
        if (begins_with(name, RESERVED[i], &whole) && whole) {
            return true;
        }
    }
    return begins_with(name, "content-", &whole);
}

static void check_header(struct reeve_config_builder *b, const char *system,
                         const struct reeve_v1_http_system_headers_entry *header)
{
    const bool well_formed = is_token(header->key) && is_header_value(header->value);
    if (well_formed && !is_reserved_header(header->key)) {
        return;
    }
    struct reeve_config_item *item = reeve_config_error(
        b, "header", "systems[\"%s\"].http.headers[\"%s\"]", system, header->key);
    reeve_config_item_text(item, well_formed ? "this header is set by the worker itself"
                                             : "not a header's name and a value of one line");
    reeve_config_item_next(item, well_formed ? "remove it; credentials belong under auth"
                                             : "write a name such as X-Tenant and a plain value");
}

static enum reeve_status build_headers(struct reeve_config_builder *b, const char *system,
                                       const struct reeve_v1_http_system *http,
                                       struct reeve_http_system *out)
{
    const char **lines = reeve_arena_alloc_array(b->arena, http->n_headers + 1, sizeof(*lines));
    if (lines == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < http->n_headers; i++) {
        const struct reeve_v1_http_system_headers_entry *header = http->headers[i];
        check_header(b, system, header);
        const size_t size =
            reeve_bytes_cstr(header->key).len + reeve_bytes_cstr(header->value).len + 3;
        char *line = reeve_arena_alloc(b->arena, size);
        if (line == NULL) {
            return REEVE_NO_MEMORY;
        }
        REEVE_TRY(reeve_format(line, size, "%s: %s", header->key, header->value));
        lines[i] = line;
    }
    out->headers = lines;
    out->headers_count = http->n_headers;
    return REEVE_OK;
}

/* ---- the whole ---- */

/* The host and port of a base URL, which the schema's pattern has let through. */
static bool is_base_url(const char *url)
{
    struct reeve_bytes rest = reeve_bytes_cstr(url);
    const bool tls = reeve_bytes_starts_with(rest, reeve_bytes_cstr("https://"));
    const size_t scheme = tls ? 8 : 7;
    rest = reeve_bytes_slice(rest, scheme, rest.len - scheme);
    const size_t slash = reeve_bytes_find(rest, reeve_bytes_cstr("/"));
    rest = reeve_bytes_slice(rest, 0, slash == SIZE_MAX ? rest.len : slash);
    const bool v6 = rest.len > 0 && rest.data[rest.len - 1] == ']';
    const bool has_port = !v6 && reeve_bytes_contains_cstr(rest, ":");
    if (has_port) {
        return reeve_config_address(rest);
    }
    char with_port[REEVE_CONFIG_FIELD_SIZE + 8];
    if (rest.len > REEVE_CONFIG_FIELD_SIZE ||
        reeve_format(with_port, sizeof(with_port), "%.*s:80", (int)rest.len,
                     (const char *)rest.data) != REEVE_OK) {
        return false;
    }
    return reeve_config_address(reeve_bytes_cstr(with_port));
}

static void check_url(struct reeve_config_builder *b, const char *system, const char *url)
{
    if (is_base_url(url)) {
        return;
    }
    struct reeve_config_item *item =
        reeve_config_error(b, "base_url", "systems[\"%s\"].http.base_url", system);
    reeve_config_item_text(item, "the URL's host or port is not valid");
    reeve_config_item_next(item, "write http(s)://host[:port][/base]");
}

/* "http://host:port/…" to another machine. */
static bool is_open(const char *url)
{
    struct reeve_bytes rest = reeve_bytes_cstr(url);
    if (!reeve_bytes_starts_with(rest, reeve_bytes_cstr("http://"))) {
        return false;
    }
    rest = reeve_bytes_slice(rest, 7, rest.len - 7);
    const size_t slash = reeve_bytes_find(rest, reeve_bytes_cstr("/"));
    return !reeve_config_is_loopback(
        reeve_bytes_slice(rest, 0, slash == SIZE_MAX ? rest.len : slash));
}

static void warn_open(struct reeve_config_builder *b, const char *system, const char *field)
{
    struct reeve_config_item *item =
        reeve_config_warning(b, "insecure", "systems[\"%s\"].http.%s", system, field);
    reeve_config_item_text(item, "the credential goes over the network unencrypted");
    reeve_config_item_next(item, "write https://…, and ca_file where the CA is your own");
}

static void check_open(struct reeve_config_builder *b, const char *system,
                       const struct reeve_http_system *http)
{
    if (http->auth != REEVE_HTTP_AUTH_NONE && http->unix_socket == NULL &&
        is_open(http->base_url)) {
        warn_open(b, system, "base_url");
    }
    if (http->auth == REEVE_HTTP_AUTH_OAUTH2 && is_open(http->oauth2.token_url)) {
        warn_open(b, system, "auth.oauth2.token_url");
    }
}

static uint64_t read_ms(struct reeve_config_builder *b, const char *system, const char *name,
                        const struct google_protobuf_duration *duration, uint64_t fallback_ms,
                        uint64_t max_ms)
{
    char field[REEVE_CONFIG_FIELD_SIZE];
    reeve_format_cut(field, sizeof(field), "systems[\"%s\"].http.%s", system, name);
    return reeve_config_ms(b, duration, fallback_ms, max_ms, field);
}

static void build_bounds(struct reeve_config_builder *b, const char *system,
                         const struct reeve_v1_http_system *http, struct reeve_http_system *out)
{
    out->connect_timeout_ms = read_ms(b, system, "connect_timeout", http->connect_timeout,
                                      CONNECT_DEFAULT_MS, CONNECT_MAX_MS);
    out->timeout_ms = read_ms(b, system, "timeout", http->timeout, 0, TIMEOUT_MAX_MS);
    out->max_redirects = http->max_redirects;
    out->version = (enum reeve_http_version)http->version;
    out->max_response_bytes = (size_t)http->max_response_bytes;
    if (http->max_response_bytes > RESPONSE_MAX) {
        struct reeve_config_item *item =
            reeve_config_error(b, "range", "systems[\"%s\"].http.max_response_bytes", system);
        reeve_config_item_text(item, "more than 64 MiB of one answer would be held in memory");
        reeve_config_item_next(item, "write 67108864 or less, or leave it out for 1 MiB");
    }
    if (http->retries != NULL) {
        out->retries.max_attempts = http->retries->max_attempts;
        out->retries.backoff_ms =
            read_ms(b, system, "retries.backoff", http->retries->backoff, 0, CONNECT_MAX_MS);
        out->retries.max_backoff_ms = read_ms(b, system, "retries.max_backoff",
                                              http->retries->max_backoff, 0, CONNECT_MAX_MS);
    }
}

static void build_proxy(struct reeve_config_builder *b, const char *system,
                        const struct reeve_v1_http_proxy *proxy, struct reeve_http_system *out)
{
    out->proxy = proxy->url;
    out->proxy_user = reeve_config_text(proxy->username);
    out->proxy_secret = reeve_config_text(proxy->password_secret);
    if ((out->proxy_user == NULL) != (out->proxy_secret == NULL)) {
        struct reeve_config_item *item =
            reeve_config_error(b, "proxy", "systems[\"%s\"].http.proxy", system);
        reeve_config_item_text(item, "a proxy's username and password_secret need each other");
        reeve_config_item_next(item, "write both, or neither");
    } else if (out->proxy_secret != NULL) {
        reeve_config_check_secret(b, out->proxy_secret,
                                  "systems[\"%s\"].http.proxy.password_secret", system);
    }
    if (out->unix_socket != NULL) {
        struct reeve_config_item *item =
            reeve_config_error(b, "proxy", "systems[\"%s\"].http.proxy", system);
        reeve_config_item_text(item, "a Unix socket is not reached through a proxy");
        reeve_config_item_next(item, "remove one of unix_socket and proxy");
    }
}

static enum reeve_status build_parts(struct reeve_config_builder *b, const char *system,
                                     const struct reeve_v1_http_system *http,
                                     struct reeve_http_system *out)
{
    if (http->client_certificate != NULL) {
        REEVE_TRY(reeve_config_path(b, http->client_certificate->certificate_file,
                                    &out->certificate_file));
        REEVE_TRY(reeve_config_path(b, http->client_certificate->key_file, &out->key_file));
    }
    if (http->proxy != NULL) {
        build_proxy(b, system, http->proxy, out);
    }
    return http->auth == NULL ? REEVE_OK : reeve_config_build_http_auth(b, system, http->auth, out);
}

static enum reeve_status build(struct reeve_config_builder *b, const struct reeve_v1_system *source,
                               struct reeve_config_system *to)
{
    const struct reeve_v1_http_system *http = source->http;
    struct reeve_http_system *out = &to->u.http;
    check_url(b, to->name, http->base_url);
    out->base_url = http->base_url;
    REEVE_TRY(reeve_config_path(b, http->ca_file, &out->ca_file));
    REEVE_TRY(reeve_config_path(b, http->unix_socket, &out->unix_socket));
    build_bounds(b, to->name, http, out);
    REEVE_TRY(build_parts(b, to->name, http, out));
    check_open(b, to->name, out);
    return build_headers(b, to->name, http, out);
}

/* ---- for people ---- */

static enum reeve_status check_bundle(const struct reeve_agent_config *config,
                                      struct reeve_config_report *report, const char *system,
                                      const char *name, const char *path)
{
    char field[REEVE_CONFIG_FIELD_SIZE];
    if (path == NULL) {
        return REEVE_OK;
    }
    reeve_format_cut(field, sizeof(field), "systems[\"%s\"].http.%s", system, name);
    return reeve_config_check_ca(config, report, field, path);
}

static enum reeve_status check_pair(const struct reeve_agent_config *config,
                                    struct reeve_config_report *report, const char *system,
                                    const struct reeve_http_system *http)
{
    char field[REEVE_CONFIG_FIELD_SIZE];
    if (http->certificate_file == NULL) {
        return REEVE_OK;
    }
    reeve_format_cut(field, sizeof(field), "systems[\"%s\"].http.client_certificate", system);
    return reeve_config_check_pair(config, report, field, http->certificate_file, http->key_file);
}

static enum reeve_status check_files(const struct reeve_agent_config *config,
                                     const struct reeve_config_system *system,
                                     struct reeve_config_report *report)
{
    const struct reeve_http_system *http = &system->u.http;
    REEVE_TRY(check_bundle(config, report, system->name, "ca_file", http->ca_file));
    REEVE_TRY(
        check_bundle(config, report, system->name, "auth.oauth2.ca_file", http->oauth2.ca_file));
    return check_pair(config, report, system->name, http);
}

static const char *endpoint(const struct reeve_config_system *system, struct reeve_arena *arena)
{
    return reeve_output_text(arena, "%s", system->u.http.base_url);
}

const struct reeve_config_kind REEVE_CONFIG_HTTP = {
    .name = "http",
    .example = "http: { base_url: … }",
    .member = 1,
    .binding = REEVE_BINDING_HTTP,
    .build = build,
    .check_files = check_files,
    .endpoint = endpoint,
    .auth = reeve_config_http_auth_text,
};
