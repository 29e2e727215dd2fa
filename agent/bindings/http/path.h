/* SPDX-License-Identifier: Apache-2.0 */
/* Path templates filled in: which of a task's rules fits a request, and the path that it makes.
 * Internal to this folder. */
#ifndef REEVE_AGENT_BINDINGS_HTTP_PATH_H
#define REEVE_AGENT_BINDINGS_HTTP_PATH_H

#include "agent/base/buffer.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_HTTP_FIELD_SIZE 128u

/* Appends the path of the first rule, the main one and then additional_bindings in order, whose
 * variables are all set, not empty, safe in a path, and match their patterns; *rule is that one.
 * `mask` as for reeve_http_write_query(). INVALID: none does; `field` names the main rule's first
 * variable that does not fit, "" before. LIMIT: over the buffer's bound. NO_MEMORY. */
enum reeve_status reeve_http_write_path(const struct reeve_task *task, const void *request,
                                        bool mask, struct reeve_buffer *url,
                                        const struct reeve_http_rule **rule,
                                        char field[REEVE_HTTP_FIELD_SIZE]) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
