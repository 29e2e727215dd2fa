/* SPDX-License-Identifier: Apache-2.0 */
/* A borrowed view of bytes, and the few operations that may touch raw memory. Views own nothing;
 * whoever hands one out says how long it lives. */
#ifndef REEVE_AGENT_BASE_BYTES_H
#define REEVE_AGENT_BASE_BYTES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_bytes {
    const uint8_t *data; /* may be NULL when len is 0 */
    size_t len;
};

/* 16 bytes: job, plan, journal, boot and gateway ids, nonces. Copied by value. */
struct reeve_id {
    uint8_t bytes[16];
};

/* 32 bytes of SHA-256. */
struct reeve_digest {
    uint8_t bytes[32];
};

struct reeve_bytes reeve_bytes_of(const void *data, size_t len);
struct reeve_bytes reeve_bytes_cstr(const char *text); /* without the NUL; NULL gives empty */
struct reeve_bytes reeve_bytes_slice(struct reeve_bytes b, size_t from, size_t len); /* clamped */
bool reeve_bytes_equal(struct reeve_bytes a, struct reeve_bytes b);
bool reeve_bytes_equal_cstr(struct reeve_bytes a, const char *text);
int reeve_bytes_compare(struct reeve_bytes a, struct reeve_bytes b); /* as memcmp, then length */
bool reeve_bytes_starts_with(struct reeve_bytes b, struct reeve_bytes prefix);
/* Position of `needle` in `b`, or SIZE_MAX. */
size_t reeve_bytes_find(struct reeve_bytes b, struct reeve_bytes needle);
bool reeve_bytes_contains(struct reeve_bytes b, struct reeve_bytes needle);
bool reeve_bytes_contains_cstr(struct reeve_bytes b, const char *text);
bool reeve_bytes_is_utf8(struct reeve_bytes b);
bool reeve_bytes_is_zero(struct reeve_bytes b); /* every byte is 0; true when empty */

/* Bounded copies. Nothing is copied when it does not fit: TOO_LARGE. */
enum reeve_status reeve_copy(void *to, size_t capacity, struct reeve_bytes from) REEVE_MUST_CHECK;
void reeve_zero(void *to, size_t len); /* may be optimised away: not for secrets */
void reeve_move(void *to, const void *from, size_t len); /* caller has checked the bounds */

bool reeve_id_equal(struct reeve_id a, struct reeve_id b);
bool reeve_id_is_zero(struct reeve_id id);
struct reeve_bytes reeve_id_view(const struct reeve_id *id);
/* INVALID unless 16 bytes long. */
enum reeve_status reeve_id_from_bytes(struct reeve_bytes b, struct reeve_id *out) REEVE_MUST_CHECK;
#define REEVE_ID_TEXT_SIZE 37 /* canonical UUID text and NUL */
void reeve_id_format(struct reeve_id id, char out[REEVE_ID_TEXT_SIZE]);
/* SYNTAX unless it is canonical UUID text, in either case; *out is unchanged then. */
enum reeve_status reeve_id_parse(const char *text, struct reeve_id *out) REEVE_MUST_CHECK;

bool reeve_digest_equal(struct reeve_digest a, struct reeve_digest b);
struct reeve_bytes reeve_digest_view(const struct reeve_digest *d);
/* INVALID unless 32 bytes long. */
enum reeve_status reeve_digest_from_bytes(struct reeve_bytes b,
                                          struct reeve_digest *out) REEVE_MUST_CHECK;

/* Fixed-width integers at any alignment. */
void reeve_store_le32(uint8_t *to, uint32_t v);
void reeve_store_le64(uint8_t *to, uint64_t v);
void reeve_store_be64(uint8_t *to, uint64_t v);
uint32_t reeve_load_le32(const uint8_t *from);
uint64_t reeve_load_be64(const uint8_t *from);
/* Here, because scanners do it at every byte. Written out, it becomes one load. */
static inline uint64_t reeve_load_le64(const uint8_t *from)
{
    return (uint64_t)from[0] | (uint64_t)from[1] << 8 | (uint64_t)from[2] << 16 |
           (uint64_t)from[3] << 24 | (uint64_t)from[4] << 32 | (uint64_t)from[5] << 40 |
           (uint64_t)from[6] << 48 | (uint64_t)from[7] << 56;
}

/* snprintf that knows when it did not fit: TOO_LARGE, and `out` holds what fit, with NUL. */
enum reeve_status reeve_format(char *out, size_t size, const char *format, ...)
    REEVE_PRINTF(3, 4) REEVE_MUST_CHECK;
/* The same for texts that people read: what does not fit is cut, with NUL behind it. */
void reeve_format_cut(char *out, size_t size, const char *format, ...) REEVE_PRINTF(3, 4);
/* The same two for functions that take a format themselves. */
enum reeve_status reeve_format_list(char *out, size_t size, const char *format, va_list arguments)
    REEVE_PRINTF(3, 0) REEVE_MUST_CHECK;
void reeve_format_list_cut(char *out, size_t size, const char *format, va_list arguments)
    REEVE_PRINTF(3, 0);

#ifdef __cplusplus
}
#endif
#endif
