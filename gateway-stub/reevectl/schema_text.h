/* SPDX-License-Identifier: Apache-2.0 */
/* A registered task with its messages and constraints, as people read them. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_SCHEMA_TEXT_H
#define REEVE_GATEWAY_STUB_REEVECTL_SCHEMA_TEXT_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Says the task; with --json its version and its schema as TaskSchema. REFUSED: the schema does not
 * decode, or its fingerprint is not its own. */
enum reeve_ctl_exit reeve_schema_text(struct reeve_ctl *c,
                                      const struct reeve_v1_get_task_response *response);

#ifdef __cplusplus
}
#endif
#endif
