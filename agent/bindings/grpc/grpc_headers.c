/* SPDX-License-Identifier: Apache-2.0 */
/* Metadata with credentials: see grpc_headers.h. Every buffer that held one is wiped. */
#include "agent/bindings/grpc/grpc_headers.h"

#define VALUE_MAX 8192u
#define OWN_HEADERS 2u /* idempotency key, credential */

void reeve_grpc_headers_init(struct reeve_grpc_headers *headers)
{
    headers->list = NULL;
    headers->count = 0;
    headers->version = 0;
    reeve_secret_init(&headers->credential);
}

void reeve_grpc_headers_clear(struct reeve_grpc_headers *headers)
{
    headers->list = NULL;
    headers->count = 0;
    reeve_secret_clear(&headers->credential);
}

static enum reeve_status write_credential(const struct reeve_grpc_system *system,
                                          struct reeve_bytes secret, struct reeve_secret *out)
{
    struct reeve_buffer text;

    reeve_buffer_init(&text, NULL, VALUE_MAX);
    /* All memory at once: a buffer that grows would leave unwiped copies behind. */
    enum reeve_status status = reeve_buffer_reserve(&text, VALUE_MAX);
    if (status == REEVE_OK && system->auth == REEVE_GRPC_AUTH_BEARER) {
        status = reeve_buffer_append_cstr(&text, "Bearer ");
    }
    if (status == REEVE_OK) {
        status = reeve_buffer_append(&text, secret);
    }
    if (status == REEVE_OK) {
        status = reeve_secret_set(out, reeve_buffer_view(&text));
    }
    reeve_buffer_wipe(&text);
    return status;
}

static enum reeve_status fetch(struct reeve_grpc_headers *headers,
                               const struct reeve_grpc_system *system,
                               struct reeve_secret_registry *secrets,
                               struct reeve_secret_problem *problem)
{
    struct reeve_secret_value value;

    reeve_secret_value_init(&value);
    enum reeve_status status = reeve_secret_registry_fetch(
        secrets, reeve_bytes_cstr(system->auth_secret), &value, problem);
    if (status == REEVE_OK) {
        headers->version = value.version;
        status = write_credential(system, reeve_secret_view(&value.secret), &headers->credential);
    }
    reeve_secret_value_clear(&value);
    return status;
}

static enum reeve_status add_credential(struct reeve_grpc_headers *headers,
                                        const struct reeve_grpc_system *system,
                                        struct reeve_secret_registry *secrets,
                                        struct reeve_secret_problem *problem)
{
    problem->text[0] = '\0';
    if (system->auth == REEVE_GRPC_AUTH_NONE) {
        return REEVE_OK;
    }
    enum reeve_status status = fetch(headers, system, secrets, problem);
    if (status == REEVE_LIMIT) {
        reeve_format_cut(problem->text, sizeof(problem->text),
                         "secret %s is too long for metadata: at most 8 KiB", system->auth_secret);
    }
    if (status != REEVE_OK) {
        return status == REEVE_NO_MEMORY ? status : REEVE_CREDENTIAL_UNAVAILABLE;
    }
    const struct reeve_rpc_metadata header = {
        system->auth == REEVE_GRPC_AUTH_BEARER ? "authorization" : system->auth_name,
        reeve_secret_view(&headers->credential)};
    if (!reeve_rpc_metadata_is_legal(&header)) {
        reeve_format_cut(problem->text, sizeof(problem->text),
                         "secret %s holds a character that metadata cannot have: printable ASCII",
                         system->auth_secret);
        return REEVE_CREDENTIAL_UNAVAILABLE;
    }
    headers->list[headers->count++] = header;
    return REEVE_OK;
}

enum reeve_status reeve_grpc_headers_fill(struct reeve_grpc_headers *headers,
                                          const struct reeve_grpc_system *system,
                                          const struct reeve_work *work,
                                          struct reeve_secret_registry *secrets,
                                          struct reeve_secret_problem *problem)
{
    problem->text[0] = '\0';
    headers->count = 0;
    if (headers->list == NULL) {
        headers->list = reeve_arena_alloc_array(work->arena, system->headers_count + OWN_HEADERS,
                                                sizeof(*headers->list));
    }
    if (headers->list == NULL) {
        return REEVE_NO_MEMORY;
    }
    for (size_t i = 0; i < system->headers_count; i++) {
        headers->list[headers->count++] = (struct reeve_rpc_metadata){
            system->headers[i].name, reeve_bytes_cstr(system->headers[i].value)};
    }
    if (work->task->idempotency != REEVE_NO_SIDE_EFFECTS) {
        reeve_id_format(work->job_id, headers->key);
        headers->list[headers->count++] =
            (struct reeve_rpc_metadata){REEVE_GRPC_IDEMPOTENCY_KEY, reeve_bytes_cstr(headers->key)};
    }
    return add_credential(headers, system, secrets, problem);
}
