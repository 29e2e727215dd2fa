/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a repeated field holds a value twice. */
#ifndef REEVE_PROTO_RUNTIME_UNIQUE_H
#define REEVE_PROTO_RUNTIME_UNIQUE_H

#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* OK, CONSTRAINT, NO_MEMORY (long lists are sorted on the heap). A NaN equals nothing; messages are
 * not compared. */
enum reeve_status reeve_check_unique(const struct reeve_field *field,
                                     const void *message) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
