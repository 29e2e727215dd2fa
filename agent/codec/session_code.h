/* SPDX-License-Identifier: Apache-2.0 */
/* Why a session ended or was refused (reeve.v1.SessionCode), and which of our statuses says the
 * same. */
#ifndef REEVE_AGENT_CODEC_SESSION_CODE_H
#define REEVE_AGENT_CODEC_SESSION_CODE_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(NAME, number of the contract, status that means the same) */
#define REEVE_SESSION_CODE_MAP(X)                                                                  \
    X(UNSPECIFIED, 0, OK)                                                                          \
    X(DRAINED, 1, DRAINING)                                                                        \
    X(SUPERSEDED, 2, CANCELLED)                                                                    \
    X(RESTARTING, 3, CLOSED)                                                                       \
    X(OVERLOADED, 4, UNAVAILABLE)                                                                  \
    X(IDENTITY_EXPIRED, 5, EXPIRED)                                                                \
    X(LIVENESS_LOST, 6, LIVENESS)                                                                  \
    X(VERSION_UNSUPPORTED, 16, VERSION)                                                            \
    X(IDENTITY_UNKNOWN, 17, UNAUTHENTICATED)                                                       \
    X(IDENTITY_REVOKED, 18, UNAUTHENTICATED)                                                       \
    X(CLONED, 19, CLONED)                                                                          \
    X(JOURNAL_FOREIGN, 20, PERMISSION)                                                             \
    X(MALFORMED, 32, MALFORMED)                                                                    \
    X(FRAME_TOO_LARGE, 33, FRAME_TOO_LARGE)                                                        \
    X(OUT_OF_ORDER, 34, OUT_OF_ORDER)                                                              \
    X(LIMIT_EXCEEDED, 35, LIMIT_EXCEEDED)                                                          \
    X(SEQUENCE_INVALID, 36, SEQUENCE)                                                              \
    X(AUDIT_BROKEN, 37, CHAIN_BROKEN)                                                              \
    X(INTERNAL, 48, INTERNAL)

#define X(name, number, status) REEVE_SESSION_##name = number,
enum reeve_session_code { REEVE_SESSION_CODE_MAP(X) };
#undef X

/* "FRAME_TOO_LARGE"; "UNRECOGNISED" for a number that is not listed. Static. */
const char *reeve_session_code_name(enum reeve_session_code code);
/* The code for ending a session because of `status`. Every way in which bytes can be bad is
 * MALFORMED; what has no code of its own is INTERNAL; OK is UNSPECIFIED. */
enum reeve_session_code reeve_session_code_of(enum reeve_status status);
/* The status that a session's end with `code` has here; PROTOCOL for an unlisted number. */
enum reeve_status reeve_session_code_status(enum reeve_session_code code);
/* By its name, as it stands in a gRPC status message. NOT_FOUND. */
enum reeve_status reeve_session_code_parse(struct reeve_bytes name,
                                           enum reeve_session_code *out) REEVE_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
