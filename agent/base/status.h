/* SPDX-License-Identifier: Apache-2.0 */
/* The one error convention of this tree: a must-check status. Every status has a name, a text in
 * our own words, a class that callers branch on, the gRPC code it maps to, and the audit reason it
 * is recorded as (numbers of reeve.v1.Reason; 0: it never ends a job by itself).
 *
 * A new status is one line here; nothing else needs to change. A switch over enum reeve_status has
 * no default, so the compiler finds the places that must think about the new one. */
#ifndef REEVE_AGENT_BASE_STATUS_H
#define REEVE_AGENT_BASE_STATUS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a caller should do about it. */
enum reeve_status_class {
    REEVE_CLASS_OK,
    REEVE_CLASS_RETRY,  /* try again later: the cause may pass */
    REEVE_CLASS_AUTH,   /* load or renew a credential or identity, then try again */
    REEVE_CLASS_REJECT, /* this job, request or file is refused; the next one may be fine */
    REEVE_CLASS_PEER,   /* the peer broke the contract: end the session */
    REEVE_CLASS_FATAL,  /* this process or its configuration is broken: stop and say so */
};

/* X(NAME, class, grpc code, audit reason, text) */
#define REEVE_STATUS_MAP(X)                                                                        \
    X(OK, OK, 0, 0, "ok")                                                                          \
    /* memory and bounds */                                                                        \
    X(NO_MEMORY, REJECT, 8, 42, "out of memory")                                                   \
    X(LIMIT, REJECT, 8, 9, "a configured bound was reached")                                       \
    X(OVERFLOW, REJECT, 11, 9, "a size or number is out of range")                                 \
    /* arguments, files, system */                                                                 \
    X(INVALID, REJECT, 3, 4, "an argument is invalid")                                             \
    X(NOT_FOUND, REJECT, 5, 0, "not found")                                                        \
    X(EXISTS, REJECT, 6, 0, "exists already")                                                      \
    X(STATE, REJECT, 9, 0, "not allowed in this state")                                            \
    X(IO, RETRY, 14, 0, "an input/output operation failed")                                        \
    X(DISK_FULL, RETRY, 8, 0, "no space left on the disk")                                         \
    X(PERMISSION, FATAL, 7, 0, "the operating system refused access")                              \
    X(LOCKED, FATAL, 9, 0, "held by another process")                                              \
    X(CLOSED, RETRY, 14, 0, "closed")                                                              \
    X(TIMEOUT, RETRY, 4, 65, "the time ran out")                                                   \
    X(CANCELLED, REJECT, 1, 64, "cancelled")                                                       \
    X(UNAVAILABLE, RETRY, 14, 34, "the other side cannot be reached")                              \
    X(UNSUPPORTED, REJECT, 12, 0, "not supported by this build")                                   \
    X(CONFIG, FATAL, 9, 15, "the configuration is not valid")                                      \
    X(INTERNAL, FATAL, 13, 0, "an internal invariant does not hold")                               \
    /* bytes: protobuf, JSON, YAML */                                                              \
    X(TRUNCATED, REJECT, 3, 4, "the message ends too early")                                       \
    X(MALFORMED, REJECT, 3, 4, "the message is malformed")                                         \
    X(WIRE_TYPE, REJECT, 3, 4, "a field has the wrong wire type")                                  \
    X(UNKNOWN_FIELD, REJECT, 3, 4, "a field is not declared")                                      \
    X(DUPLICATE_FIELD, REJECT, 3, 4, "a field is given twice")                                     \
    X(UTF8, REJECT, 3, 4, "a string is not valid UTF-8")                                           \
    X(EMBEDDED_NUL, REJECT, 3, 4, "a string contains NUL")                                         \
    X(DEPTH, REJECT, 3, 9, "messages are nested too deeply")                                       \
    X(TOO_LARGE, REJECT, 8, 9, "larger than allowed")                                              \
    X(TYPE, REJECT, 3, 4, "a value has the wrong type")                                            \
    X(RANGE, REJECT, 3, 4, "a number does not fit its type")                                       \
    X(SYNTAX, REJECT, 3, 4, "a syntax error")                                                      \
    X(CONSTRAINT, REJECT, 3, 5, "a declared constraint is broken")                                 \
    /* stored data */                                                                              \
    X(CHECKSUM, FATAL, 15, 0, "a checksum does not match")                                         \
    X(CORRUPT, FATAL, 15, 0, "stored data is damaged")                                             \
    X(CHAIN_BROKEN, PEER, 15, 0, "the audit chain is broken")                                      \
    X(SIGNATURE, PEER, 16, 10, "a signature does not verify")                                      \
    /* stream */                                                                                   \
    X(PROTOCOL, PEER, 9, 0, "the peer broke the stream's protocol")                                \
    X(FRAME_TOO_LARGE, PEER, 8, 0, "a frame is over its limit")                                    \
    X(OUT_OF_ORDER, PEER, 9, 0, "a frame is not allowed here")                                     \
    X(LIMIT_EXCEEDED, PEER, 8, 0, "the peer sent more than was granted")                           \
    X(SEQUENCE, PEER, 9, 0, "a sequence number is not allowed")                                    \
    X(VERSION, FATAL, 12, 0, "no common protocol version")                                         \
    X(UNAUTHENTICATED, AUTH, 16, 0, "the identity was refused")                                    \
    X(CLONED, FATAL, 9, 0, "another copy of this journal is running")                              \
    X(ROLLED_BACK, RETRY, 9, 13, "a store was rolled back")                                        \
    X(LIVENESS, RETRY, 14, 0, "the peer's heartbeats stopped")                                     \
    /* jobs */                                                                                     \
    X(UNKNOWN_TASK, REJECT, 5, 1, "the task is not compiled in")                                   \
    X(NOT_ALLOWED, REJECT, 7, 2, "the local allowlist does not allow the task")                    \
    X(FINGERPRINT, REJECT, 9, 3, "the task's fingerprint differs")                                 \
    X(EXPIRED, REJECT, 4, 6, "expired")                                                            \
    X(NOT_YET_VALID, REJECT, 9, 7, "not valid yet")                                                \
    X(REPLAYED, REJECT, 6, 8, "seen before")                                                       \
    X(NOT_APPROVED, REJECT, 7, 10, "too few valid approvals")                                      \
    X(WRONG_AUDIENCE, REJECT, 7, 11, "meant for another worker")                                   \
    X(DRAINING, REJECT, 14, 12, "draining")                                                        \
    X(REPLAY_TABLE_FULL, REJECT, 8, 16, "the table of approved jobs is full")                      \
    X(NOT_CONFIGURED, REJECT, 9, 15, "the task's system is not configured")                        \
    /* bindings and credentials */                                                                 \
    X(UPSTREAM_REFUSED, REJECT, 9, 32, "the internal system refused")                              \
    X(UPSTREAM_FAILED, RETRY, 13, 33, "the internal system failed")                                \
    X(UPSTREAM_UNREACHABLE, RETRY, 14, 34, "the internal system cannot be reached")                \
    X(UPSTREAM_INTERRUPTED, RETRY, 14, 35, "the connection to the internal system broke")          \
    X(OUTPUT_INVALID, REJECT, 13, 36, "the answer does not fit the output message")                \
    X(OUTPUT_TOO_LARGE, REJECT, 8, 37, "the output is over its limit")                             \
    X(OUTPUT_WITHHELD, REJECT, 7, 38, "the output held a known secret")                            \
    X(CREDENTIAL_UNAVAILABLE, RETRY, 14, 39, "a credential could not be loaded")                   \
    X(CREDENTIAL_REFUSED, AUTH, 16, 40, "the internal system refused the credential")              \
    X(HANDLER_FAILED, REJECT, 13, 41, "the handler reported an error")                             \
    X(SECRET_TOO_SHORT, FATAL, 9, 15, "a secret is too short to be scrubbed safely")

enum reeve_status {
#define X(name, class_, grpc, reason, text) REEVE_##name,
    REEVE_STATUS_MAP(X)
#undef X
};

#if defined(__GNUC__)
#define REEVE_MUST_CHECK __attribute__((warn_unused_result))
#define REEVE_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define REEVE_MUST_CHECK
#define REEVE_PRINTF(f, a)
#endif

/* Thread-safe, static strings; an out-of-range value gives "INVALID_STATUS" and class FATAL. */
const char *reeve_status_name(enum reeve_status status); /* "FRAME_TOO_LARGE" */
const char *reeve_status_text(enum reeve_status status);
enum reeve_status_class reeve_status_class(enum reeve_status status);
int reeve_status_grpc_code(enum reeve_status status);
int reeve_status_reason(enum reeve_status status); /* number of reeve.v1.Reason */

/* Return early when `expression` is not REEVE_OK. */
#define REEVE_TRY(expression)                                                                      \
    do {                                                                                           \
        enum reeve_status reeve_try_status_ = (expression);                                        \
        if (reeve_try_status_ != REEVE_OK) {                                                       \
            return reeve_try_status_;                                                              \
        }                                                                                          \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif
