/* SPDX-License-Identifier: Apache-2.0 */
/* The growing byte buffer: doubling, up to its maximum. */
#include "agent/base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/secret.h"

enum { SMALLEST_CAPACITY = 64 };

void reeve_buffer_init(struct reeve_buffer *b, const struct reeve_allocator *a, size_t max)
{
    b->data = NULL;
    b->len = 0;
    b->capacity = 0;
    b->max = max;
    b->allocator = a;
}

void reeve_buffer_clear(struct reeve_buffer *b)
{
    reeve_free(b->allocator, b->data, b->capacity);
    reeve_buffer_init(b, b->allocator, b->max);
}

void reeve_buffer_wipe(struct reeve_buffer *b)
{
    reeve_wipe(b->data, b->capacity);
    reeve_buffer_clear(b);
}

void reeve_buffer_reset(struct reeve_buffer *b)
{
    b->len = 0;
}

struct reeve_bytes reeve_buffer_view(const struct reeve_buffer *b)
{
    return reeve_bytes_of(b->data, b->len);
}

/* Twice what there is, so that appending costs a constant per byte, within [need, ceiling]. */
static size_t next_capacity(const struct reeve_buffer *b, size_t need, size_t ceiling)
{
    size_t twice = b->capacity > ceiling / 2 ? ceiling : b->capacity * 2;
    if (twice < SMALLEST_CAPACITY) {
        twice = SMALLEST_CAPACITY < ceiling ? SMALLEST_CAPACITY : ceiling;
    }
    return twice > need ? twice : need;
}

/* Room for `need` bytes in all; `need` is within the caller's bound `ceiling`. */
static enum reeve_status grow(struct reeve_buffer *b, size_t need, size_t ceiling)
{
    if (need <= b->capacity) {
        return REEVE_OK;
    }
    size_t capacity = next_capacity(b, need, ceiling);
    void *data = b->data;
    REEVE_TRY(reeve_realloc_array(b->allocator, &data, b->capacity, capacity, 1));
    b->data = data;
    b->capacity = capacity;
    return REEVE_OK;
}

/* Content taken over from another buffer may be longer than this one's maximum. */
static bool fits(const struct reeve_buffer *b, size_t more)
{
    return more == 0 || (b->len <= b->max && more <= b->max - b->len);
}

enum reeve_status reeve_buffer_reserve(struct reeve_buffer *b, size_t more)
{
    if (!fits(b, more)) {
        return REEVE_LIMIT;
    }
    return grow(b, b->len + more, b->max);
}

enum reeve_status reeve_buffer_append(struct reeve_buffer *b, struct reeve_bytes bytes)
{
    if (bytes.len == 0) {
        return REEVE_OK;
    }
    REEVE_TRY(reeve_buffer_reserve(b, bytes.len));
    memcpy(b->data + b->len, bytes.data, bytes.len);
    b->len += bytes.len;
    return REEVE_OK;
}

enum reeve_status reeve_buffer_append_byte(struct reeve_buffer *b, uint8_t byte)
{
    return reeve_buffer_append(b, reeve_bytes_of(&byte, 1));
}

enum reeve_status reeve_buffer_append_cstr(struct reeve_buffer *b, const char *text)
{
    return reeve_buffer_append(b, reeve_bytes_cstr(text));
}

/* Room for a NUL behind `len` bytes; it may lie one byte above the maximum. */
static enum reeve_status reserve_terminated(struct reeve_buffer *b, size_t len)
{
    if (len == SIZE_MAX) {
        return REEVE_LIMIT;
    }
    return grow(b, len + 1, len + 1 > b->max ? len + 1 : b->max);
}

enum reeve_status reeve_buffer_append_format(struct reeve_buffer *b, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        return REEVE_INTERNAL;
    }
    size_t more = (size_t)length;
    if (!fits(b, more)) {
        return REEVE_LIMIT;
    }
    REEVE_TRY(reserve_terminated(b, b->len + more));
    va_start(arguments, format);
    length = vsnprintf((char *)b->data + b->len, more + 1, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length != more) {
        return REEVE_INTERNAL;
    }
    b->len += more;
    return REEVE_OK;
}

enum reeve_status reeve_buffer_terminate(struct reeve_buffer *b)
{
    REEVE_TRY(reserve_terminated(b, b->len));
    b->data[b->len] = 0;
    return REEVE_OK;
}

void reeve_buffer_consume(struct reeve_buffer *b, size_t n)
{
    size_t gone = n < b->len ? n : b->len;
    reeve_move(b->data, b->data + gone, b->len - gone);
    b->len -= gone;
}

void reeve_buffer_take(struct reeve_buffer *to, struct reeve_buffer *from)
{
    if (to == from) {
        return;
    }
    reeve_buffer_clear(to);
    to->data = from->data;
    to->len = from->len;
    to->capacity = from->capacity;
    to->allocator = from->allocator;
    reeve_buffer_init(from, from->allocator, from->max);
}
