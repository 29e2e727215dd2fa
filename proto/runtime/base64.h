/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648): written in the standard alphabet with padding, read in the standard and the
 * URL-safe alphabet, with padding or without, as protobuf's JSON mapping asks. */
#ifndef REEVE_PROTO_RUNTIME_BASE64_H
#define REEVE_PROTO_RUNTIME_BASE64_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* TYPE when it is not base64, NO_MEMORY. out->data is NULL when there are no bytes. */
enum reeve_status reeve_base64_decode(struct reeve_bytes text, struct reeve_arena *arena,
                                      struct reeve_bytes *out) REEVE_MUST_CHECK;
/* LIMIT, NO_MEMORY. */
enum reeve_status reeve_base64_encode(struct reeve_bytes bytes,
                                      struct reeve_buffer *to) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
