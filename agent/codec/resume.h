/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker still holds from earlier sessions, in pages (reeve.v1.Resume, ResumeDone). */
#ifndef REEVE_AGENT_CODEC_RESUME_H
#define REEVE_AGENT_CODEC_RESUME_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_RESUME_ENTRIES_MAX 512u

enum reeve_resume_state {
    REEVE_RESUME_UNSPECIFIED = 0,
    REEVE_RESUME_RUNNING = 1,
    REEVE_RESUME_ENDED = 2, /* its Outcome follows after ResumeDone */
};

struct reeve_resume_entry {
    struct reeve_id job_id;
    uint32_t attempt;
    uint64_t sequence;
    enum reeve_resume_state state;
    uint64_t next_index;
};

struct reeve_resume_entries {
    const struct reeve_resume_entry *items;
    size_t count;
};

struct reeve_resume {
    struct reeve_resume_entries entries; /* at most 512 */
};

struct reeve_resume_done {
    uint64_t entries; /* in all pages together */
};

#ifdef __cplusplus
}
#endif
#endif
