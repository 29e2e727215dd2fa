/* SPDX-License-Identifier: Apache-2.0 */
/* Dispatch (dispatch.h). */
#include "agent/codec/dispatch.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_Dispatch, reeve_dispatch, 4)

#define PLAN 7u

enum reeve_status reeve_dispatch_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                      void *out)
{
    struct reeve_dispatch *dispatch = out;
    struct reeve_bytes plan;
    REEVE_TRY(reeve_pb_decode(&reeve_dispatch_msg, bytes, dispatch));
    REEVE_TRY(reeve_check_max(dispatch->traceparent, REEVE_DISPATCH_TRACEPARENT_MAX));
    REEVE_TRY(reeve_wire_only(bytes, PLAN, &plan));
    if (plan.data == NULL) {
        return REEVE_OK;
    }
    return reeve_signed_plan_read(plan, arena, &dispatch->plan);
}
