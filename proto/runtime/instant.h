/* SPDX-License-Identifier: Apache-2.0 */
/* Timestamps and durations as text and as the messages google.protobuf.Timestamp and Duration: both
 * are seconds and nanoseconds. */
#ifndef REEVE_PROTO_RUNTIME_INSTANT_H
#define REEVE_PROTO_RUNTIME_INSTANT_H

#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_TIMESTAMP_SECONDS_MIN INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define REEVE_TIMESTAMP_SECONDS_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define REEVE_DURATION_SECONDS_MAX INT64_C(315576000000)  /* about 10,000 years, either way */

/* A timestamp has 0 <= nanos < 10^9; a duration's nanos have the sign of its seconds. */
struct reeve_instant {
    int64_t seconds;
    int32_t nanos;
};

#define REEVE_INSTANT_TEXT 40

/* RFC 3339 with "T" and "Z" or an offset: TYPE when it is none, RANGE outside years 1 to 9999. */
enum reeve_status reeve_timestamp_parse(struct reeve_bytes text,
                                        struct reeve_instant *out) REEVE_MUST_CHECK;
/* UTC, with 0, 3, 6 or 9 digits of fraction. RANGE. */
enum reeve_status reeve_timestamp_format(struct reeve_instant t,
                                         char out[REEVE_INSTANT_TEXT]) REEVE_MUST_CHECK;

/* "1.5s" (the canonical JSON form). TYPE, RANGE. */
enum reeve_status reeve_duration_parse(struct reeve_bytes text,
                                       struct reeve_instant *out) REEVE_MUST_CHECK;
/* The same, and whole numbers of ms, m, h and d: "250ms", "1m", "2h", "7d" (configuration). */
enum reeve_status reeve_duration_parse_units(struct reeve_bytes text,
                                             struct reeve_instant *out) REEVE_MUST_CHECK;
enum reeve_status reeve_duration_format(struct reeve_instant d,
                                        char out[REEVE_INSTANT_TEXT]) REEVE_MUST_CHECK;

/* The seconds and nanos of a message whose table is well known as TIMESTAMP or DURATION. */
struct reeve_instant reeve_instant_load(const struct reeve_message *m, const void *message);
void reeve_instant_store(const struct reeve_message *m, void *message, struct reeve_instant v);

/* From nanoseconds, rounded down; nanos are never negative. */
struct reeve_instant reeve_instant_from_nanos(int64_t nanos);
/* From milliseconds since 1970. */
struct reeve_instant reeve_instant_from_ms(int64_t ms);
/* A timestamp moved by so many nanoseconds; at the ends of time it stays there. */
struct reeve_instant reeve_instant_add(struct reeve_instant t, int64_t nanos);
/* Order of two instants; durations need not be normalised. */
int reeve_instant_compare(struct reeve_instant a, struct reeve_instant b);

#ifdef __cplusplus
}
#endif
#endif
