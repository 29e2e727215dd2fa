/* SPDX-License-Identifier: Apache-2.0 */
/* What to write into the worker's configuration, field by field. */
#ifndef REEVE_AGENT_CONFIG_AGENT_HINTS_H
#define REEVE_AGENT_CONFIG_AGENT_HINTS_H

#include "agent/cli/hint.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct reeve_hints reeve_agent_hints;

#ifdef __cplusplus
}
#endif
#endif
