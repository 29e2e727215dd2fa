/* SPDX-License-Identifier: Apache-2.0 */
/* The registry in memory: small, read on every submit and Hello, bounded by max_task_versions. */
#include "gateway-stub/core/registry.h"

#include "gateway-stub/core/queue.h"

#include "gateway-stub/core/task_entry.h"

struct reeve_tenant *reeve_tenant_of(struct reeve_gateway *g, struct reeve_bytes name)
{
    for (struct reeve_list_node *n = reeve_list_front(&g->tenants); n != NULL;
         n = reeve_list_next(&g->tenants, n)) {
        struct reeve_tenant *tenant = REEVE_OWNER(n, struct reeve_tenant, node);
        if (reeve_bytes_equal(tenant->name, name)) {
            return tenant;
        }
    }
    struct reeve_tenant *tenant = reeve_arena_alloc(&g->arena, sizeof(*tenant));
    if (tenant == NULL || reeve_arena_dup(&g->arena, name, &tenant->name) != REEVE_OK) {
        return NULL;
    }
    tenant->chain_id = reeve_store_own_chain_id(g->gateway_id, name);
    reeve_list_push_back(&g->tenants, &tenant->node);
    return tenant;
}

#define KEY_BYTES 512u

/* "tenant NUL task" in the caller's memory; false when it cannot be a key. */
static bool make_key(const struct reeve_tenant *tenant, struct reeve_bytes task,
                     uint8_t key[KEY_BYTES], struct reeve_bytes *out)
{
    size_t len = tenant->name.len + 1 + task.len;
    if (task.len > 255 || len > KEY_BYTES) {
        return false;
    }
    reeve_move(key, tenant->name.data, tenant->name.len);
    key[tenant->name.len] = 0;
    reeve_move(key + tenant->name.len + 1, task.data, task.len);
    *out = reeve_bytes_of(key, len);
    return true;
}

struct reeve_task_versions *reeve_registry_task(struct reeve_gateway *g,
                                                const struct reeve_tenant *tenant,
                                                struct reeve_bytes task)
{
    uint8_t memory[KEY_BYTES];
    struct reeve_bytes key;
    return make_key(tenant, task, memory, &key) ? reeve_map_get(g->tasks, key) : NULL;
}

struct reeve_version *reeve_registry_version(struct reeve_task_versions *task,
                                             const struct reeve_digest *fingerprint)
{
    for (struct reeve_list_node *n = reeve_list_front(&task->versions); n != NULL;
         n = reeve_list_next(&task->versions, n)) {
        struct reeve_version *version = REEVE_OWNER(n, struct reeve_version, node);
        if (reeve_digest_equal(version->fingerprint, *fingerprint)) {
            return version;
        }
    }
    return NULL;
}

struct reeve_version *reeve_registry_newest(struct reeve_task_versions *task)
{
    struct reeve_list_node *last = task->versions.root.prev;
    return reeve_list_empty(&task->versions) ? NULL : REEVE_OWNER(last, struct reeve_version, node);
}

static struct reeve_task_versions *task_add(struct reeve_gateway *g, struct reeve_tenant *tenant,
                                            struct reeve_bytes name)
{
    uint8_t memory[KEY_BYTES];
    struct reeve_bytes key;
    struct reeve_task_versions *task = reeve_arena_alloc(&g->arena, sizeof(*task));
    if (task == NULL || !make_key(tenant, name, memory, &key) ||
        reeve_arena_dup(&g->arena, key, &task->key) != REEVE_OK) {
        return NULL;
    }
    task->tenant = tenant;
    task->name = reeve_bytes_slice(task->key, tenant->name.len + 1, name.len);
    reeve_list_init(&task->versions);
    if (reeve_map_put(g->tasks, task->key, task) != REEVE_OK) {
        return NULL;
    }
    reeve_list_push_back(&g->tasks_list, &task->node);
    return task;
}

enum reeve_status reeve_registry_add(struct reeve_gateway *g, struct reeve_tenant *tenant,
                                     const struct reeve_store_task *stored)
{
    struct reeve_task_versions *task = reeve_registry_task(g, tenant, stored->task);
    if (task == NULL) {
        task = task_add(g, tenant, stored->task);
    }
    if (task == NULL) {
        return REEVE_NO_MEMORY;
    }
    if (reeve_registry_version(task, &stored->fingerprint) != NULL) {
        return REEVE_OK;
    }
    if (g->versions_count >= g->limits.max_task_versions) {
        return REEVE_LIMIT;
    }
    struct reeve_version *version = reeve_arena_alloc(&g->arena, sizeof(*version));
    if (version == NULL) {
        return REEVE_NO_MEMORY;
    }
    version->task = task;
    version->fingerprint = stored->fingerprint;
    version->registered_unix_ms = stored->registered_unix_ms;
    reeve_list_init(&version->queues);
    REEVE_TRY(reeve_arena_dup(&g->arena, stored->entry, &version->entry));
    REEVE_TRY(reeve_task_entry_read(version));
    reeve_list_push_back(&task->versions, &version->node);
    g->versions_count++;
    return REEVE_OK;
}

struct reeve_queue *reeve_queue_of(struct reeve_gateway *g, struct reeve_version *version,
                                   struct reeve_bytes pool)
{
    for (struct reeve_list_node *n = reeve_list_front(&version->queues); n != NULL;
         n = reeve_list_next(&version->queues, n)) {
        struct reeve_queue *queue = REEVE_OWNER(n, struct reeve_queue, node);
        if (reeve_bytes_equal(queue->pool, pool)) {
            return queue;
        }
    }
    struct reeve_queue *queue = reeve_arena_alloc(&g->arena, sizeof(*queue));
    if (queue == NULL || reeve_arena_dup(&g->arena, pool, &queue->pool) != REEVE_OK) {
        return NULL;
    }
    queue->version = version;
    reeve_queue_init(queue);
    reeve_list_push_back(&version->queues, &queue->node);
    return queue;
}
