/* SPDX-License-Identifier: Apache-2.0 */
/* What a task is, as one value: SHA-256("reeve.task.v1" NUL TaskSchema), where TaskSchema is
 * written canonically as reeve/v1/manifest.proto defines it. Generator, worker and gateway all come
 * here, so that they agree. */
#ifndef REEVE_PROTO_RUNTIME_FINGERPRINT_H
#define REEVE_PROTO_RUNTIME_FINGERPRINT_H

#include "agent/base/buffer.h"
#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The fingerprint of canonical TaskSchema bytes. */
struct reeve_digest reeve_fingerprint_of(struct reeve_bytes schema);

/* Appends the canonical TaskSchema bytes of a task: read from its name, input, output,
 * server_streaming, idempotency, approvals and everything that the two messages reach; rules in
 * the order of (id, target). Every table may be given in any order of fields. LIMIT, NO_MEMORY;
 * INVALID when a table is not usable (a message field without table, an unknown rule). */
enum reeve_status reeve_task_schema_write(const struct reeve_task *task,
                                          struct reeve_buffer *to) REEVE_MUST_CHECK;

/* Both at once. */
enum reeve_status reeve_task_fingerprint(const struct reeve_task *task,
                                         struct reeve_digest *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
