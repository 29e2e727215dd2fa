/* SPDX-License-Identifier: Apache-2.0 */
/* Audit records as one line each. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_AUDIT_TEXT_H
#define REEVE_GATEWAY_STUB_REEVECTL_AUDIT_TEXT_H

#include "gateway-stub/reevectl/ctl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A table of the entries, in the order given. */
void reeve_audit_text(struct reeve_ctl *c, struct reeve_v1_stored_audit *const *entries,
                      size_t count);

#ifdef __cplusplus
}
#endif
#endif
