/* SPDX-License-Identifier: Apache-2.0 */
/* A report about a configuration file as messages, for programs. */
#ifndef REEVE_AGENT_CLI_FINDINGS_H
#define REEVE_AGENT_CLI_FINDINGS_H

#include "agent/base/arena.h"
#include "agent/cli/report.h"
#include "reeve/v1/local.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One finding for each item, in the arena. NO_MEMORY. */
enum reeve_status reeve_config_findings(const struct reeve_config_report *report,
                                        struct reeve_arena *arena,
                                        struct reeve_v1_config_finding ***findings,
                                        size_t *count) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
