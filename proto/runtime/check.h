/* SPDX-License-Identifier: Apache-2.0 */
/* One rule against one value. */
#ifndef REEVE_PROTO_RUNTIME_CHECK_H
#define REEVE_PROTO_RUNTIME_CHECK_H

#include "proto/runtime/instant.h"
#include "proto/runtime/rule.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a rule looks at: a scalar, the scalar inside a wrapper, a time, or the paths of a field
 * mask. */
struct reeve_subject {
    const struct reeve_field *field; /* its type; of a wrapper or a mask, the inner field */
    const void *slot;                /* NULL for a time and a mask */
    struct reeve_instant instant;
    const struct reeve_message *time; /* TIMESTAMP or DURATION, else NULL */
    const void *mask;                 /* the FieldMask, else NULL */
    struct reeve_instant now;         /* for rules that compare with it */
};

/* False when the slot holds a message that no value rule looks at. `now` stays as it is. */
bool reeve_subject_of(const struct reeve_field *field, const void *slot, struct reeve_subject *out);

/* Order of the value and a rule's single operand: -1, 0, 1; 2 when they have none (NaN). */
int reeve_subject_compare(const struct reeve_subject *s, const struct reeve_rule *rule);

/* OK, CONSTRAINT; STATE when a pattern was not prepared; INTERNAL for a rule that is no value
 * rule. */
enum reeve_status reeve_check(const struct reeve_subject *s,
                              const struct reeve_rule *rule) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
