/* SPDX-License-Identifier: Apache-2.0 */
/* The grpc binding's object: see grpc_binding.h. */
#include "agent/bindings/grpc/grpc_binding.h"

#include "agent/bindings/grpc/grpc_call.h"

#define SYSTEM_MEMORY ((size_t)1024 * 1024)

static enum reeve_status explain(struct reeve_binding *binding, const struct reeve_task *task,
                                 const void *request, struct reeve_arena *arena,
                                 struct reeve_buffer *text)
{
    const struct reeve_grpc_binding *self = REEVE_OWNER(binding, struct reeve_grpc_binding, base);

    return reeve_grpc_explain(&self->system, task, request, arena, text);
}

static void free_binding(struct reeve_binding *binding)
{
    struct reeve_grpc_binding *self = REEVE_OWNER(binding, struct reeve_grpc_binding, base);

    reeve_grpc_dialer_free(self->dialer);
    (void)pthread_mutex_destroy(&self->lock);
    reeve_arena_clear(&self->memory);
    reeve_free(NULL, self, sizeof(*self));
}

static const struct reeve_binding_vtable GRPC_VTABLE = {
    .name = "grpc",
    .start = reeve_grpc_call_start,
    .cancel = reeve_grpc_call_cancel,
    .resume = reeve_grpc_call_resume,
    .explain = explain,
    .free = free_binding,
};

enum reeve_status reeve_grpc_binding_new(const struct reeve_grpc_system *system,
                                         struct reeve_rpc_client *client, struct reeve_pool *pool,
                                         struct reeve_secret_registry *secrets,
                                         struct reeve_binding **out)
{
    struct reeve_grpc_binding *self = reeve_alloc(NULL, sizeof(*self));

    *out = NULL;
    if (self == NULL) {
        return REEVE_NO_MEMORY;
    }
    self->base.vtable = &GRPC_VTABLE;
    self->client = client;
    self->pool = pool;
    self->secrets = secrets;
    (void)pthread_mutex_init(&self->lock, NULL);
    reeve_arena_init(&self->memory, NULL, SYSTEM_MEMORY, 0);
    enum reeve_status status = reeve_grpc_system_copy(system, &self->memory, &self->system);
    if (status == REEVE_OK) {
        status = reeve_grpc_dialer_new(&self->system, reeve_rpc_client_loop(client), secrets,
                                       &self->dialer);
    }
    if (status != REEVE_OK) {
        free_binding(&self->base);
        return status;
    }
    *out = &self->base;
    return REEVE_OK;
}
