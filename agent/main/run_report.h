/* SPDX-License-Identifier: Apache-2.0 */
/* What `reeve-agent run` prints: results as they come, the end, for people or for programs. */
#ifndef REEVE_AGENT_MAIN_RUN_REPORT_H
#define REEVE_AGENT_MAIN_RUN_REPORT_H

#include "agent/cli/program.h"
#include "agent/core/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_run_report {
    const struct reeve_task *task;
    bool json;
    bool show_sensitive;
    uint64_t started_ms; /* boot time */
    uint64_t results;
    enum reeve_exit code; /* once it has ended */
    bool unwritten;       /* standard output took not everything */
};

/* One line on standard output; false when nobody reads it. */
bool reeve_run_report_result(struct reeve_run_report *report, struct reeve_bytes message);
/* A line on standard error. */
void reeve_run_report_progress(uint64_t steps_done, uint64_t steps_total);
/* Output on standard output, what went wrong on standard error; sets `code`. */
void reeve_run_report_end(struct reeve_run_report *report,
                          const struct reeve_engine_result *result);

#ifdef __cplusplus
}
#endif
#endif
