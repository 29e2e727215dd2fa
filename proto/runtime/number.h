/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers between text and value, exactly. Text follows JSON's grammar (RFC 8259, section 6); an
 * integer may be written with a fraction or exponent as long as its value is integral (1e3, 2.0).
 */
#ifndef REEVE_PROTO_RUNTIME_NUMBER_H
#define REEVE_PROTO_RUNTIME_NUMBER_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Each: TYPE when the text is no number (or no integer), RANGE when it does not fit. */
enum reeve_status reeve_number_to_int64(struct reeve_bytes text, int64_t *out) REEVE_MUST_CHECK;
enum reeve_status reeve_number_to_uint64(struct reeve_bytes text, uint64_t *out) REEVE_MUST_CHECK;
enum reeve_status reeve_number_to_double(struct reeve_bytes text, double *out) REEVE_MUST_CHECK;
enum reeve_status reeve_number_to_float(struct reeve_bytes text, float *out) REEVE_MUST_CHECK;

/* The shortest text that reads back as the same value; the value is finite. */
#define REEVE_NUMBER_TEXT 32
void reeve_number_from_double(double value, char out[REEVE_NUMBER_TEXT]);
void reeve_number_from_float(float value, char out[REEVE_NUMBER_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
