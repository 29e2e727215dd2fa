/* SPDX-License-Identifier: Apache-2.0 */
/* Heartbeat, both ways (reeve.v1.Heartbeat). */
#ifndef REEVE_AGENT_CODEC_HEARTBEAT_H
#define REEVE_AGENT_CODEC_HEARTBEAT_H

#include "agent/codec/views.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_HEARTBEAT_CONDITIONS_MAX 8u
#define REEVE_HEARTBEAT_CONDITION_MAX 63u

struct reeve_heartbeat {
    uint64_t sequence;
    uint64_t answers;
    uint64_t oldest_unsynced_ms;
    uint64_t oldest_unstarted_ms;
    uint32_t in_flight;
    bool ready;
    struct reeve_views not_ready; /* at most 8 names of at most 63 bytes */
};

#ifdef __cplusplus
}
#endif
#endif
