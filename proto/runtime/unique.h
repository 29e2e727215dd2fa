/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a repeated field holds a value twice. */
#ifndef REEVE_PROTO_RUNTIME_UNIQUE_H
#define REEVE_PROTO_RUNTIME_UNIQUE_H

#include "agent/base/alloc.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* OK, CONSTRAINT, NO_MEMORY (the list is sorted in memory of the allocator; NULL: the heap). A NaN
 * equals nothing. Wrappers are compared by what is in them; the rule stands on no other messages.
 */
enum reeve_status reeve_check_unique(const struct reeve_field *field, const void *message,
                                     const struct reeve_allocator *allocator) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
