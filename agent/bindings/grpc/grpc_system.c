/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of a system's description: see grpc_system.h. */
#include "agent/bindings/grpc/grpc_system.h"

#include "agent/base/buffer.h"
#include "agent/bindings/kept_text.h"

#define MAX_RESPONSE ((size_t)1024 * 1024)
#define MAX_ATTEMPTS 3u
#define CONNECT_TIMEOUT_MS 10000u

static bool is_whole(const struct reeve_grpc_system *s)
{
    if (s->target == NULL && s->unix_socket == NULL) {
        return false;
    }
    if (!s->plaintext && s->ca_file == NULL) {
        return false;
    }
    if ((s->certificate_file == NULL) != (s->key_file == NULL)) {
        return false;
    }
    if (s->auth == REEVE_GRPC_AUTH_HEADER && s->auth_name == NULL) {
        return false;
    }
    return s->auth == REEVE_GRPC_AUTH_NONE || s->auth_secret != NULL;
}

static bool keep_headers(const struct reeve_grpc_system *from, struct reeve_arena *memory,
                         struct reeve_grpc_system *to)
{
    bool failed = false;
    struct reeve_grpc_header *headers =
        reeve_arena_alloc_array(memory, from->headers_count + 1, sizeof(*headers));

    if (headers == NULL) {
        return false;
    }
    for (size_t i = 0; i < from->headers_count; i++) {
        headers[i] = from->headers[i];
        reeve_keep_text(memory, &headers[i].name, &failed);
        reeve_keep_text(memory, &headers[i].value, &failed);
    }
    to->headers = headers;
    return !failed;
}

enum reeve_status reeve_grpc_system_copy(const struct reeve_grpc_system *from,
                                         struct reeve_arena *memory, struct reeve_grpc_system *to)
{
    bool failed = false;

    if (!is_whole(from)) {
        return REEVE_INVALID;
    }
    *to = *from;
    const char **const texts[] = {
        &to->target,   &to->unix_socket, &to->ca_file,   &to->certificate_file,
        &to->key_file, &to->server_name, &to->auth_name, &to->auth_secret,
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        reeve_keep_text(memory, texts[i], &failed);
    }
    if (failed || !keep_headers(from, memory, to)) {
        return REEVE_NO_MEMORY;
    }
    to->max_response_bytes =
        from->max_response_bytes == 0 ? MAX_RESPONSE : from->max_response_bytes;
    to->max_attempts = from->max_attempts == 0 ? MAX_ATTEMPTS : from->max_attempts;
    to->connect_timeout_ms =
        from->connect_timeout_ms == 0 ? CONNECT_TIMEOUT_MS : from->connect_timeout_ms;
    return REEVE_OK;
}

const char *reeve_grpc_system_endpoint(const struct reeve_grpc_system *system,
                                       struct reeve_arena *arena)
{
    if (system->unix_socket == NULL) {
        return reeve_arena_strdup(arena, reeve_bytes_cstr(system->target));
    }
    size_t size = reeve_bytes_cstr(system->unix_socket).len + sizeof("unix:");
    char *text = reeve_arena_alloc(arena, size);
    if (text == NULL || reeve_format(text, size, "unix:%s", system->unix_socket) != REEVE_OK) {
        return NULL;
    }
    return text;
}
