/* SPDX-License-Identifier: Apache-2.0 */
/* Systems of kind http: see reeve.v1.HttpSystem. */
#include "agent/cli/output.h"
#include "agent/config/builder.h"
#include "agent/config/system_kind.h"

#define CONNECT_DEFAULT_MS UINT64_C(10000)
#define CONNECT_MAX_MS UINT64_C(300000)
#define RESPONSE_MAX (UINT64_C(64) * 1024 * 1024)

/* ---- authentication ---- */

static void check_auth_secret(struct reeve_config_builder *b, const char *system, const char *field,
                              const char *secret)
{
    reeve_config_check_secret(b, secret, "systems[\"%s\"].http.auth.%s", system, field);
}

static void build_auth(struct reeve_config_builder *b, const char *system,
                       const struct reeve_v1_http_auth *auth, struct reeve_http_system *out)
{
    struct reeve_config_item *item;
    switch ((int)auth->scheme_case) {
    case 1:
        out->auth = REEVE_HTTP_AUTH_BEARER;
        out->auth_secret = auth->bearer->secret;
        check_auth_secret(b, system, "bearer.secret", out->auth_secret);
        return;
    case 2:
        out->auth = REEVE_HTTP_AUTH_BASIC;
        out->auth_name = auth->basic->username;
        out->auth_secret = auth->basic->password_secret;
        check_auth_secret(b, system, "basic.password_secret", out->auth_secret);
        return;
    case 3:
        out->auth = REEVE_HTTP_AUTH_HEADER;
        out->auth_name = auth->header->name;
        out->auth_secret = auth->header->secret;
        check_auth_secret(b, system, "header.secret", out->auth_secret);
        return;
    default:
        item = reeve_config_error(b, "auth.scheme", "systems[\"%s\"].http.auth", system);
        reeve_config_item_text(item, "the authentication names no scheme");
        reeve_config_item_next(item, "add bearer, basic or header, or remove auth");
        return;
    }
}

/* ---- headers ---- */

static bool is_token(const char *text)
{
    const struct reeve_bytes name = reeve_bytes_cstr(text);
    for (size_t i = 0; i < name.len; i++) {
        const uint8_t c = name.data[i];
        if (c <= ' ' || c >= 0x7f ||
            reeve_bytes_find(reeve_bytes_cstr("()<>@,;:\\\"/[]?={}"), reeve_bytes_of(&c, 1)) !=
                SIZE_MAX) {
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

static bool is_reserved_header(const char *name)
{
    static const char *const RESERVED[] = {
        "authorization",       "host",       "content-length", "transfer-encoding",
        "proxy-authorization", "connection", "content-type",   "cookie",
    };
    for (size_t i = 0; i < sizeof(RESERVED) / sizeof(RESERVED[0]); i++) {
        const struct reeve_bytes reserved = reeve_bytes_cstr(RESERVED[i]);
        size_t same = 0;
        while (same < reserved.len && (name[same] | 0x20) == (char)reserved.data[same]) {
            same++;
        }
        if (same == reserved.len && name[same] == '\0') {
            return true;
        }
    }
    return false;
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
    const bool has_port = !v6 && reeve_bytes_find(rest, reeve_bytes_cstr(":")) != SIZE_MAX;
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

static enum reeve_status build(struct reeve_config_builder *b, const struct reeve_v1_system *source,
                               struct reeve_config_system *to)
{
    const struct reeve_v1_http_system *http = source->http;
    struct reeve_http_system *out = &to->u.http;
    const char *system = to->name;
    char field[REEVE_CONFIG_FIELD_SIZE];
    check_url(b, system, http->base_url);
    out->base_url = http->base_url;
    REEVE_TRY(reeve_config_path(b, http->ca_file, &out->ca_file));
    REEVE_TRY(reeve_config_path(b, http->unix_socket, &out->unix_socket));
    if (reeve_format(field, sizeof(field), "systems[\"%s\"].http.connect_timeout", system) !=
        REEVE_OK) {
        field[sizeof(field) - 1] = '\0';
    }
    out->connect_timeout_ms =
        reeve_config_ms(b, http->connect_timeout, CONNECT_DEFAULT_MS, CONNECT_MAX_MS, field);
    out->max_response_bytes = (size_t)http->max_response_bytes;
    if (http->max_response_bytes > RESPONSE_MAX) {
        struct reeve_config_item *item =
            reeve_config_error(b, "range", "systems[\"%s\"].http.max_response_bytes", system);
        reeve_config_item_text(item, "more than 64 MiB of one answer would be held in memory");
        reeve_config_item_next(item, "write 67108864 or less, or leave it out for 1 MiB");
    }
    if (http->auth != NULL) {
        build_auth(b, system, http->auth, out);
    }
    return build_headers(b, system, http, out);
}

/* ---- for people ---- */

static enum reeve_status check_files(const struct reeve_agent_config *config,
                                     const struct reeve_config_system *system,
                                     struct reeve_config_report *report)
{
    char field[REEVE_CONFIG_FIELD_SIZE];
    if (system->u.http.ca_file == NULL) {
        return REEVE_OK;
    }
    reeve_format_cut(field, sizeof(field), "systems[\"%s\"].http.ca_file", system->name);
    return reeve_config_check_ca(config, report, field, system->u.http.ca_file);
}

static const char *endpoint(const struct reeve_config_system *system, struct reeve_arena *arena)
{
    return reeve_output_text(arena, "%s", system->u.http.base_url);
}

static const char *auth_text(const struct reeve_config_system *system, struct reeve_arena *arena)
{
    const struct reeve_http_system *http = &system->u.http;
    switch (http->auth) {
    case REEVE_HTTP_AUTH_NONE:
        return "none";
    case REEVE_HTTP_AUTH_BEARER:
        return reeve_output_text(arena, "bearer token from secret %s", http->auth_secret);
    case REEVE_HTTP_AUTH_BASIC:
        return reeve_output_text(arena, "user %s, password from secret %s", http->auth_name,
                                 http->auth_secret);
    case REEVE_HTTP_AUTH_HEADER:
        return reeve_output_text(arena, "header %s from secret %s", http->auth_name,
                                 http->auth_secret);
    }
    return "";
}

const struct reeve_config_kind REEVE_CONFIG_HTTP = {
    .name = "http",
    .example = "http: { base_url: … }",
    .member = 1,
    .binding = REEVE_BINDING_HTTP,
    .build = build,
    .check_files = check_files,
    .endpoint = endpoint,
    .auth = auth_text,
};
