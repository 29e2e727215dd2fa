/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions in RE2's syntax, matched in linear time. RE2 is C++; this is all that C code
 * sees of it. */
#ifndef REEVE_PROTO_RUNTIME_PATTERN_H
#define REEVE_PROTO_RUNTIME_PATTERN_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_pattern;

/* INVALID: does not compile, or its automaton needs more than 1 MiB; NO_MEMORY. */
enum reeve_status reeve_pattern_new(struct reeve_bytes expression,
                                    struct reeve_pattern **out) REEVE_MUST_CHECK;
void reeve_pattern_free(struct reeve_pattern *pattern); /* NULL is fine */

/* Whether it matches anywhere in the text (anchors are the expression's business). Any thread. */
bool reeve_pattern_matches(const struct reeve_pattern *pattern, struct reeve_bytes text);

#ifdef __cplusplus
}
#endif
#endif
