/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials and internal systems: names that refer to one another. */
#include "agent/cli/suggest.h"
#include "agent/config/builder.h"

#define CONNECT_DEFAULT_MS UINT64_C(10000)
#define CONNECT_MAX_MS UINT64_C(300000)
#define RESPONSE_MAX (UINT64_C(64) * 1024 * 1024)

enum { NAME_MAX_BYTES = 63 };

/* ---- credentials ---- */

static void complain_source(struct reeve_config_builder *b, const char *name)
{
    struct reeve_config_item *item =
        reeve_config_error(b, "secret.source", "secrets[\"%s\"]", name);
    reeve_config_item_text(item, "the credential has no source");
    reeve_config_item_next(item, "add file: { path: … } or environment: { variable: … }");
}

static enum reeve_status build_secret(struct reeve_config_builder *b,
                                      const struct reeve_v1_agent_config_secrets_entry *entry,
                                      struct reeve_config_secret *out)
{
    const struct reeve_v1_secret_source *source = entry->value;
    out->name = entry->key;
    if (source == NULL) {
        complain_source(b, entry->key);
        return REEVE_OK;
    }
    out->allow_short = source->allow_short != 0;
    switch ((int)source->source_case) {
    case 1:
        out->variable = source->environment->variable;
        return REEVE_OK;
    case 2:
        return reeve_config_path(b, source->file->path, &out->path);
    default:
        complain_source(b, entry->key);
        return REEVE_OK;
    }
}

enum reeve_status reeve_config_build_secrets(struct reeve_config_builder *b)
{
    const size_t count = b->source->n_secrets;
    struct reeve_config_secret *secrets =
        reeve_arena_alloc_array(b->arena, count + 1, sizeof(*secrets));
    if (secrets == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(build_secret(b, b->source->secrets[i], &secrets[i]));
    }
    b->config->secrets = secrets;
    b->config->secrets_count = (uint32_t)count;
    return REEVE_OK;
}

/* ---- systems ---- */

static void check_secret(struct reeve_config_builder *b, const char *system, const char *field,
                         const char *secret)
{
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(secret)};
    for (uint32_t i = 0; i < b->config->secrets_count; i++) {
        if (reeve_bytes_equal_cstr(s.wrong, b->config->secrets[i].name)) {
            return;
        }
        reeve_suggestion_try(&s, b->config->secrets[i].name);
    }
    struct reeve_config_item *item =
        reeve_config_error(b, "secret.unknown", "systems[\"%s\"].http.auth.%s", system, field);
    reeve_config_item_text(item, "there is no credential \"%s\" under secrets", secret);
    if (s.best != NULL) {
        reeve_config_item_next(item, "did you mean %s?", s.best);
        return;
    }
    reeve_config_item_next(item, "add secrets: { %s: { file: { path: … } } }", secret);
}

static void build_auth(struct reeve_config_builder *b, const char *system,
                       const struct reeve_v1_http_auth *auth, struct reeve_http_system *out)
{
    struct reeve_config_item *item;
    switch ((int)auth->scheme_case) {
    case 1:
        out->auth = REEVE_HTTP_AUTH_BEARER;
        out->auth_secret = auth->bearer->secret;
        check_secret(b, system, "bearer.secret", out->auth_secret);
        return;
    case 2:
        out->auth = REEVE_HTTP_AUTH_BASIC;
        out->auth_name = auth->basic->username;
        out->auth_secret = auth->basic->password_secret;
        check_secret(b, system, "basic.password_secret", out->auth_secret);
        return;
    case 3:
        out->auth = REEVE_HTTP_AUTH_HEADER;
        out->auth_name = auth->header->name;
        out->auth_secret = auth->header->secret;
        check_secret(b, system, "header.secret", out->auth_secret);
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

/* ---- one system ---- */

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

static enum reeve_status build_http(struct reeve_config_builder *b, const char *system,
                                    const struct reeve_v1_http_system *http,
                                    struct reeve_http_system *out)
{
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

static uint32_t count_tasks(const struct reeve_task_table *table, const char *system)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->count; i++) {
        if (reeve_bytes_equal_cstr(reeve_bytes_cstr(system), table->tasks[i]->system)) {
            count++;
        }
    }
    return count;
}

static void warn_unused(struct reeve_config_builder *b, const char *system)
{
    const struct reeve_task_table *table = b->config->table;
    struct reeve_suggestion s = {.wrong = reeve_bytes_cstr(system)};
    for (uint32_t i = 0; i < table->count; i++) {
        reeve_suggestion_try(&s, table->tasks[i]->system);
    }
    struct reeve_config_item *item =
        reeve_config_warning(b, "system.unused", "systems[\"%s\"]", system);
    reeve_config_item_text(item, "no compiled-in task belongs to this system");
    if (s.best != NULL && s.best[0] != '\0') {
        reeve_config_item_next(item, "did you mean %s?", s.best);
        return;
    }
    reeve_config_item_next(item, "remove it, or see `reeve-agent tasks` for the systems' names");
}

static void complain_kind(struct reeve_config_builder *b, const char *system)
{
    struct reeve_config_item *item =
        reeve_config_error(b, "system.kind", "systems[\"%s\"]", system);
    reeve_config_item_text(item, "the system has no kind");
    reeve_config_item_next(item, "add http: { base_url: … } or native: {}");
}

static enum reeve_status build_system(struct reeve_config_builder *b,
                                      const struct reeve_v1_agent_config_systems_entry *entry,
                                      struct reeve_config_system *out)
{
    const struct reeve_v1_system *system = entry->value;
    out->name = entry->key;
    out->tasks = count_tasks(b->config->table, entry->key);
    if (out->tasks == 0) {
        warn_unused(b, entry->key);
    }
    if (system == NULL || (int)system->kind_case == 0) {
        complain_kind(b, entry->key);
        return REEVE_OK;
    }
    out->is_http = (int)system->kind_case == 1;
    return out->is_http ? build_http(b, entry->key, system->http, &out->http) : REEVE_OK;
}

enum reeve_status reeve_config_build_systems(struct reeve_config_builder *b)
{
    const size_t count = b->source->n_systems;
    struct reeve_config_system *systems =
        reeve_arena_alloc_array(b->arena, count + 1, sizeof(*systems));
    if (systems == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        REEVE_TRY(build_system(b, b->source->systems[i], &systems[i]));
    }
    b->config->systems = systems;
    b->config->systems_count = (uint32_t)count;
    return REEVE_OK;
}
