/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's texts of times, with the settings that every connection pins (ISO dates in UTC, ISO
 * 8601 intervals), as those of Timestamp and Duration. Any thread. */
#ifndef REEVE_AGENT_BINDINGS_SQL_TIME_TEXT_H
#define REEVE_AGENT_BINDINGS_SQL_TIME_TEXT_H

#include "agent/bindings/sql/column_type.h"
#include "proto/runtime/instant.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_SQL_TIMESTAMP_TEXT 64

/* "2024-01-02 03:04:05.123456+00" becomes RFC 3339; a date is its midnight in UTC. RANGE: infinity,
 * and what lies outside the years 1 to 9999. What else is wrong shows when the text is read. */
enum reeve_status reeve_sql_timestamp_read(enum reeve_sql_class class_, struct reeve_bytes text,
                                           char out[REEVE_SQL_TIMESTAMP_TEXT]) REEVE_MUST_CHECK;

/* "P1DT2H3M4.5S"; a day is 24 hours. With *why: TYPE, it is no such text; RANGE, it has months or
 * years, which have no fixed length, or is longer than a Duration. */
enum reeve_status reeve_sql_interval_read(struct reeve_bytes text, struct reeve_instant *out,
                                          const char **why) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
