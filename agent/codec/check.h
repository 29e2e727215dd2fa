/* SPDX-License-Identifier: Apache-2.0 */
/* The facts that the contract states about single fields, as guards. Private to agent/codec. */
#ifndef REEVE_AGENT_CODEC_CHECK_H
#define REEVE_AGENT_CODEC_CHECK_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* UTF8, EMBEDDED_NUL. */
enum reeve_status reeve_check_text(struct reeve_bytes text) REEVE_MUST_CHECK;
/* TOO_LARGE: longer than max. */
enum reeve_status reeve_check_max(struct reeve_bytes view, size_t max) REEVE_MUST_CHECK;
/* MALFORMED: another length. */
enum reeve_status reeve_check_length(struct reeve_bytes view, size_t length) REEVE_MUST_CHECK;
/* MALFORMED: empty; TOO_LARGE: longer than max. */
enum reeve_status reeve_check_some(struct reeve_bytes view, size_t max) REEVE_MUST_CHECK;
/* An id that must be there: MALFORMED when it is missing, which nanopb shows as zeros. */
enum reeve_status reeve_check_id(struct reeve_id id) REEVE_MUST_CHECK;
enum reeve_status reeve_check_digest(struct reeve_digest digest) REEVE_MUST_CHECK;
/* MALFORMED: not 1 to max bytes of [a-z0-9-]. */
enum reeve_status reeve_check_name(struct reeve_bytes name, size_t max) REEVE_MUST_CHECK;
/* MALFORMED: a byte outside [a-z0-9-]; TOO_LARGE: longer than max. Empty is fine. */
enum reeve_status reeve_check_reference(struct reeve_bytes reference, size_t max) REEVE_MUST_CHECK;

/* A fixed field that came empty is the same as one that did not come. */
void reeve_check_absent_id(bool *has, const struct reeve_id *id);
void reeve_check_absent_digest(bool *has, const struct reeve_digest *digest);

#ifdef __cplusplus
}
#endif
#endif
