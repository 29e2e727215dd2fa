/* SPDX-License-Identifier: Apache-2.0 */
/* Small frames that steer jobs: Limit, Accepted, Progress, Cancel, Recall, Recalled. */
#ifndef REEVE_AGENT_CODEC_FLOW_H
#define REEVE_AGENT_CODEC_FLOW_H

#include "agent/codec/views.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_RECALL_MAX 4096u

struct reeve_limit {
    uint64_t dispatches; /* absolute within the session */
};

struct reeve_accepted {
    uint64_t sequence;
};

struct reeve_progress {
    struct reeve_id job_id;
    uint32_t attempt;
    uint64_t steps_done;
    uint64_t steps_total;
};

struct reeve_cancel {
    struct reeve_id job_id;
};

struct reeve_recall {
    struct reeve_numbers sequences; /* at most 4,096 */
};

struct reeve_recalled {
    struct reeve_numbers sequences; /* at most 4,096 */
};

#ifdef __cplusplus
}
#endif
#endif
