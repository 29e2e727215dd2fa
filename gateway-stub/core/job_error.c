/* SPDX-License-Identifier: Apache-2.0 */
/* The JobError of a job that the gateway itself ended: two fields, written by hand. */
#include "gateway-stub/core/job_error.h"

#include "agent/base/varint.h"
#include "agent/codec/wire.h"

static const struct {
    enum reeve_reason reason;
    const char *text;
} texts[] = {
    {REEVE_REASON_EXPIRED, "its time was over before a worker could start it"},
    {REEVE_REASON_TOO_LARGE, "the job is larger than the worker's frames"},
    {REEVE_REASON_ROLLED_BACK, "a store was restored from a backup: nobody knows whether it ran"},
    {REEVE_REASON_CANCEL_REQUESTED, "cancelled before it was started"},
    {REEVE_REASON_WORKER_LOST, "the worker that had it did not come back"},
    {REEVE_REASON_ATTEMPTS_EXHAUSTED, "given out as often as allowed, without an outcome"},
    {REEVE_REASON_PLAN_REJECTED, "the approvers refused the plan"},
};

static const char *text_of(enum reeve_reason reason)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].reason == reason) {
            return texts[i].text;
        }
    }
    return "ended by the gateway";
}

enum reeve_status reeve_job_error_make(struct reeve_arena *arena, enum reeve_reason reason,
                                       struct reeve_bytes *out)
{
    struct reeve_bytes text = reeve_bytes_cstr(text_of(reason));
    uint8_t head[4 * REEVE_VARINT_MAX];
    size_t len = reeve_varint_put(head, 1 << 3); /* reason */
    len += reeve_varint_put(head + len, (uint64_t)reason);
    len += reeve_wire_put_header(head + len, 2, text.len); /* message */
    uint8_t *bytes = reeve_arena_alloc(arena, len + text.len);
    if (bytes == NULL) {
        return REEVE_NO_MEMORY;
    }
    reeve_move(bytes, head, len);
    reeve_move(bytes + len, text.data, text.len);
    *out = reeve_bytes_of(bytes, len + text.len);
    return REEVE_OK;
}
