/* SPDX-License-Identifier: Apache-2.0 */
/* Offsets for a message's struct, as a C compiler would lay it out (proto/runtime/table.h says what
 * the members are). */
#ifndef REEVE_PROTO_SCHEMA_LAYOUT_H
#define REEVE_PROTO_SCHEMA_LAYOUT_H

#include "proto/runtime/table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sets size, offset, quantifier_offset and case_offset. The counts in `m` say how long the arrays
 * are; fields[i].oneof is a position in oneofs, or 0. */
void reeve_layout(struct reeve_message *m, struct reeve_field *fields, struct reeve_oneof *oneofs);

#ifdef __cplusplus
}
#endif
#endif
