/* SPDX-License-Identifier: Apache-2.0 */
/* A hash map from bytes to pointers with a bound, SipHash-keyed so that peers cannot choose
 * collisions. Keys are borrowed: they must live inside the value they lead to. */
#ifndef REEVE_AGENT_BASE_MAP_H
#define REEVE_AGENT_BASE_MAP_H

#include "agent/base/alloc.h"
#include "agent/base/bytes.h"
#include "agent/base/random.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_map;

/* NULL when memory is short. `max` entries at most. */
struct reeve_map *reeve_map_new(const struct reeve_allocator *a, const struct reeve_random *random,
                                size_t max);
void reeve_map_free(struct reeve_map *m); /* NULL is fine; values are the caller's */
size_t reeve_map_count(const struct reeve_map *m);
void *reeve_map_get(const struct reeve_map *m, struct reeve_bytes key); /* NULL: not there */
/* EXISTS, LIMIT, NO_MEMORY. */
enum reeve_status reeve_map_put(struct reeve_map *m, struct reeve_bytes key,
                                void *value) REEVE_MUST_CHECK;
void *reeve_map_remove(struct reeve_map *m, struct reeve_bytes key); /* the value, or NULL */
/* Iterates in no particular order: *cursor starts at 0; NULL at the end. Removing the entry just
 * returned is allowed, adding is not. */
void *reeve_map_next(const struct reeve_map *m, size_t *cursor);

#ifdef __cplusplus
}
#endif
#endif
