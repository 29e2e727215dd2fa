/* SPDX-License-Identifier: Apache-2.0 */
/* Ids on a command line: a whole UUID, or a beginning of one that only one plan, job or journal
 * has. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_IDS_H
#define REEVE_GATEWAY_STUB_REEVECTL_IDS_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Looks among the newest 1,000 when `text` is not whole. USAGE: it cannot be an id; REFUSED: none
 * begins so, or several do; or why looking failed. The bytes are in the arena. */
enum reeve_ctl_exit reeve_ids_plan(struct reeve_ctl *c, const char *text, ProtobufCBinaryData *out);
enum reeve_ctl_exit reeve_ids_job(struct reeve_ctl *c, const char *text, ProtobufCBinaryData *out);
enum reeve_ctl_exit reeve_ids_journal(struct reeve_ctl *c, const char *text,
                                      ProtobufCBinaryData *out);

#ifdef __cplusplus
}
#endif
#endif
