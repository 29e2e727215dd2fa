/* SPDX-License-Identifier: Apache-2.0 */
/* Views of bytes, bounded copies, fixed-width integers and formatting into a fixed buffer. */
#include "agent/base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct reeve_bytes reeve_bytes_of(const void *data, size_t len)
{
    struct reeve_bytes b = {data, len};
    return b;
}

struct reeve_bytes reeve_bytes_cstr(const char *text)
{
    return reeve_bytes_of(text, text != NULL ? strlen(text) : 0);
}

struct reeve_bytes reeve_bytes_slice(struct reeve_bytes b, size_t from, size_t len)
{
    if (from >= b.len) {
        return reeve_bytes_of(NULL, 0);
    }
    size_t rest = b.len - from;
    return reeve_bytes_of(b.data + from, len < rest ? len : rest);
}

bool reeve_bytes_equal(struct reeve_bytes a, struct reeve_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool reeve_bytes_equal_cstr(struct reeve_bytes a, const char *text)
{
    return reeve_bytes_equal(a, reeve_bytes_cstr(text));
}

int reeve_bytes_compare(struct reeve_bytes a, struct reeve_bytes b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common != 0 ? memcmp(a.data, b.data, common) : 0;
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

bool reeve_bytes_starts_with(struct reeve_bytes b, struct reeve_bytes prefix)
{
    return b.len >= prefix.len && reeve_bytes_equal(reeve_bytes_slice(b, 0, prefix.len), prefix);
}

size_t reeve_bytes_find(struct reeve_bytes b, struct reeve_bytes needle)
{
    if (needle.len == 0) {
        return 0;
    }
    if (needle.len > b.len) {
        return SIZE_MAX;
    }
    const uint8_t *found = memmem(b.data, b.len, needle.data, needle.len);
    return found != NULL ? (size_t)(found - b.data) : SIZE_MAX;
}

bool reeve_bytes_contains(struct reeve_bytes b, struct reeve_bytes needle)
{
    return reeve_bytes_find(b, needle) != SIZE_MAX;
}

bool reeve_bytes_contains_cstr(struct reeve_bytes b, const char *text)
{
    return reeve_bytes_contains(b, reeve_bytes_cstr(text));
}

bool reeve_bytes_is_zero(struct reeve_bytes b)
{
    /* The first is zero and each equals its neighbour. */
    return b.len == 0 || (b.data[0] == 0 && memcmp(b.data, b.data + 1, b.len - 1) == 0);
}

enum reeve_status reeve_copy(void *to, size_t capacity, struct reeve_bytes from)
{
    if (from.len > capacity) {
        return REEVE_TOO_LARGE;
    }
    if (from.len != 0) {
        memcpy(to, from.data, from.len);
    }
    return REEVE_OK;
}

void reeve_zero(void *to, size_t len)
{
    if (len != 0) {
        memset(to, 0, len);
    }
}

void reeve_move(void *to, const void *from, size_t len)
{
    if (len != 0) {
        memmove(to, from, len);
    }
}

void reeve_store_le32(uint8_t *to, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++) {
        to[i] = (uint8_t)(v >> (8 * i));
    }
}

void reeve_store_le64(uint8_t *to, uint64_t v)
{
    for (unsigned i = 0; i < 8; i++) {
        to[i] = (uint8_t)(v >> (8 * i));
    }
}

void reeve_store_be64(uint8_t *to, uint64_t v)
{
    for (unsigned i = 0; i < 8; i++) {
        to[7 - i] = (uint8_t)(v >> (8 * i));
    }
}

uint32_t reeve_load_le32(const uint8_t *from)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < 4; i++) {
        v |= (uint32_t)from[i] << (8 * i);
    }
    return v;
}

uint64_t reeve_load_be64(const uint8_t *from)
{
    uint64_t v = 0;
    for (unsigned i = 0; i < 8; i++) {
        v |= (uint64_t)from[7 - i] << (8 * i);
    }
    return v;
}

enum reeve_status reeve_format_list(char *out, size_t size, const char *format, va_list arguments)
{
    int written = vsnprintf(out, size, format, arguments);
    if (written < 0) {
        return REEVE_INTERNAL;
    }
    return (size_t)written < size ? REEVE_OK : REEVE_TOO_LARGE;
}

enum reeve_status reeve_format(char *out, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    enum reeve_status status = reeve_format_list(out, size, format, arguments);
    va_end(arguments);
    return status;
}

void reeve_format_list_cut(char *out, size_t size, const char *format, va_list arguments)
{
    const enum reeve_status status = reeve_format_list(out, size, format, arguments);
    if (status == REEVE_INTERNAL && size > 0) {
        out[0] = '\0';
    }
}

void reeve_format_cut(char *out, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    reeve_format_list_cut(out, size, format, arguments);
    va_end(arguments);
}
