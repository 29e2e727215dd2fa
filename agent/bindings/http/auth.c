/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials in requests: see auth.h. */
#include "agent/bindings/http/auth.h"

#include "agent/bindings/http/value_text.h"
#include "proto/runtime/base64.h"

#define LINE_MAX_BYTES 16384u

static bool is_one_line(struct reeve_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\r' || text.data[i] == '\n' || text.data[i] == '\0') {
            return false;
        }
    }
    return true;
}

/* Base64 of "NAME:SECRET". */
static enum reeve_status write_basic(const char *name, struct reeve_bytes secret,
                                     struct reeve_buffer *line)
{
    struct reeve_buffer pair;

    reeve_buffer_init(&pair, NULL, LINE_MAX_BYTES);
    enum reeve_status status =
        reeve_buffer_reserve(&pair, reeve_bytes_cstr(name).len + 1 + secret.len);
    if (status == REEVE_OK) {
        status = reeve_buffer_append_cstr(&pair, name);
    }
    if (status == REEVE_OK) {
        status = reeve_buffer_append_byte(&pair, ':');
    }
    if (status == REEVE_OK) {
        status = reeve_buffer_append(&pair, secret);
    }
    if (status == REEVE_OK) {
        status = reeve_base64_encode(reeve_buffer_view(&pair), line);
    }
    reeve_buffer_wipe(&pair);
    return status;
}

struct text {
    struct reeve_bytes url; /* for the query */
    const char *prefix;     /* of a header line */
    enum reeve_http_auth auth;
    const char *name;
    struct reeve_bytes secret;
};

static enum reeve_status write_query(const struct text *t, struct reeve_buffer *to)
{
    const bool begun = reeve_bytes_find(t->url, reeve_bytes_cstr("?")) != SIZE_MAX;

    REEVE_TRY(reeve_buffer_append(to, t->url));
    REEVE_TRY(reeve_buffer_append_format(to, "%c%s=", begun ? '&' : '?', t->name));
    return reeve_percent_encode(t->secret, false, to);
}

static enum reeve_status write_text(const struct text *t, struct reeve_buffer *to)
{
    switch (t->auth) {
    case REEVE_HTTP_AUTH_QUERY:
        return write_query(t, to);
    case REEVE_HTTP_AUTH_BASIC:
        REEVE_TRY(reeve_buffer_append_cstr(to, t->prefix));
        return write_basic(t->name, t->secret, to);
    case REEVE_HTTP_AUTH_HEADER:
        REEVE_TRY(reeve_buffer_append_format(to, "%s: ", t->name));
        return reeve_buffer_append(to, t->secret);
    case REEVE_HTTP_AUTH_BEARER:
    case REEVE_HTTP_AUTH_OAUTH2:
        REEVE_TRY(reeve_buffer_append_cstr(to, t->prefix));
        return reeve_buffer_append(to, t->secret);
    case REEVE_HTTP_AUTH_NONE:
        break;
    }
    return REEVE_INTERNAL;
}

/* Never less than the text takes: each byte of the secret is three at most. */
static size_t room_for(const struct text *t)
{
    return t->url.len + reeve_bytes_cstr(t->prefix).len + 2 * reeve_bytes_cstr(t->name).len +
           3 * t->secret.len + sizeof("?=: ") + 4;
}

static enum reeve_status make(const struct text *t, struct reeve_secret *out)
{
    struct reeve_buffer text;

    if (!is_one_line(t->secret)) {
        return REEVE_INVALID;
    }
    if (t->secret.len > LINE_MAX_BYTES) {
        return REEVE_LIMIT;
    }
    reeve_buffer_init(&text, NULL, t->url.len + LINE_MAX_BYTES);
    /* All memory at once: a buffer that grows would leave unwiped copies behind. */
    const size_t room = room_for(t);
    enum reeve_status status = reeve_buffer_reserve(&text, room < text.max ? room : text.max);
    if (status == REEVE_OK) {
        status = write_text(t, &text);
    }
    if (status == REEVE_OK) {
        status = reeve_buffer_append_byte(&text, 0);
    }
    if (status == REEVE_OK) {
        status = reeve_secret_set(out, reeve_buffer_view(&text));
    }
    reeve_buffer_wipe(&text);
    return status;
}

enum reeve_status reeve_http_auth_line(enum reeve_http_auth auth, const char *name,
                                       struct reeve_bytes secret, struct reeve_secret *line)
{
    const struct text t = {.prefix = auth == REEVE_HTTP_AUTH_BASIC ? "Authorization: Basic "
                                                                   : "Authorization: Bearer ",
                           .auth = auth,
                           .name = name,
                           .secret = secret};

    return make(&t, line);
}

static enum reeve_status proxy_line(const char *user, struct reeve_bytes secret,
                                    struct reeve_secret *line)
{
    const struct text t = {.prefix = "Proxy-Authorization: Basic ",
                           .auth = REEVE_HTTP_AUTH_BASIC,
                           .name = user,
                           .secret = secret};

    return make(&t, line);
}

enum reeve_status reeve_http_auth_judge(enum reeve_status status,
                                        struct reeve_secret_problem *problem)
{
    if (status == REEVE_INVALID) {
        reeve_format_cut(problem->text, sizeof(problem->text), "it has a line break or NUL in it");
    } else if (status == REEVE_LIMIT) {
        reeve_format_cut(problem->text, sizeof(problem->text), "it is too long for a header");
    }
    return status == REEVE_OK || status == REEVE_NO_MEMORY ? status : REEVE_CREDENTIAL_UNAVAILABLE;
}

enum reeve_status reeve_http_proxy_load(const char *user, const char *secret,
                                        struct reeve_secret_registry *secrets,
                                        struct reeve_secret *line,
                                        struct reeve_secret_problem *problem)
{
    struct reeve_secret_value value;

    if (user == NULL) {
        return REEVE_OK;
    }
    reeve_secret_value_init(&value);
    enum reeve_status status =
        reeve_secret_registry_fetch(secrets, reeve_bytes_cstr(secret), &value, problem);
    if (status == REEVE_OK) {
        status = proxy_line(user, reeve_secret_view(&value.secret), line);
    }
    reeve_secret_value_clear(&value);
    return reeve_http_auth_judge(status, problem);
}

enum reeve_status reeve_http_auth_url(struct reeve_bytes url, const char *name,
                                      struct reeve_bytes secret, struct reeve_secret *out)
{
    const struct text t = {
        .url = url, .auth = REEVE_HTTP_AUTH_QUERY, .name = name, .secret = secret};

    return make(&t, out);
}
