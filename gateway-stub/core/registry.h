/* SPDX-License-Identifier: Apache-2.0 */
/* Tenants, tasks, versions, queues. */
#ifndef REEVE_GATEWAY_STUB_CORE_REGISTRY_H
#define REEVE_GATEWAY_STUB_CORE_REGISTRY_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Finds or makes. NULL: no memory. */
struct reeve_tenant *reeve_tenant_of(struct reeve_gateway *g, struct reeve_bytes name);

/* NULL: not registered. */
struct reeve_task_versions *reeve_registry_task(struct reeve_gateway *g,
                                                const struct reeve_tenant *tenant,
                                                struct reeve_bytes task);
struct reeve_version *reeve_registry_version(struct reeve_task_versions *task,
                                             const struct reeve_digest *fingerprint);
struct reeve_version *reeve_registry_newest(struct reeve_task_versions *task);
/* Takes a version over that is stored; one that is there already stays. INVALID: the entry does not
 * decode. LIMIT, NO_MEMORY. */
enum reeve_status reeve_registry_add(struct reeve_gateway *g, struct reeve_tenant *tenant,
                                     const struct reeve_store_task *task) REEVE_MUST_CHECK;

/* Finds or makes. NULL: no memory. */
struct reeve_queue *reeve_queue_of(struct reeve_gateway *g, struct reeve_version *version,
                                   struct reeve_bytes pool);

#ifdef __cplusplus
}
#endif
#endif
