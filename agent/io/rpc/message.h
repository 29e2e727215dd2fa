/* SPDX-License-Identifier: Apache-2.0 */
/* Internal. Messages between our buffers and gRPC's, without a copy where there can be none. */
#ifndef REEVE_AGENT_IO_RPC_MESSAGE_H
#define REEVE_AGENT_IO_RPC_MESSAGE_H

#include <grpc/byte_buffer.h>

#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Moves the content of `message` into a byte buffer that the caller destroys; its memory is freed
 * when gRPC has sent it, on a thread of gRPC's. NO_MEMORY: `message` is untouched. */
enum reeve_status reeve_rpc_message_give(struct reeve_buffer *message,
                                         grpc_byte_buffer **out) REEVE_MUST_CHECK;

/* A message that was received, readable in one piece. `joined` holds the pieces together when it
 * came in several. */
struct reeve_rpc_message {
    struct reeve_bytes bytes;
    grpc_slice joined;
};
/* UNSUPPORTED: it is compressed. MALFORMED: gRPC could not read it. The bytes live as long as
 * `from` and the message. */
enum reeve_status reeve_rpc_message_read(grpc_byte_buffer *from,
                                         struct reeve_rpc_message *out) REEVE_MUST_CHECK;
void reeve_rpc_message_clear(struct reeve_rpc_message *m);

struct reeve_bytes reeve_rpc_slice_view(const grpc_slice *slice);

#ifdef __cplusplus
}
#endif
#endif
