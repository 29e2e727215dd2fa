/* SPDX-License-Identifier: Apache-2.0 */
/* Items of an exported trail, one behind the other. An item is accepted only in the one form that
 * it is written in, so that no byte of it can be changed without being seen. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_TRAIL_READER_H
#define REEVE_GATEWAY_STUB_REEVECTL_TRAIL_READER_H

#include "gateway-stub/reevectl/trail.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_trail_item {
    size_t index; /* from 0 */
    size_t offset;
    struct reeve_bytes bytes;
    const struct reeve_v1_export_audit_response *message;
};

/* Copied by value, to look ahead. */
struct reeve_trail_reader {
    struct reeve_bytes file;
    size_t at;
    size_t items;
    const char *problem; /* after MALFORMED and TRUNCATED */
};

/* The next item, decoded into the arena. NOT_FOUND: the file ends here; TRUNCATED, MALFORMED: it is
 * no item, out->index and out->offset say where; NO_MEMORY. */
enum reeve_status reeve_trail_next(struct reeve_trail_reader *reader, struct reeve_arena *arena,
                                   struct reeve_trail_item *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
