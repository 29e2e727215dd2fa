/* SPDX-License-Identifier: Apache-2.0 */
/* Header lines with credentials: see auth.h. Every buffer that held one is wiped. */
#include "agent/bindings/http/auth.h"

#include "proto/runtime/base64.h"

#define LINE_MAX_BYTES 16384u

static void wipe_buffer(struct reeve_buffer *b)
{
    reeve_wipe(b->data, b->capacity);
    reeve_buffer_clear(b);
}

static bool is_one_line(struct reeve_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\r' || text.data[i] == '\n' || text.data[i] == '\0') {
            return false;
        }
    }
    return true;
}

static enum reeve_status write_basic(const char *name, struct reeve_bytes secret,
                                     struct reeve_buffer *line)
{
    struct reeve_buffer pair;

    reeve_buffer_init(&pair, NULL, LINE_MAX_BYTES);
    enum reeve_status status = reeve_buffer_reserve(&pair, LINE_MAX_BYTES / 2);
    if (status == REEVE_OK) {
        status = reeve_buffer_append_format(&pair, "%s:", name);
    }
    if (status == REEVE_OK) {
        status = reeve_buffer_append(&pair, secret);
    }
    if (status == REEVE_OK) {
        status = reeve_buffer_append_cstr(line, "Authorization: Basic ");
    }
    if (status == REEVE_OK) {
        status = reeve_base64_encode(reeve_buffer_view(&pair), line);
    }
    wipe_buffer(&pair);
    return status;
}

static enum reeve_status write_line(const struct reeve_http_system *system,
                                    struct reeve_bytes secret, struct reeve_buffer *line)
{
    if (!is_one_line(secret)) {
        return REEVE_INVALID;
    }
    if (system->auth == REEVE_HTTP_AUTH_BASIC) {
        return write_basic(system->auth_name, secret, line);
    }
    if (system->auth == REEVE_HTTP_AUTH_HEADER) {
        REEVE_TRY(reeve_buffer_append_format(line, "%s: ", system->auth_name));
    } else {
        REEVE_TRY(reeve_buffer_append_cstr(line, "Authorization: Bearer "));
    }
    return reeve_buffer_append(line, secret);
}

enum reeve_status reeve_http_auth_line(const struct reeve_http_system *system,
                                       struct reeve_secret_registry *secrets,
                                       struct reeve_secret *line,
                                       struct reeve_secret_problem *problem)
{
    struct reeve_secret_value value;
    struct reeve_buffer text;

    problem->text[0] = '\0';
    reeve_secret_value_init(&value);
    reeve_buffer_init(&text, NULL, LINE_MAX_BYTES);
    /* All memory at once: a buffer that grows would leave unwiped copies behind. */
    enum reeve_status status = reeve_buffer_reserve(&text, LINE_MAX_BYTES);
    if (status == REEVE_OK) {
        status = reeve_secret_registry_fetch(secrets, reeve_bytes_cstr(system->auth_secret), &value,
                                             problem);
    }
    if (status == REEVE_OK) {
        status = write_line(system, reeve_secret_view(&value.secret), &text);
    }
    if (status == REEVE_OK) {
        status = reeve_buffer_append_byte(&text, 0);
    }
    if (status == REEVE_OK) {
        status = reeve_secret_set(line, reeve_buffer_view(&text));
    }
    wipe_buffer(&text);
    reeve_secret_value_clear(&value);
    return status;
}
