/* SPDX-License-Identifier: Apache-2.0 */
/* An owned, growing byte buffer with a hard maximum: the place where bytes are put together.
 *
 *   struct reeve_buffer b;
 *   reeve_buffer_init(&b, NULL, 64 * 1024);      // heap, at most 64 KiB
 *   … reeve_buffer_append(&b, view) …
 *   reeve_buffer_clear(&b);                      // frees; the maximum stays
 *
 * A buffer may be moved by reeve_buffer_take(); it must not be copied by assignment. */
#ifndef REEVE_AGENT_BASE_BUFFER_H
#define REEVE_AGENT_BASE_BUFFER_H

#include "agent/base/alloc.h"
#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_buffer {
    uint8_t *data;
    size_t len;
    size_t capacity;
    size_t max;
    const struct reeve_allocator *allocator;
};

void reeve_buffer_init(struct reeve_buffer *b, const struct reeve_allocator *a, size_t max);
void reeve_buffer_clear(struct reeve_buffer *b); /* frees the memory */
/* The same behind overwriting it: for secrets. A buffer that grew left copies behind, so its memory
 * is reserved at once. */
void reeve_buffer_wipe(struct reeve_buffer *b);
void reeve_buffer_reset(struct reeve_buffer *b); /* keeps the memory, len = 0 */
struct reeve_bytes reeve_buffer_view(const struct reeve_buffer *b);
/* LIMIT when `max` would be passed, NO_MEMORY; the buffer is unchanged then. */
enum reeve_status reeve_buffer_reserve(struct reeve_buffer *b, size_t more) REEVE_MUST_CHECK;
enum reeve_status reeve_buffer_append(struct reeve_buffer *b,
                                      struct reeve_bytes bytes) REEVE_MUST_CHECK;
enum reeve_status reeve_buffer_append_byte(struct reeve_buffer *b, uint8_t byte) REEVE_MUST_CHECK;
enum reeve_status reeve_buffer_append_cstr(struct reeve_buffer *b,
                                           const char *text) REEVE_MUST_CHECK;
enum reeve_status reeve_buffer_append_format(struct reeve_buffer *b, const char *format, ...)
    REEVE_PRINTF(2, 3) REEVE_MUST_CHECK;
/* A NUL behind the content, not counted in len nor in max; data is then a C string. */
enum reeve_status reeve_buffer_terminate(struct reeve_buffer *b) REEVE_MUST_CHECK;
/* Drops the first n bytes (n <= len). */
void reeve_buffer_consume(struct reeve_buffer *b, size_t n);
/* Moves the content of `from`, with its allocator, to `to` (cleared first, keeps its own maximum);
 * `from` is empty afterwards. */
void reeve_buffer_take(struct reeve_buffer *to, struct reeve_buffer *from);

#ifdef __cplusplus
}
#endif
#endif
