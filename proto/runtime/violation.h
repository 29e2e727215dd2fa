/* SPDX-License-Identifier: Apache-2.0 */
/* What a broken rule is called and how it is told to a person. */
#ifndef REEVE_PROTO_RUNTIME_VIOLATION_H
#define REEVE_PROTO_RUNTIME_VIOLATION_H

#include "proto/runtime/check.h"

#ifdef __cplusplus
extern "C" {
#endif

#define REEVE_VIOLATION_TEXT 160

/* "must have at least 3 characters": our words and the schema's operand, nothing of the value. */
void reeve_violation_text(const struct reeve_rule *rule, char out[REEVE_VIOLATION_TEXT]);

/* The rule's own id; of a form that an empty value does not have, "string.email_empty". */
void reeve_violation_id(const struct reeve_rule *rule, bool empty, char out[64]);

/* A lower and an upper bound together: "int32.gte_lt", or "int32.gt_lt_exclusive" when the value
 * has to lie outside of them. */
void reeve_violation_range_id(const struct reeve_rule *lower, const struct reeve_rule *upper,
                              bool exclusive, char out[64]);
void reeve_violation_range_text(const struct reeve_rule *lower, const struct reeve_rule *upper,
                                bool exclusive, char out[REEVE_VIOLATION_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
