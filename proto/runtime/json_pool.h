/* SPDX-License-Identifier: Apache-2.0 */
/* The memory that yajl works in. yajl does not notice when an allocation fails, so what it can need
 * for a text is there beforehand, in one piece: its buffers hold one token at a time. Texts with
 * ordinary tokens need no memory but the pool itself, which lives on its user's stack. */
#ifndef REEVE_PROTO_RUNTIME_JSON_POOL_H
#define REEVE_PROTO_RUNTIME_JSON_POOL_H

#include <stdalign.h>
#include <yajl/yajl_common.h>

#include "agent/base/alloc.h"
#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_JSON_POOL_OWN ((size_t)16 * 1024)

/* Not moved between init and clear. */
struct reeve_json_pool {
    const struct reeve_allocator *allocator;
    uint8_t *memory; /* `own`, or taken from the allocator */
    size_t size;
    size_t used;
    alignas(16) uint8_t own[REEVE_JSON_POOL_OWN];
};

/* Its memory is not zeroed. NO_MEMORY. */
enum reeve_status reeve_json_pool_init(struct reeve_json_pool *pool,
                                       const struct reeve_allocator *allocator,
                                       struct reeve_bytes json) REEVE_MUST_CHECK;
void reeve_json_pool_clear(struct reeve_json_pool *pool);
/* Valid while the pool is. */
yajl_alloc_funcs reeve_json_pool_functions(struct reeve_json_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
