/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of a map field: key = 1, value = 2, each key once. */
#ifndef REEVE_PROTO_RUNTIME_MAP_ENTRY_H
#define REEVE_PROTO_RUNTIME_MAP_ENTRY_H

#include "agent/base/arena.h"
#include "proto/runtime/slot.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline const struct reeve_field *reeve_map_key_field(const struct reeve_field *map)
{
    return &map->message->fields[0];
}

static inline const struct reeve_field *reeve_map_value_field(const struct reeve_field *map)
{
    return &map->message->fields[1];
}

/* Orders two entries (pointers to structs) by key; ctx is the key's field. */
int reeve_map_entry_compare(const void *a, const void *b, const void *ctx);

/* Entry i of the map. */
static inline void *reeve_map_entry_at(const struct reeve_field *map, const void *message, size_t i)
{
    return reeve_load_pointer(reeve_slot_element(map, message, i));
}

/* Keeps the last value of each key, in the place of the first. *duplicate (may be NULL) is one
 * entry whose key came before, or NULL. Scratch memory comes from the arena: NO_MEMORY. */
enum reeve_status reeve_map_unite(const struct reeve_field *map, void *message,
                                  struct reeve_arena *arena,
                                  const void **duplicate) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
