/* SPDX-License-Identifier: Apache-2.0 */
/* The files and directories that a configuration names: whether they are there and can be used.
 * Blocking; nothing is connected to. */
#ifndef REEVE_AGENT_CONFIG_FILES_H
#define REEVE_AGENT_CONFIG_FILES_H

#include "agent/base/time.h"
#include "agent/config/agent_config.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_CONFIG_CA_MAX ((size_t)1024 * 1024)

/* Loads the identity. CONFIG: see the report; NO_MEMORY. The caller owns *out. */
enum reeve_status reeve_config_open_identity(const struct reeve_agent_config *config,
                                             const struct reeve_now *now,
                                             struct reeve_config_report *report,
                                             struct reeve_identity **out) REEVE_MUST_CHECK;
/* CA bundles are readable PEM, the journal's directory can be written or made, the status socket's
 * directory exists. Complains about each that does not hold. NO_MEMORY. */
enum reeve_status reeve_config_check_files(const struct reeve_agent_config *config,
                                           struct reeve_config_report *report) REEVE_MUST_CHECK;
/* The part of it that concerns one system; REEVE_CONFIG_NO_SYSTEM has none. NO_MEMORY. */
enum reeve_status reeve_config_check_system(const struct reeve_agent_config *config, uint32_t index,
                                            struct reeve_config_report *report) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
