/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of registered tasks, built when an input is to be checked; a bounded number is kept. */
#ifndef REEVE_GATEWAY_STUB_CORE_SCHEMA_H
#define REEVE_GATEWAY_STUB_CORE_SCHEMA_H

#include "gateway-stub/core/state.h"
#include "proto/runtime/message.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_SCHEMA_CACHE 64u

/* The version's request message; valid until the next call. INVALID: the schema cannot be built. */
enum reeve_status reeve_schema_input(struct reeve_gateway *g, const struct reeve_version *version,
                                     const struct reeve_message **input) REEVE_MUST_CHECK;
void reeve_schema_free_all(struct reeve_gateway *g);

#ifdef __cplusplus
}
#endif
#endif
