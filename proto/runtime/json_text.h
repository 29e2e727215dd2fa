/* SPDX-License-Identifier: Apache-2.0 */
/* A string as JSON writes it. */
#ifndef REEVE_PROTO_RUNTIME_JSON_TEXT_H
#define REEVE_PROTO_RUNTIME_JSON_TEXT_H

#include "agent/base/buffer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends the text in quotes. Escaped is what JSON requires, and further what a terminal or a log
 * would act on: DEL, the C1 controls, and the separators U+2028 and U+2029. UTF8, LIMIT,
 * NO_MEMORY. */
enum reeve_status reeve_json_text_write(struct reeve_bytes text,
                                        struct reeve_buffer *to) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
