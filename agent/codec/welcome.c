/* SPDX-License-Identifier: Apache-2.0 */
/* Welcome (welcome.h). */
#include "agent/codec/welcome.h"

#include "agent/codec/bind.h"
#include "agent/codec/check.h"
#include "agent/codec/job_spec.h"
#include "agent/codec/message.h"
#include "agent/codec/read.h"
#include "agent/codec/wire.h"

PB_BIND(reeve_v1_TaskStanding, reeve_task_standing, 4)
PB_BIND(reeve_v1_Welcome, reeve_welcome, 4)

#define POOLS 5u
#define STANDINGS 17u

enum reeve_status reeve_task_standing_read(struct reeve_bytes bytes, struct reeve_arena *arena,
                                           void *out)
{
    reeve_task_standing *standing = out;
    (void)arena;
    REEVE_TRY(reeve_pb_decode(&reeve_task_standing_msg, bytes, out));
    return reeve_check_some(standing->task, REEVE_JOB_SPEC_TASK_MAX);
}

static bool is_zero_key(const struct reeve_public_key *key)
{
    static const struct reeve_public_key zero;
    return reeve_bytes_equal(reeve_bytes_of(key->bytes, sizeof key->bytes),
                             reeve_bytes_of(zero.bytes, sizeof zero.bytes));
}

enum reeve_status reeve_welcome_read(struct reeve_bytes bytes, struct reeve_arena *arena, void *out)
{
    static const struct reeve_wire_list standings = {STANDINGS, REEVE_WELCOME_STANDINGS_MAX,
                                                     sizeof(struct reeve_task_standing),
                                                     reeve_task_standing_read};
    struct reeve_welcome *welcome = out;
    void *items;
    REEVE_TRY(reeve_pb_decode(&reeve_welcome_msg, bytes, welcome));
    REEVE_TRY(reeve_check_id(welcome->gateway_id));
    REEVE_TRY(reeve_check_name(welcome->tenant, REEVE_JOB_SPEC_TENANT_MAX));
    REEVE_TRY(reeve_wire_read_list(bytes, &standings, arena, &items, &welcome->standings.count));
    welcome->standings.items = items;
    welcome->has_countersign_public_key =
        welcome->has_countersign_public_key && !is_zero_key(&welcome->countersign_public_key);
    return reeve_wire_read_texts(bytes, POOLS, REEVE_WELCOME_POOLS_MAX, REEVE_JOB_SPEC_POOL_MAX,
                                 arena, &welcome->pools);
}

const char *reeve_standing_name(enum reeve_standing standing)
{
    switch (standing) {
    case REEVE_STANDING_UNSPECIFIED:
        return "UNSPECIFIED";
    case REEVE_STANDING_ALIGNED:
        return "ALIGNED";
    case REEVE_STANDING_DRIFTED:
        return "DRIFTED";
    case REEVE_STANDING_MISSING:
        return "MISSING";
    }
    return "UNRECOGNISED";
}
