/* SPDX-License-Identifier: Apache-2.0 */
/* What many jobs needed is the system's again when none is left. The C library keeps it otherwise:
 * a page here and there, which malloc_trim() finds, and the end of each pool thread's own heap,
 * which only that thread gives back, and only above a threshold. That is high while there is work,
 * so that memory does not come and go, and low for a moment here. */
#include <malloc.h>

#include "agent/main/worker_state.h"

/* So many jobs since the last time are worth it. */
#define AFTER_JOBS UINT64_C(1000)

enum {
    KEPT_AT_WORK = 64 * 1024 * 1024,
    PAD_AT_WORK = 128 * 1024, /* glibc's */
    KEPT_IDLE = 64 * 1024,
    PAD_IDLE = 0,
};

static void keep(int bytes, int pad)
{
    (void)mallopt(M_TRIM_THRESHOLD, bytes);
    (void)mallopt(M_TOP_PAD, pad);
}

void reeve_worker_give_memory_back(struct reeve_worker *w, const struct reeve_now *now)
{
    struct reeve_engine_status status;
    reeve_engine_read_status(w->engine, *now, &status);
    const uint32_t held = status.jobs_queued + status.jobs_starting + status.jobs_running +
                          status.jobs_delivering + status.unsettled;
    if (w->trimming) {
        w->trimming = false;
        keep(KEPT_AT_WORK, PAD_AT_WORK);
    }
    if (held > 0 || status.accepted - w->trimmed_jobs < AFTER_JOBS) {
        return;
    }
    w->trimmed_jobs = status.accepted;
    w->trimming = true; /* until the next look */
    keep(KEPT_IDLE, PAD_IDLE);
    reeve_pool_trim(w->tools.pool);
    (void)malloc_trim(0);
}
