/* SPDX-License-Identifier: Apache-2.0 */
/* Who this program says it is. */
#ifndef REEVE_AGENT_MAIN_VERSION_H
#define REEVE_AGENT_MAIN_VERSION_H

#include "agent/base/program_name.h"

#define REEVE_AGENT_PROGRAM REEVE_PROGRAM_NAME
#define REEVE_AGENT_VERSION "0.1.0"
/* As Hello and ChainOpened carry it. */
#define REEVE_AGENT_BUILD REEVE_AGENT_PROGRAM "/" REEVE_AGENT_VERSION
#define REEVE_AGENT_PROTOCOL 1u

#endif
