/* SPDX-License-Identifier: Apache-2.0 */
/* Systems of kind grpc: see reeve.v1.GrpcSystem. */
#include "agent/base/character.h"
#include "agent/cli/output.h"
#include "agent/config/builder.h"
#include "agent/config/loopback.h"
#include "agent/config/system_kind.h"

#define CONNECT_DEFAULT_MS UINT64_C(10000)
#define CONNECT_MAX_MS UINT64_C(300000)
#define RESPONSE_MAX (UINT64_C(64) * 1024 * 1024)

/* One system while it is built. */
struct part {
    struct reeve_config_builder *b;
    const char *system;
    const struct reeve_v1_grpc_system *source;
    struct reeve_grpc_system *out;
};

static void complain(const struct part *p, const char *rule, const char *field, const char *text,
                     const char *next)
{
    struct reeve_config_item *item = reeve_config_error(
        p->b, rule, "systems[\"%s\"].grpc%s%s", p->system, field[0] == '\0' ? "" : ".", field);
    reeve_config_item_text(item, "%s", text);
    reeve_config_item_next(item, "%s", next);
}

/* ---- where ---- */

static void check_place(const struct part *p)
{
    const bool has_target = p->source->target[0] != '\0';
    const bool has_socket = p->source->unix_socket[0] != '\0';

    if (has_target == has_socket) {
        complain(p, "target", "",
                 has_target ? "the system has both a target and a Unix socket"
                            : "the system has neither a target nor a Unix socket",
                 "write target: host:port, or unix_socket: /path/of/the/socket");
        return;
    }
    if (has_target && !reeve_config_address(reeve_bytes_cstr(p->source->target))) {
        complain(p, "target", "target", "not a host and a port from 1 to 65535",
                 "write host:port, for example crm.internal:8443 or [2001:db8::1]:8443");
    }
}

static void warn_insecure(const struct part *p)
{
    struct reeve_config_item *item =
        reeve_config_warning(p->b, "insecure", "systems[\"%s\"].grpc.insecure", p->system);
    reeve_config_item_text(item, p->source->auth != NULL
                                     ? "calls and the credential go over the network unencrypted"
                                     : "calls go over the network unencrypted");
    reeve_config_item_next(item, "give ca_file, and remove insecure");
}

static void check_plaintext(const struct part *p)
{
    if (p->out->unix_socket != NULL ||
        reeve_config_is_loopback(reeve_bytes_cstr(p->source->target))) {
        return;
    }
    if (p->source->insecure) {
        warn_insecure(p);
        return;
    }
    complain(p, "ca_file", "", "without ca_file calls would go over the network unencrypted",
             "give ca_file; or write insecure: true where that is meant");
}

static void check_tls(const struct part *p)
{
    const bool has_certificate = p->out->certificate_file != NULL;

    if (has_certificate != (p->out->key_file != NULL)) {
        complain(p, "certificate", has_certificate ? "certificate_file" : "key_file",
                 "a certificate and its key belong together",
                 "give both certificate_file and key_file, or neither");
    }
    if (!p->out->plaintext && p->source->insecure) {
        complain(p, "insecure", "insecure", "ca_file asks for TLS, insecure for plaintext",
                 "remove one of the two");
    }
    if (p->out->plaintext && (has_certificate || p->out->server_name != NULL)) {
        complain(p, "ca_file", "", "a certificate or a server name means TLS, which needs ca_file",
                 "give ca_file, or remove certificate_file, key_file and server_name");
    }
    if (p->out->plaintext) {
        check_plaintext(p);
    }
}

static enum reeve_status build_place(const struct part *p)
{
    check_place(p);
    p->out->target = reeve_config_text(p->source->target);
    p->out->server_name = reeve_config_text(p->source->server_name);
    REEVE_TRY(reeve_config_path(p->b, p->source->unix_socket, &p->out->unix_socket));
    REEVE_TRY(reeve_config_path(p->b, p->source->ca_file, &p->out->ca_file));
    REEVE_TRY(reeve_config_path(p->b, p->source->certificate_file, &p->out->certificate_file));
    REEVE_TRY(reeve_config_path(p->b, p->source->key_file, &p->out->key_file));
    p->out->plaintext = p->out->ca_file == NULL;
    check_tls(p);
    return REEVE_OK;
}

/* ---- metadata ---- */

