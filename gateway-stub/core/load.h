/* SPDX-License-Identifier: Apache-2.0 */
/* Starting: what is open is read back, page by page. */
#ifndef REEVE_GATEWAY_STUB_CORE_LOAD_H
#define REEVE_GATEWAY_STUB_CORE_LOAD_H

#include "gateway-stub/core/state.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_status reeve_load_begin(struct reeve_gateway *g) REEVE_MUST_CHECK;
/* The store's answer to one step; asks for the next. */
void reeve_load_continue(struct reeve_gateway *g, struct reeve_store_request *request);

#ifdef __cplusplus
}
#endif
#endif
