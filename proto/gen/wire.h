/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf's wire format, as far as options need it.
 *
 * An option such as (buf.validate.field).string.min_len arrives as an unknown field of
 * FieldOptions, and each assignment in the .proto as an entry of its own. Their payloads, one
 * behind the other, are the merged message; the same holds for every message inside. So a reader
 * asks for a number and gets all that was said under it, as one. */
#ifndef REEVE_PROTO_GEN_WIRE_H
#define REEVE_PROTO_GEN_WIRE_H

#include <protobuf-c/protobuf-c.h>

#include "agent/base/buffer.h"
#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_gen_wire_type {
    REEVE_GEN_WIRE_VARINT = 0,
    REEVE_GEN_WIRE_FIXED64 = 1,
    REEVE_GEN_WIRE_BYTES = 2,
    REEVE_GEN_WIRE_FIXED32 = 5,
};

struct reeve_gen_entry {
    uint32_t number;
    enum reeve_gen_wire_type type;
    uint64_t value;           /* VARINT, FIXED64, FIXED32 */
    struct reeve_bytes bytes; /* BYTES */
};

/* Takes the next entry off the front of *rest. False at the end, and at bytes that are no message
 * (protoc does not send such). */
bool reeve_gen_wire_next(struct reeve_bytes *rest, struct reeve_gen_entry *entry);
/* Takes a bare varint off the front, as packed fields hold them. */
bool reeve_gen_wire_varint(struct reeve_bytes *rest, uint64_t *value);

/* The merged message under `number`; *present says whether there was any. */
struct reeve_bytes reeve_gen_wire_message(struct reeve_bytes message, uint32_t number,
                                          bool *present);
/* The last number, text under `number`; false and unchanged when there is none. */
bool reeve_gen_wire_number(struct reeve_bytes message, uint32_t number, uint64_t *value);
bool reeve_gen_wire_text(struct reeve_bytes message, uint32_t number, const char **text);

/* An option message's extensions as one message. `options` may be NULL. */
struct reeve_bytes reeve_gen_wire_extensions(const ProtobufCMessage *options);

/* Writing, for the response and the manifest. */
void reeve_gen_put_varint(struct reeve_buffer *to, uint64_t value);
void reeve_gen_put_number(struct reeve_buffer *to, uint32_t number, uint64_t value);
void reeve_gen_put_bytes(struct reeve_buffer *to, uint32_t number, struct reeve_bytes bytes);

#ifdef __cplusplus
}
#endif
#endif
