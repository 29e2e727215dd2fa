/* SPDX-License-Identifier: Apache-2.0 */
/* What a request would look like, for people: the lines that go over the wire to an HTTP/1.1
 * server, with a word in front of them on how they get there. Credentials are named, never shown.
 */
#include "agent/bindings/http/exchange.h"

#define MASK "******"

/* "host:port" and the rest of the URL, which begins with '/'. */
static void split_url(struct reeve_bytes url, struct reeve_bytes *host, struct reeve_bytes *path)
{
    size_t scheme = reeve_bytes_find(url, reeve_bytes_cstr("://"));
    struct reeve_bytes rest =
        scheme == SIZE_MAX ? url : reeve_bytes_slice(url, scheme + 3, url.len - scheme - 3);
    size_t slash = reeve_bytes_find(rest, reeve_bytes_cstr("/"));

    *host = reeve_bytes_slice(rest, 0, slash == SIZE_MAX ? rest.len : slash);
    *path = slash == SIZE_MAX ? reeve_bytes_cstr("/")
                              : reeve_bytes_slice(rest, slash, rest.len - slash);
}

static enum reeve_status explain_way(const struct reeve_http_system *system,
                                     struct reeve_buffer *text)
{
    REEVE_TRY(reeve_buffer_append_format(text, "# to %s\n", system->base_url));
    if (system->unix_socket != NULL) {
        REEVE_TRY(
            reeve_buffer_append_format(text, "# by the Unix socket %s\n", system->unix_socket));
    }
    if (system->proxy != NULL) {
        REEVE_TRY(reeve_buffer_append_format(text, "# by the proxy %s", system->proxy));
        if (system->proxy_user != NULL) {
            REEVE_TRY(reeve_buffer_append_format(text, ", as %s with secret %s", system->proxy_user,
                                                 system->proxy_secret));
        }
        REEVE_TRY(reeve_buffer_append_byte(text, '\n'));
    }
    if (system->certificate_file != NULL) {
        REEVE_TRY(reeve_buffer_append_format(text, "# with the client certificate %s\n",
                                             system->certificate_file));
    }
    return REEVE_OK;
}

static enum reeve_status explain_line(const struct reeve_http_system *system,
                                      const struct reeve_http_parts *parts,
                                      struct reeve_buffer *text)
{
    struct reeve_bytes host;
    struct reeve_bytes path;

    split_url(reeve_buffer_view(&parts->url), &host, &path);
    REEVE_TRY(reeve_buffer_append_format(text, "%s ", parts->rule->method));
    REEVE_TRY(reeve_buffer_append(text, path));
    if (system->auth == REEVE_HTTP_AUTH_QUERY) {
        const bool begun = reeve_bytes_find(path, reeve_bytes_cstr("?")) != SIZE_MAX;
        REEVE_TRY(
            reeve_buffer_append_format(text, "%c%s=" MASK, begun ? '&' : '?', system->auth_name));
    }
    REEVE_TRY(reeve_buffer_append_format(
        text, " HTTP/%s\nHost: ", system->version == REEVE_HTTP_VERSION_2 ? "2" : "1.1"));
    REEVE_TRY(reeve_buffer_append(text, host));
    return reeve_buffer_append_cstr(text, "\nUser-Agent: reeve-agent\n");
}

static enum reeve_status explain_auth(const struct reeve_http_system *system,
                                      struct reeve_buffer *text)
{
    switch (system->auth) {
    case REEVE_HTTP_AUTH_NONE:
    case REEVE_HTTP_AUTH_QUERY:
        return REEVE_OK;
    case REEVE_HTTP_AUTH_BEARER:
        return reeve_buffer_append_format(text, "Authorization: Bearer " MASK " (secret %s)\n",
                                          system->auth_secret);
    case REEVE_HTTP_AUTH_BASIC:
        return reeve_buffer_append_format(text,
                                          "Authorization: Basic " MASK " (user %s, secret %s)\n",
                                          system->auth_name, system->auth_secret);
    case REEVE_HTTP_AUTH_HEADER:
        return reeve_buffer_append_format(text, "%s: " MASK " (secret %s)\n", system->auth_name,
                                          system->auth_secret);
    case REEVE_HTTP_AUTH_OAUTH2:
        return reeve_buffer_append_format(
            text, "Authorization: Bearer " MASK " (token from %s for client %s)\n",
            system->oauth2.token_url, system->oauth2.client_id);
    }
    return REEVE_INTERNAL;
}

static enum reeve_status explain_headers(const struct reeve_http_system *system,
                                         const struct reeve_task *task, bool has_body,
                                         struct reeve_buffer *text)
{
    REEVE_TRY(reeve_buffer_append_cstr(text, task->server_streaming
                                                 ? "Accept: application/x-ndjson, "
                                                   "application/jsonl, application/json\n"
                                                 : "Accept: application/json\n"));
    if (has_body) {
        REEVE_TRY(reeve_buffer_append_cstr(text, "Content-Type: application/json\n"));
    }
    if (task->idempotency != REEVE_NO_SIDE_EFFECTS) {
        REEVE_TRY(reeve_buffer_append_cstr(text, "Idempotency-Key: (the job's id)\n"));
    }
    for (size_t i = 0; i < system->headers_count; i++) {
        REEVE_TRY(reeve_buffer_append_format(text, "%s\n", system->headers[i]));
    }
    return explain_auth(system, text);
}

static enum reeve_status explain_body(const struct reeve_http_parts *parts, size_t length,
                                      struct reeve_buffer *text)
{
    if (!reeve_http_has_body(parts->rule)) {
        return REEVE_OK;
    }
    REEVE_TRY(reeve_buffer_append_format(text, "Content-Length: %zu\n\n", length));
    REEVE_TRY(reeve_buffer_append(text, reeve_buffer_view(&parts->body)));
    return parts->body.len == 0 ? REEVE_OK : reeve_buffer_append_byte(text, '\n');
}

static enum reeve_status explain_parts(const struct reeve_http_system *system,
                                       const struct reeve_task *task,
                                       const struct reeve_http_parts *parts, size_t length,
                                       struct reeve_buffer *text)
{
    REEVE_TRY(explain_way(system, text));
    REEVE_TRY(explain_line(system, parts, text));
    REEVE_TRY(explain_headers(system, task, reeve_http_has_body(parts->rule), text));
    return explain_body(parts, length, text);
}

enum reeve_status reeve_http_explain(struct reeve_binding *binding, const struct reeve_task *task,
                                     const void *request, struct reeve_arena *arena,
                                     struct reeve_buffer *text)
{
    const struct reeve_http_system *system =
        &REEVE_OWNER(binding, struct reeve_http_binding, base)->system;
    struct reeve_http_parts parts;

    reeve_http_parts_init(&parts, NULL);
    enum reeve_status status =
        reeve_http_write_request(task, request, system->base_url, arena, &parts);
    if (status == REEVE_INVALID &&
        reeve_buffer_append_format(text, "nothing is sent: field %s " REEVE_HTTP_UNFIT "\n",
                                   parts.field) != REEVE_OK) {
        status = REEVE_NO_MEMORY;
    }
    const size_t length = parts.body.len;
    if (status == REEVE_OK) { /* once more, without what nobody is to read */
        reeve_buffer_reset(&parts.url);
        reeve_buffer_reset(&parts.body);
        parts.mask = true;
        status = reeve_http_write_request(task, request, system->base_url, arena, &parts);
    }
    if (status == REEVE_OK) {
        status = explain_parts(system, task, &parts, length, text);
    }
    reeve_http_parts_clear(&parts);
    return status;
}
