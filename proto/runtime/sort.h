/* SPDX-License-Identifier: Apache-2.0 */
/* A stable sort of pointers that takes n log n comparisons whatever a peer sent, and no memory but
 * the caller's. */
#ifndef REEVE_PROTO_RUNTIME_SORT_H
#define REEVE_PROTO_RUNTIME_SORT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int (*reeve_compare)(const void *a, const void *b, const void *ctx);

/* `scratch` has room for `count` pointers too. */
void reeve_sort(const void **items, const void **scratch, size_t count, reeve_compare compare,
                const void *ctx);

#ifdef __cplusplus
}
#endif
#endif
