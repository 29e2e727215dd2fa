/* SPDX-License-Identifier: Apache-2.0 */
/* A bump allocator of known need. yajl 2.1 holds: its handle and lexer (a few hundred bytes), a
 * byte per open container (the mapper stops it at a few hundred), and two buffers that start at
 * 2 KiB and double until the longest token fits. Doubling from scratch writes less than four times
 * the token; nothing is given back. Without a long token that is 5 KiB. */
#include "proto/runtime/json_pool.h"

#include <stdalign.h>

#define POOL_BASE ((size_t)8 * 1024)
#define POOL_PER_TOKEN_BYTE ((size_t)8)

static bool ends_token(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':' || c == '{' ||
           c == '}' || c == '[' || c == ']';
}

/* The end of the string whose opening quote is at `at`. */
static size_t string_end(struct reeve_bytes json, size_t at)
{
    for (at++; at < json.len && json.data[at] != '"'; at++) {
        at += json.data[at] == '\\';
    }
    return at < json.len ? at + 1 : json.len;
}

static size_t token_end(struct reeve_bytes json, size_t at)
{
    if (json.data[at] == '"') {
        return string_end(json, at);
    }
    while (at < json.len && json.data[at] != '"' && !ends_token(json.data[at])) {
        at++;
    }
    return at;
}

/* Not sought in a text that is itself so short that the pool's own memory is enough. */
static size_t longest_token(struct reeve_bytes json)
{
    size_t longest = 0;
    if (json.len <= (REEVE_JSON_POOL_OWN - POOL_BASE) / POOL_PER_TOKEN_BYTE) {
        return json.len;
    }
    for (size_t i = 0; i < json.len;) {
        const size_t end = token_end(json, i);
        if (end - i > longest) {
            longest = end - i;
        }
        i = end > i ? end : i + 1;
    }
    return longest;
}

enum reeve_status reeve_json_pool_init(struct reeve_json_pool *pool,
                                       const struct reeve_allocator *allocator,
                                       struct reeve_bytes json)
{
    size_t size;
    if (__builtin_mul_overflow(longest_token(json), POOL_PER_TOKEN_BYTE, &size) ||
        __builtin_add_overflow(size, POOL_BASE, &size)) {
        return REEVE_NO_MEMORY;
    }
    void *memory = pool->own;
    if (size > sizeof(pool->own)) {
        memory = NULL;
        REEVE_TRY(reeve_realloc_array(allocator, &memory, 0, size, 1));
    }
    pool->allocator = allocator;
    pool->memory = memory;
    pool->size = size;
    pool->used = 0;
    return REEVE_OK;
}

void reeve_json_pool_clear(struct reeve_json_pool *pool)
{
    if (pool->memory != pool->own) {
        reeve_free(pool->allocator, pool->memory, pool->size);
    }
    pool->memory = NULL;
}

/* Each piece has its size in front, so that realloc knows what to copy. */
#define PIECE_HEADER alignof(max_align_t)

static void *take(void *ctx, size_t size)
{
    struct reeve_json_pool *pool = ctx;
    const size_t left = pool->size - pool->used;
    if (size > left || left - size < 2 * PIECE_HEADER) {
        return NULL;
    }
    uint8_t *piece = pool->memory + pool->used;
    *(size_t *)(void *)piece = size;
    pool->used += PIECE_HEADER + (size + PIECE_HEADER - 1) / PIECE_HEADER * PIECE_HEADER;
    return piece + PIECE_HEADER;
}

static void *resize(void *ctx, void *old, size_t size)
{
    void *piece = take(ctx, size);
    if (old == NULL || piece == NULL) {
        return piece;
    }
    const size_t old_size = *(size_t *)(void *)((uint8_t *)old - PIECE_HEADER);
    reeve_move(piece, old, old_size < size ? old_size : size);
    return piece;
}

static void give_back(void *ctx, void *piece)
{
    (void)ctx;
    (void)piece;
}

yajl_alloc_funcs reeve_json_pool_functions(struct reeve_json_pool *pool)
{
    const yajl_alloc_funcs functions = {
        .malloc = take, .realloc = resize, .free = give_back, .ctx = pool};
    return functions;
}
