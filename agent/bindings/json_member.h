/* SPDX-License-Identifier: Apache-2.0 */
/* The value of one field as JSON: what reeve_message_to_json() writes for a message that has only
 * this field, without the braces and the name. Every kind of field has a JSON form there. Internal
 * to this folder. */
#ifndef REEVE_AGENT_BINDINGS_JSON_MEMBER_H
#define REEVE_AGENT_BINDINGS_JSON_MEMBER_H

#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Leaves the value of `object`, which is an object of one member without white space around it.
 * INTERNAL: it is not, and is left as it was. */
enum reeve_status reeve_json_member_unwrap(struct reeve_buffer *object) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