/* In lower case, as metadata is; NULL: short of memory. */
static const char *lower_case(const struct part *p, const char *text)
{
    char *copy = reeve_arena_strdup(p->b->arena, reeve_bytes_cstr(text));

    for (char *c = copy; c != NULL && *c != '\0'; c++) {
        *c = (char)reeve_lower(*c);
    }
    return copy;
}

static bool is_name(struct reeve_bytes name)
{
    for (size_t i = 0; i < name.len; i++) {
        const uint8_t c = name.data[i];
        const bool letter = reeve_is_lower(c) || reeve_is_digit(c);
        if (!letter && c != '-' && c != '_' && c != '.') {
            return false;
        }
    }
    return name.len > 0;
}

static bool is_value(const char *text)
{
    const struct reeve_bytes value = reeve_bytes_cstr(text);

    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] < ' ' || value.data[i] > '~') {
            return false;
        }
    }
    return true;
}

static bool ends_with(struct reeve_bytes text, const char *end)
{
    const struct reeve_bytes tail = reeve_bytes_cstr(end);

    return text.len >= tail.len &&
           reeve_bytes_equal(reeve_bytes_slice(text, text.len - tail.len, tail.len), tail);
}

/* gRPC's, HTTP's and the worker's own. */
static bool is_reserved(struct reeve_bytes name)
{
    static const char *const RESERVED[] = {"authorization", "idempotency-key", "content-type", "te",
                                           "host",          "user-agent",      "connection"};

    for (size_t i = 0; i < sizeof(RESERVED) / sizeof(RESERVED[0]); i++) {
        if (reeve_bytes_equal_cstr(name, RESERVED[i])) {
            return true;
        }
    }
    return reeve_bytes_starts_with(name, reeve_bytes_cstr("grpc-"));
}

static void check_metadata(const struct part *p, const char *key, const char *name,
                           const char *value)
{
    const struct reeve_bytes text = reeve_bytes_cstr(name);
    const bool well_formed = is_name(text) && is_value(value) && !ends_with(text, "-bin");

    if (well_formed && !is_reserved(text)) {
        return;
    }
    struct reeve_config_item *item = reeve_config_error(
        p->b, "metadata", "systems[\"%s\"].grpc.metadata[\"%s\"]", p->system, key);
    reeve_config_item_text(item, well_formed ? "this metadata is set by the worker itself"
                                             : "not a name and a value of printable ASCII");
    reeve_config_item_next(item, well_formed ? "remove it; credentials belong under auth"
                                             : "write a name such as x-tenant and a plain value");
}

static enum reeve_status build_metadata(const struct part *p)
{
    const size_t count = p->source->n_metadata;
    struct reeve_grpc_header *headers =
        reeve_arena_alloc_array(p->b->arena, count + 1, sizeof(*headers));

    if (headers == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        headers[i].name = lower_case(p, p->source->metadata[i]->key);
        headers[i].value = p->source->metadata[i]->value;
        if (headers[i].name == NULL) {
            return REEVE_NO_MEMORY;
        }
        check_metadata(p, p->source->metadata[i]->key, headers[i].name, headers[i].value);
    }
    p->out->headers = headers;
    p->out->headers_count = count;
    return REEVE_OK;
}

/* A credential under one of gRPC's or HTTP's own names, or under one that asks for bytes, would be
 * refused with the call, or change it. In authorization it may have a scheme other than Bearer. */
static void check_auth_name(const struct part *p, const char *lowered)
{
    const struct reeve_bytes name = reeve_bytes_cstr(lowered);
    const bool well_formed = is_name(name) && !ends_with(name, "-bin");

    if (well_formed && (!is_reserved(name) || reeve_bytes_equal_cstr(name, "authorization"))) {
        return;
    }
    complain(p, "metadata", "auth.header.name",
             well_formed ? "this metadata is set by the worker itself" : "not a name of metadata",
             "write a name such as x-api-key");
}

static enum reeve_status build_header_auth(const struct part *p,
                                           const struct reeve_v1_header_auth *header)
{
    p->out->auth = REEVE_GRPC_AUTH_HEADER;
    p->out->auth_secret = header->secret;
    p->out->auth_name = lower_case(p, header->name);
    if (p->out->auth_name == NULL) {
        return REEVE_NO_MEMORY;
    }
    check_auth_name(p, p->out->auth_name);
    reeve_config_check_secret(p->b, p->out->auth_secret, "systems[\"%s\"].grpc.auth.header.secret",
                              p->system);
    return REEVE_OK;
}

static enum reeve_status build_auth(const struct part *p)
{
    const struct reeve_v1_grpc_auth *auth = p->source->auth;

