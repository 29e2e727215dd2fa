/* SPDX-License-Identifier: Apache-2.0 */
/* nanopb under the plain structs of this folder. Private to agent/codec.
 *
 * The field lists are nanopb's, generated from the contract; PB_BIND ties each to our own struct,
 * so a field that the contract has and the struct has not is a compile error, and nothing is copied
 * from one struct to another. Fixed fields sit in the struct; strings and bytes become views, by
 * the one callback reeve_pb_field(). nanopb decodes one concrete message at a time: what is inside
 * a oneof, and every list, is read by wire.h. */
#ifndef REEVE_AGENT_CODEC_MESSAGE_H
#define REEVE_AGENT_CODEC_MESSAGE_H

#include <pb.h>

#include "agent/base/arena.h"
#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills the zeroed `out` from the fields that are not lists. Unknown fields are ignored. TRUNCATED,
 * WIRE_TYPE, UTF8, EMBEDDED_NUL, MALFORMED. */
enum reeve_status reeve_pb_decode(const pb_msgdesc_t *type, struct reeve_bytes bytes,
                                  void *out) REEVE_MUST_CHECK;
/* Encoded size of a message. */
size_t reeve_pb_size(const pb_msgdesc_t *type, const void *message);
/* Appends a message, or a message as a length-delimited field. `out` is unchanged unless OK. LIMIT,
 * NO_MEMORY; INTERNAL: a field of a kind that the contract does not have. */
enum reeve_status reeve_pb_append(const pb_msgdesc_t *type, const void *message,
                                  struct reeve_buffer *out) REEVE_MUST_CHECK;
enum reeve_status reeve_pb_append_field(uint32_t number, const pb_msgdesc_t *type,
                                        const void *message,
                                        struct reeve_buffer *out) REEVE_MUST_CHECK;

/* A message inside two length-delimited fields: a frame in its batch. */
struct reeve_pb_frame {
    uint32_t outer;
    uint32_t inner;
    const pb_msgdesc_t *type;
    const void *message;
};

/* Appends it; *payload is the message's own size. On failure the caller cuts `out` back. */
enum reeve_status reeve_pb_append_frame(const struct reeve_pb_frame *frame,
                                        struct reeve_buffer *out, size_t *payload) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
