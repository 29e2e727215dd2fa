/* SPDX-License-Identifier: Apache-2.0 */
/* How the worker authenticates to a system of kind http: see reeve.v1.HttpAuth. */
#include "agent/cli/output.h"
#include "agent/config/system_http.h"

static void check_auth_secret(struct reeve_config_builder *b, const char *system, const char *field,
                              const char *secret)
{
    reeve_config_check_secret(b, secret, "systems[\"%s\"].http.auth.%s", system, field);
}

static enum reeve_status join_scopes(struct reeve_config_builder *b,
                                     const struct reeve_v1_oauth2 *from, const char **out)
{
    struct reeve_buffer text;
    reeve_buffer_init(&text, NULL, 64 * 1024);
    enum reeve_status status = REEVE_OK;
    for (size_t i = 0; i < from->n_scopes && status == REEVE_OK; i++) {
        status = reeve_buffer_append_format(&text, "%s%s", i == 0 ? "" : " ", from->scopes[i]);
    }
    *out = NULL;
    if (status == REEVE_OK && text.len > 0) {
        *out = reeve_arena_strdup(b->arena, reeve_buffer_view(&text));
        status = *out == NULL ? REEVE_NO_MEMORY : REEVE_OK;
    }
    reeve_buffer_clear(&text);
    return status;
}

static enum reeve_status build_oauth2(struct reeve_config_builder *b, const char *system,
                                      const struct reeve_v1_oauth2 *from,
                                      struct reeve_http_system *out)
{
    out->auth = REEVE_HTTP_AUTH_OAUTH2;
    out->oauth2.token_url = from->token_url;
    out->oauth2.client_id = from->client_id;
    out->oauth2.client_secret = from->client_secret;
    out->oauth2.audience = reeve_config_text(from->audience);
    out->oauth2.secret_in_body = from->secret_in_body != 0;
    check_auth_secret(b, system, "oauth2.client_secret", from->client_secret);
    REEVE_TRY(reeve_config_path(b, from->ca_file, &out->oauth2.ca_file));
    return join_scopes(b, from, &out->oauth2.scope);
}

static void complain_scheme(struct reeve_config_builder *b, const char *system)
{
    struct reeve_config_item *item =
        reeve_config_error(b, "auth.scheme", "systems[\"%s\"].http.auth", system);
    reeve_config_item_text(item, "the authentication names no scheme");
    reeve_config_item_next(item, "add bearer, basic, header, query or oauth2, or remove auth");
}

enum reeve_status reeve_config_build_http_auth(struct reeve_config_builder *b, const char *system,
                                               const struct reeve_v1_http_auth *auth,
                                               struct reeve_http_system *out)
{
    const char *field = NULL;
    switch (auth->scheme_case) {
    case REEVE_V1_HTTP_AUTH_SCHEME_BEARER:
        out->auth = REEVE_HTTP_AUTH_BEARER;
        out->auth_secret = auth->bearer->secret;
        field = "bearer.secret";
        break;
    case REEVE_V1_HTTP_AUTH_SCHEME_BASIC:
        out->auth = REEVE_HTTP_AUTH_BASIC;
        out->auth_name = auth->basic->username;
        out->auth_secret = auth->basic->password_secret;
        field = "basic.password_secret";
        break;
    case REEVE_V1_HTTP_AUTH_SCHEME_HEADER:
        out->auth = REEVE_HTTP_AUTH_HEADER;
        out->auth_name = auth->header->name;
        out->auth_secret = auth->header->secret;
        field = "header.secret";
        break;
    case REEVE_V1_HTTP_AUTH_SCHEME_QUERY:
        out->auth = REEVE_HTTP_AUTH_QUERY;
        out->auth_name = auth->query->name;
        out->auth_secret = auth->query->secret;
        field = "query.secret";
        break;
    case REEVE_V1_HTTP_AUTH_SCHEME_OAUTH2:
        return build_oauth2(b, system, auth->oauth2, out);
    case REEVE_V1_HTTP_AUTH_SCHEME_NOT_SET:
        complain_scheme(b, system);
        return REEVE_OK;
    }
    check_auth_secret(b, system, field, out->auth_secret);
    return REEVE_OK;
}

const char *reeve_config_http_auth_text(const struct reeve_config_system *system,
                                        struct reeve_arena *arena)
{
    const struct reeve_http_system *http = &system->u.http;
    switch (http->auth) {
    case REEVE_HTTP_AUTH_NONE:
        return http->certificate_file != NULL
                   ? reeve_output_text(arena, "client certificate %s", http->certificate_file)
                   : "none";
    case REEVE_HTTP_AUTH_BEARER:
        return reeve_output_text(arena, "bearer token from secret %s", http->auth_secret);
    case REEVE_HTTP_AUTH_BASIC:
        return reeve_output_text(arena, "user %s, password from secret %s", http->auth_name,
                                 http->auth_secret);
    case REEVE_HTTP_AUTH_HEADER:
        return reeve_output_text(arena, "header %s from secret %s", http->auth_name,
                                 http->auth_secret);
    case REEVE_HTTP_AUTH_QUERY:
        return reeve_output_text(arena, "query parameter %s from secret %s", http->auth_name,
                                 http->auth_secret);
    case REEVE_HTTP_AUTH_OAUTH2:
        return reeve_output_text(arena, "OAuth 2.0 client %s at %s, secret %s",
                                 http->oauth2.client_id, http->oauth2.token_url,
                                 http->oauth2.client_secret);
    }
    return "";
}
