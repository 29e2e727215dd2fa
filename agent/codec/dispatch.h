/* SPDX-License-Identifier: Apache-2.0 */
/* One attempt at one job (reeve.v1.Dispatch). */
#ifndef REEVE_AGENT_CODEC_DISPATCH_H
#define REEVE_AGENT_CODEC_DISPATCH_H

#include "agent/codec/plan.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_DISPATCH_TRACEPARENT_MAX 55u

struct reeve_dispatch {
    uint64_t sequence;
    uint32_t attempt;
    uint32_t priority; /* the higher is begun first */
    uint64_t lease_ms; /* 0: as long as the session's lease holds */
    uint64_t time_left_ms;
    struct reeve_bytes traceparent;
    struct reeve_bytes job_spec; /* JobSpec bytes, as digested in the plan */
    bool has_plan;
    struct reeve_signed_plan plan;
};

#ifdef __cplusplus
}
#endif
#endif
