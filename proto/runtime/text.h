/* SPDX-License-Identifier: Apache-2.0 */
/* Text as a message may hold it: valid UTF-8 without NUL, since structs hold C strings. */
#ifndef REEVE_PROTO_RUNTIME_TEXT_H
#define REEVE_PROTO_RUNTIME_TEXT_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* UTF8, EMBEDDED_NUL. */
enum reeve_status reeve_text_check(struct reeve_bytes text) REEVE_MUST_CHECK;

/* Code points of valid UTF-8. */
size_t reeve_text_length(struct reeve_bytes text);

#ifdef __cplusplus
}
#endif
#endif
