/* SPDX-License-Identifier: Apache-2.0 */
/* google.protobuf.FieldMask as JSON text: "user.displayName,photo" for the paths
 * user.display_name and photo. */
#ifndef REEVE_PROTO_RUNTIME_FIELD_MASK_H
#define REEVE_PROTO_RUNTIME_FIELD_MASK_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills the message (well known as FIELD_MASK). At most `max_paths`: TOO_LARGE. TYPE, NO_MEMORY. */
enum reeve_status reeve_field_mask_parse(const struct reeve_message *m, void *message,
                                         struct reeve_bytes text, size_t max_paths,
                                         struct reeve_arena *arena) REEVE_MUST_CHECK;
/* Appends the text without quotes. TYPE when a path has no such form (it would not read back). */
enum reeve_status reeve_field_mask_format(const struct reeve_message *m, const void *message,
                                          struct reeve_buffer *to) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