    if (auth == NULL) {
        return REEVE_OK;
    }
    switch (auth->scheme_case) {
    case REEVE_V1_GRPC_AUTH_SCHEME_BEARER:
        p->out->auth = REEVE_GRPC_AUTH_BEARER;
        p->out->auth_secret = auth->bearer->secret;
        reeve_config_check_secret(p->b, p->out->auth_secret,
                                  "systems[\"%s\"].grpc.auth.bearer.secret", p->system);
        return REEVE_OK;
    case REEVE_V1_GRPC_AUTH_SCHEME_HEADER:
        return build_header_auth(p, auth->header);
    case REEVE_V1_GRPC_AUTH_SCHEME_NOT_SET:
        break;
    }
    complain(p, "auth.scheme", "auth", "the authentication names no scheme",
             "add bearer or header, or remove auth");
    return REEVE_OK;
}

/* ---- the whole ---- */

static void build_bounds(const struct part *p)
{
    char field[REEVE_CONFIG_FIELD_SIZE];

    reeve_format_cut(field, sizeof(field), "systems[\"%s\"].grpc.connect_timeout", p->system);
    p->out->connect_timeout_ms = reeve_config_ms(p->b, p->source->connect_timeout,
                                                 CONNECT_DEFAULT_MS, CONNECT_MAX_MS, field);
    p->out->max_attempts = p->source->max_attempts;
    p->out->max_response_bytes = (size_t)p->source->max_response_bytes;
    if (p->source->max_response_bytes > RESPONSE_MAX) {
        complain(p, "range", "max_response_bytes",
                 "more than 64 MiB of one answer would be held in memory",
                 "write 67108864 or less, or leave it out for 1 MiB");
    }
}

static enum reeve_status build(struct reeve_config_builder *b, const struct reeve_v1_system *source,
                               struct reeve_config_system *to)
{
    const struct part part = {b, to->name, source->grpc, &to->u.grpc};

    REEVE_TRY(build_place(&part));
    REEVE_TRY(build_metadata(&part));
    build_bounds(&part);
    return build_auth(&part);
}

static enum reeve_status check_files(const struct reeve_agent_config *config,
                                     const struct reeve_config_system *system,
                                     struct reeve_config_report *report)
{
    const struct reeve_grpc_system *grpc = &system->u.grpc;
    char field[REEVE_CONFIG_FIELD_SIZE];

    if (grpc->ca_file == NULL) {
        return REEVE_OK;
    }
    reeve_format_cut(field, sizeof(field), "systems[\"%s\"].grpc.ca_file", system->name);
    REEVE_TRY(reeve_config_check_ca(config, report, field, grpc->ca_file));
    if (grpc->certificate_file == NULL) {
        return REEVE_OK;
    }
    reeve_format_cut(field, sizeof(field), "systems[\"%s\"].grpc.certificate_file", system->name);
    return reeve_config_check_pair(config, report, field, grpc->certificate_file, grpc->key_file);
}

/* ---- for people ---- */

static const char *endpoint(const struct reeve_config_system *system, struct reeve_arena *arena)
{
    return reeve_grpc_system_endpoint(&system->u.grpc, arena);
}

static const char *auth_text(const struct reeve_config_system *system, struct reeve_arena *arena)
{
    const struct reeve_grpc_system *grpc = &system->u.grpc;
    const char *shown = grpc->certificate_file != NULL ? "client certificate" : "";
    const char *and = grpc->certificate_file != NULL ? ", " : "";

    switch (grpc->auth) {
    case REEVE_GRPC_AUTH_NONE:
        return grpc->certificate_file != NULL ? shown : "none";
    case REEVE_GRPC_AUTH_BEARER:
        return reeve_output_text(arena, "%s%sbearer token from secret %s", shown, and,
                                 grpc->auth_secret);
    case REEVE_GRPC_AUTH_HEADER:
        return reeve_output_text(arena, "%s%smetadata %s from secret %s", shown, and,
                                 grpc->auth_name, grpc->auth_secret);
    }
    return "";
}

const struct reeve_config_kind REEVE_CONFIG_GRPC = {
    .name = "grpc",
    .example = "grpc: { unix_socket: … } or grpc: { target: …, ca_file: … }",
    .member = 3,
    .binding = REEVE_BINDING_GRPC,
    .build = build,
    .check_files = check_files,
    .endpoint = endpoint,
    .auth = auth_text,
};
