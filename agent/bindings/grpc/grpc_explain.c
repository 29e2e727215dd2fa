/* SPDX-License-Identifier: Apache-2.0 */
/* What a call would be, as text for people: nothing is dialled, no credential is fetched. */
#include "agent/bindings/grpc/grpc_call.h"

static enum reeve_status write_place(const struct reeve_grpc_system *system,
                                     struct reeve_buffer *text)
{
    if (system->unix_socket != NULL) {
        REEVE_TRY(reeve_buffer_append_format(text, "  target    unix:%s", system->unix_socket));
    } else {
        REEVE_TRY(reeve_buffer_append_format(text, "  target    %s", system->target));
    }
    if (system->plaintext) {
        return reeve_buffer_append_cstr(text, ", no TLS\n");
    }
    REEVE_TRY(reeve_buffer_append_format(text, ", TLS, believing %s", system->ca_file));
    if (system->server_name != NULL) {
        REEVE_TRY(reeve_buffer_append_format(text, " for %s", system->server_name));
    }
    if (system->certificate_file != NULL) {
        REEVE_TRY(reeve_buffer_append_format(text, ", showing %s", system->certificate_file));
    }
    return reeve_buffer_append_byte(text, '\n');
}

static enum reeve_status write_metadata(const struct reeve_grpc_system *system,
                                        const struct reeve_task *task, struct reeve_buffer *text)
{
    for (size_t i = 0; i < system->headers_count; i++) {
        REEVE_TRY(reeve_buffer_append_format(text, "  metadata  %s: %s\n", system->headers[i].name,
                                             system->headers[i].value));
    }
    if (task->idempotency != REEVE_NO_SIDE_EFFECTS) {
        REEVE_TRY(reeve_buffer_append_cstr(text, "  metadata  " REEVE_GRPC_IDEMPOTENCY_KEY
                                                 ": (the job's id)\n"));
    }
    if (system->auth == REEVE_GRPC_AUTH_NONE) {
        return REEVE_OK;
    }
    return reeve_buffer_append_format(
        text, "  metadata  %s: %s(secret %s)\n",
        system->auth == REEVE_GRPC_AUTH_BEARER ? "authorization" : system->auth_name,
        system->auth == REEVE_GRPC_AUTH_BEARER ? "Bearer " : "", system->auth_secret);
}

enum reeve_status reeve_grpc_explain(const struct reeve_grpc_system *system,
                                     const struct reeve_task *task, const void *request,
                                     struct reeve_arena *arena, struct reeve_buffer *text)
{
    const struct reeve_json_options options = {.indent = 2, .mask_sensitive = true};

    (void)arena;
    REEVE_TRY(reeve_buffer_append_format(text, "call /%s%s\n", task->name,
                                         task->server_streaming ? ", a stream of answers" : ""));
    REEVE_TRY(write_place(system, text));
    REEVE_TRY(write_metadata(system, task, text));
    REEVE_TRY(reeve_buffer_append_format(text,
                                         "  deadline  %llu ms, or what is left of the job's\n",
                                         (unsigned long long)task->timeout_ms));
    if (task->idempotency != REEVE_NOT_IDEMPOTENT) {
        REEVE_TRY(reeve_buffer_append_format(text, "  attempts  up to %u\n", system->max_attempts));
    }
    REEVE_TRY(reeve_buffer_append_format(text, "request, a %s of %zu bytes:\n", task->input->name,
                                         reeve_message_encoded_size(task->input, request)));
    REEVE_TRY(reeve_message_to_json(task->input, request, &options, text));
    return reeve_buffer_append_byte(text, '\n');
}
