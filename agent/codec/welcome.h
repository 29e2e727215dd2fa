/* SPDX-License-Identifier: Apache-2.0 */
/* Welcome: accepts the worker (reeve.v1.Welcome). The first frame of the gateway. */
#ifndef REEVE_AGENT_CODEC_WELCOME_H
#define REEVE_AGENT_CODEC_WELCOME_H

#include "agent/codec/signature.h"
#include "agent/codec/views.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_WELCOME_POOLS_MAX 256u
#define REEVE_WELCOME_STANDINGS_MAX 4096u

enum reeve_standing {
    REEVE_STANDING_UNSPECIFIED = 0,
    REEVE_STANDING_ALIGNED = 1,
    REEVE_STANDING_DRIFTED = 2, /* registered with another fingerprint */
    REEVE_STANDING_MISSING = 3, /* not registered */
};

struct reeve_task_standing {
    struct reeve_bytes task;
    enum reeve_standing standing;
};

struct reeve_task_standings {
    const struct reeve_task_standing *items;
    size_t count;
};

struct reeve_welcome {
    uint32_t version;
    uint64_t epoch;
    struct reeve_id gateway_id;
    struct reeve_bytes tenant;
    struct reeve_views pools;
    uint64_t dispatch_mark;
    uint64_t audit_sequence;
    struct reeve_digest audit_hash; /* zero while audit_sequence is 0 */
    uint64_t dispatch_base;
    uint32_t heartbeat_interval_ms;
    uint32_t lease_ms;
    uint32_t max_frame_bytes;
    uint32_t max_job_spec_bytes;
    uint64_t max_result_bytes;
    int64_t time_unix_ms;
    uint64_t result_limit;
    struct reeve_task_standings standings;
    uint32_t aligned_tasks;
    bool rolled_back;
    bool has_countersign_public_key;
    struct reeve_public_key countersign_public_key;
    uint64_t max_job_results; /* of one server-streaming job; 0: no bound */
    uint64_t max_job_result_bytes;
};

const char *reeve_standing_name(enum reeve_standing standing); /* "DRIFTED"; static */

#ifdef __cplusplus
}
#endif
#endif
