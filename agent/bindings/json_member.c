/* SPDX-License-Identifier: Apache-2.0 */
/* One member's value: see json_member.h. */
#include "agent/bindings/json_member.h"

/* What stands before the value in {"name":value}; the name may have escapes. */
static size_t name_length(struct reeve_bytes object)
{
    size_t at = 2; /* brace and quote */

    while (at < object.len && object.data[at] != '"') {
        at += object.data[at] == '\\' ? 2 : 1;
    }
    return at + 2; /* quote and colon */
}

enum reeve_status reeve_json_member_unwrap(struct reeve_buffer *object)
{
    const size_t before = name_length(reeve_buffer_view(object));

    if (object->len < before + 1) {
        return REEVE_INTERNAL;
    }
    reeve_buffer_consume(object, before);
    object->len--; /* the closing brace */
    return REEVE_OK;
}
