/* SPDX-License-Identifier: Apache-2.0 */
/* What an SQLSTATE means for a job. Internal to this folder. */
#ifndef REEVE_AGENT_BINDINGS_SQL_REASON_H
#define REEVE_AGENT_BINDINGS_SQL_REASON_H

#include "agent/codec/outcome_status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* By the first entry whose prefix `state` has; UPSTREAM_FAILED for every other. */
struct reeve_sql_reason {
    const char *prefix;
    enum reeve_reason reason;
    const char *text; /* our own words: they leave */
};

const struct reeve_sql_reason *reeve_sql_reason_of(const char *state);

#ifdef __cplusplus
}
#endif
#endif
