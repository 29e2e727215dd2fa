/* SPDX-License-Identifier: Apache-2.0 */
/* Small frames that steer jobs (flow.h). */
#include "agent/codec/flow.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_Limit, reeve_limit, 4)
PB_BIND(reeve_v1_Accepted, reeve_accepted, 4)
PB_BIND(reeve_v1_Progress, reeve_progress, 4)
PB_BIND(reeve_v1_Cancel, reeve_cancel, 4)
PB_BIND(reeve_v1_Recall, reeve_recall, 4)
PB_BIND(reeve_v1_Recalled, reeve_recalled, 4)

#define SEQUENCES 1u

enum reeve_status reeve_limit_read(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    (void)arena;
    return reeve_pb_decode(&reeve_limit_msg, bytes, out);
}

enum reeve_status reeve_accepted_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                      void *out)
{
    (void)arena;
    return reeve_pb_decode(&reeve_accepted_msg, bytes, out);
}

enum reeve_status reeve_progress_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                      void *out)
{
    reeve_progress *progress = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_progress_msg, bytes, out));
    return reeve_check_id(progress->job_id);
}

enum reeve_status reeve_cancel_read(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    reeve_cancel *cancel = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_cancel_msg, bytes, out));
    return reeve_check_id(cancel->job_id);
}

enum reeve_status reeve_recall_read(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    struct reeve_recall *recall = out;
    return reeve_wire_read_numbers(bytes, SEQUENCES, REEVE_RECALL_MAX, arena, &recall->sequences);
}

enum reeve_status reeve_recalled_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                      void *out)
{
    struct reeve_recalled *recalled = out;
    return reeve_wire_read_numbers(bytes, SEQUENCES, REEVE_RECALL_MAX, arena, &recalled->sequences);
}
