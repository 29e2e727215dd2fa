/* SPDX-License-Identifier: Apache-2.0 */
/* Heartbeat (heartbeat.h). */
#include "agent/codec/heartbeat.h"

#include "agent/codec/bind.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_Heartbeat, reeve_heartbeat, 4)

#define NOT_READY 7u

enum reeve_status reeve_heartbeat_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                       void *out)
{
    struct reeve_heartbeat *heartbeat = out;
    REEVE_TRY(reeve_pb_decode(&reeve_heartbeat_msg, bytes, heartbeat));
    return reeve_wire_read_texts(bytes, NOT_READY, REEVE_HEARTBEAT_CONDITIONS_MAX,
                                 REEVE_HEARTBEAT_CONDITION_MAX, arena, &heartbeat->not_ready);
}
