/* SPDX-License-Identifier: Apache-2.0 */
/* Recall: taking back unstarted jobs for more urgent ones. */
#ifndef REEVE_GATEWAY_STUB_CORE_RECALL_H
#define REEVE_GATEWAY_STUB_CORE_RECALL_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* At most so many in one question. */
#define REEVE_RECALLS_MAX 64u

/* It was dispatched on the session, and may be asked for. */
void reeve_recall_sent(struct reeve_session *session, struct reeve_job *job);
/* It leaves the session, or was asked for. */
void reeve_recall_forget(struct reeve_session *session, struct reeve_job *job);
/* Asks for less urgent jobs where a more urgent one waits for this session. `full`: it takes no
 * more of any task. */
void reeve_recall_for_urgent(struct reeve_gateway *g, struct reeve_session *session, bool full);

#ifdef __cplusplus
}
#endif
#endif
