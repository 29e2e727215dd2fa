/* SPDX-License-Identifier: Apache-2.0 */
/* The query of a request: every field that neither path nor body took. Internal to this folder. */
#ifndef REEVE_AGENT_BINDINGS_HTTP_QUERY_H
#define REEVE_AGENT_BINDINGS_HTTP_QUERY_H

#include "agent/base/buffer.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends "?a=1&b.c=2" for the fields that are set in `rest`; nothing when there is none. Names are
 * JSON names; a repeated field is its name once for each element. `mask`: what is sensitive is
 * REEVE_HTTP_MASK instead, for people. UNSUPPORTED: a map or a list of
 * messages (the generator refuses those). LIMIT, NO_MEMORY. */
enum reeve_status reeve_http_write_query(const struct reeve_message *type, const void *rest,
                                         bool mask, struct reeve_buffer *url) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
