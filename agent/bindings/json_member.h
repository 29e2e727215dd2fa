/* SPDX-License-Identifier: Apache-2.0 */
/* The value of one field as JSON: what reeve_message_to_json() writes and reeve_message_from_json()
 * reads for a message that has only this field, without the braces and the name. Every kind of
 * field has a JSON form there. Internal to this folder. */
#ifndef REEVE_AGENT_BINDINGS_JSON_MEMBER_H
#define REEVE_AGENT_BINDINGS_JSON_MEMBER_H

#include "agent/base/arena.h"
#include "agent/base/buffer.h"
#include "proto/runtime/message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Leaves the value of `object`, which is an object of one member without white space around it.
 * INTERNAL: it is not, and is left as it was. */
enum reeve_status reeve_json_member_unwrap(struct reeve_buffer *object) REEVE_MUST_CHECK;

/* Reads `json`, from outside, as the value of `field`: a new message of `type` in `arena` that has
 * only this. What is not declared is dropped. SYNTAX, DEPTH: it is not one value; else
 * reeve_message_from_json()'s. */
enum reeve_status reeve_json_member_read(const struct reeve_message *type,
                                         const struct reeve_field *field, struct reeve_bytes json,
                                         struct reeve_arena *arena, void **message,
                                         struct reeve_problem *problem) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
