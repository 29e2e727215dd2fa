/* SPDX-License-Identifier: Apache-2.0 */
/* All message and enum types that a message reaches, each once, map entries left out. */
#ifndef REEVE_PROTO_RUNTIME_TYPE_SET_H
#define REEVE_PROTO_RUNTIME_TYPE_SET_H

#include "agent/base/alloc.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_type_set {
    const struct reeve_allocator *allocator;
    const void **messages; /* struct reeve_message */
    size_t messages_count;
    size_t messages_capacity;
    const void **enums; /* struct reeve_enum */
    size_t enums_count;
    size_t enums_capacity;
};

void reeve_type_set_init(struct reeve_type_set *set, const struct reeve_allocator *allocator);
void reeve_type_set_clear(struct reeve_type_set *set);

/* Adds `m` and what it reaches; well-known types count as reaching nothing. NO_MEMORY; INVALID when
 * a message field has no table. */
enum reeve_status reeve_type_set_add(struct reeve_type_set *set,
                                     const struct reeve_message *m) REEVE_MUST_CHECK;

/* Orders both lists by full name. */
void reeve_type_set_sort(struct reeve_type_set *set);

#ifdef __cplusplus
}
#endif
#endif
