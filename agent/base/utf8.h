/* SPDX-License-Identifier: Apache-2.0 */
/* One step through UTF-8 (RFC 3629), for the validation in bytes.h and the escaping in log.h. */
#ifndef REEVE_AGENT_BASE_UTF8_H
#define REEVE_AGENT_BASE_UTF8_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Length in bytes (1 to 4) of the character that `b` starts with, and its code point in *code.
 * 0 when b is empty or does not start with a well-formed one: overlong forms, surrogates and
 * numbers above U+10FFFF are not. Thread-safe. */
size_t reeve_utf8_step(struct reeve_bytes b, uint32_t *code);

#ifdef __cplusplus
}
#endif
#endif
