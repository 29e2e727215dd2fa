/* SPDX-License-Identifier: Apache-2.0 */
/* Making and freeing store requests. */
#include "gateway-stub/store/request.h"

#define DEFAULT_MAX_BYTES ((size_t)64 * 1024 * 1024)
#define BLOCK_BYTES 1024u

struct reeve_store_request *reeve_store_request_new(const struct reeve_allocator *a,
                                                    enum reeve_store_kind kind, size_t max_bytes)
{
    struct reeve_store_request *request = reeve_alloc(a, sizeof(*request));
    if (request == NULL) {
        return NULL;
    }
    request->kind = kind;
    reeve_arena_init(&request->arena, a, max_bytes == 0 ? DEFAULT_MAX_BYTES : max_bytes,
                     BLOCK_BYTES);
    return request;
}

void reeve_store_request_free(struct reeve_store_request *request)
{
    if (request == NULL) {
        return;
    }
    const struct reeve_allocator *a = request->arena.allocator;
    reeve_arena_clear(&request->arena);
    reeve_free(a, request, sizeof(*request));
}

bool reeve_store_request_is_query(const struct reeve_store_request *request)
{
    return request->kind >= REEVE_STORE_FIRST_QUERY;
}
