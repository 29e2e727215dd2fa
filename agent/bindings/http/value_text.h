/* SPDX-License-Identifier: Apache-2.0 */
/* One value as text for a path or a query, as google.api.http asks: numbers and enums as in JSON,
 * bytes in URL-safe base64, timestamps, durations, field masks and wrappers as their JSON form has
 * them, without quotes. */
#ifndef REEVE_AGENT_BINDINGS_HTTP_VALUE_TEXT_H
#define REEVE_AGENT_BINDINGS_HTTP_VALUE_TEXT_H

#include "agent/base/buffer.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where a sensitive value would stand in a path or query that is shown to people. */
#define REEVE_HTTP_MASK "~sensitive~"

/* Whether values of this field have such a form: scalars, enums, and the well-known types whose
 * JSON form is a scalar. */
bool reeve_value_has_text(const struct reeve_field *field);
/* Appends the text of the value in `slot` (one element of a repeated field, or the field itself).
 * TYPE: it has no such form. RANGE: a timestamp out of range. LIMIT, NO_MEMORY. */
enum reeve_status reeve_value_text(const struct reeve_field *field, const void *slot,
                                   struct reeve_buffer *to) REEVE_MUST_CHECK;
/* Appends `text`, percent-encoded (RFC 3986): all but unreserved characters, and '/' where
 * `keep_slash`. LIMIT, NO_MEMORY. */
enum reeve_status reeve_percent_encode(struct reeve_bytes text, bool keep_slash,
                                       struct reeve_buffer *to) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
