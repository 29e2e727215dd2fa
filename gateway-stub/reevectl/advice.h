/* SPDX-License-Identifier: Apache-2.0 */
/* What a person may do about a job that did not succeed. */
#ifndef REEVE_GATEWAY_STUB_REEVECTL_ADVICE_H
#define REEVE_GATEWAY_STUB_REEVECTL_ADVICE_H

#include "reeve/v1/job.reeve.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The next step for a job that ended for this reason; NULL where the reason says all there is. */
const char *reeve_advice(enum reeve_v1_reason reason);

#ifdef __cplusplus
}
#endif
#endif
