/* SPDX-License-Identifier: Apache-2.0 */
/* Frames that end or renew a session (session_frames.h). */
#include "agent/codec/session_frames.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_Draining, reeve_draining, 4)
PB_BIND(reeve_v1_Drain, reeve_drain, 4)
PB_BIND(reeve_v1_Retry, reeve_retry, 4)
PB_BIND(reeve_v1_RenewIdentity, reeve_renew_identity, 4)
PB_BIND(reeve_v1_IdentityRenewed, reeve_identity_renewed, 4)

#define CERTIFICATES 1u

enum reeve_status reeve_draining_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                      void *out)
{
    (void)arena;
    return reeve_pb_decode(&reeve_draining_msg, bytes, out);
}

enum reeve_status reeve_drain_read(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    (void)arena;
    return reeve_pb_decode(&reeve_drain_msg, bytes, out);
}

enum reeve_status reeve_retry_read(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    reeve_retry *retry = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_retry_msg, bytes, out));
    return reeve_check_max(retry->message, REEVE_RETRY_MESSAGE_MAX);
}

enum reeve_status reeve_renew_identity_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                            void *out)
{
    reeve_renew_identity *identity = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_renew_identity_msg, bytes, out));
    return identity->certificate_request.len > 0 ? REEVE_OK : REEVE_MALFORMED;
}

enum reeve_status reeve_identity_renewed_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                              void *out)
{
    struct reeve_identity_renewed *renewed = out;
    return reeve_wire_read_blobs(bytes, CERTIFICATES, REEVE_CERTIFICATES_MAX, 0, arena,
                                 &renewed->certificates);
}
