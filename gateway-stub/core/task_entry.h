/* SPDX-License-Identifier: Apache-2.0 */
/* What the registry itself needs from a TaskEntry. */
#ifndef REEVE_GATEWAY_STUB_CORE_TASK_ENTRY_H
#define REEVE_GATEWAY_STUB_CORE_TASK_ENTRY_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills approvals, idempotency, streaming and timeout from version->entry. INVALID when it does not
 * parse. */
enum reeve_status reeve_task_entry_read(struct reeve_version *version) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
