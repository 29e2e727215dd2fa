/* SPDX-License-Identifier: Apache-2.0 */
/* A task known only from its registered schema: the same tables that protoc-gen-reeve prints, built
 * in memory, so that the gateway decodes, shows and validates what no code was generated for.
 *
 *   struct reeve_dynamic *task;
 *   REEVE_TRY(reeve_dynamic_new(schema, &fingerprint, NULL, &task, &problem));
 *   reeve_message_from_json(reeve_dynamic_task(task)->input, …);
 *   reeve_dynamic_free(task);
 *
 * A schema comes from whoever may register tasks: it is bounded, and refused unless it is canonical
 * to the byte. */
#ifndef REEVE_PROTO_SCHEMA_DYNAMIC_H
#define REEVE_PROTO_SCHEMA_DYNAMIC_H

#include "agent/base/alloc.h"
#include "proto/runtime/message.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_SCHEMA_SIZE_MAX ((size_t)1 << 20)    /* of TaskSchema */
#define REEVE_SCHEMA_MEMORY_MAX ((size_t)32 << 20) /* of the tables */
#define REEVE_SCHEMA_MESSAGES_MAX 1000
#define REEVE_SCHEMA_FIELDS_MAX 1000 /* of one message */
#define REEVE_SCHEMA_PATTERNS_MAX 128

struct reeve_dynamic;

/* Builds and prepares the tables. `fingerprint` is what the entry claims; NULL when there is
 * nothing to compare with. Nothing of `schema` is kept. Status, each with *problem (may be NULL)
 * whose field names the place in the schema, such as "demo.v1.Ticket.subject":
 * FINGERPRINT (it is not the schema's), TOO_LARGE, INVALID (duplicate or bad numbers and names,
 * unknown rules, types that are not there, bad patterns, not canonical), what decoding gives,
 * NO_MEMORY. */
enum reeve_status reeve_dynamic_new(struct reeve_bytes schema,
                                    const struct reeve_digest *fingerprint,
                                    const struct reeve_allocator *allocator,
                                    struct reeve_dynamic **out,
                                    struct reeve_problem *problem) REEVE_MUST_CHECK;
void reeve_dynamic_free(struct reeve_dynamic *d); /* NULL is fine; its tables are gone then */

/* Name, input, output, fingerprint, server_streaming, idempotency and approvals; the rest is not
 * for a gateway to know. Lives as long as `d`; may be read by any thread. */
const struct reeve_task *reeve_dynamic_task(const struct reeve_dynamic *d);

#ifdef __cplusplus
}
#endif
#endif
