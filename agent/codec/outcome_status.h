/* SPDX-License-Identifier: Apache-2.0 */
/* How a job ended, what that did to the internal system, and why: the enums OutcomeStatus, Effect
 * and Reason of reeve/v1/job.proto, value for value. The contract says what each means. */
#ifndef REEVE_AGENT_CODEC_OUTCOME_STATUS_H
#define REEVE_AGENT_CODEC_OUTCOME_STATUS_H

#include "agent/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(NAME, number of the contract) */
#define REEVE_OUTCOME_STATUS_MAP(X)                                                                \
    X(UNSPECIFIED, 0)                                                                              \
    X(SUCCEEDED, 1)                                                                                \
    X(FAILED, 2)                                                                                   \
    X(REJECTED, 3)                                                                                 \
    X(CANCELLED, 4)                                                                                \
    X(TIMED_OUT, 5)                                                                                \
    X(UNKNOWN, 6)
#define REEVE_EFFECT_MAP(X)                                                                        \
    X(UNSPECIFIED, 0)                                                                              \
    X(NONE, 1)                                                                                     \
    X(DONE, 2)                                                                                     \
    X(MAYBE, 3)
#define REEVE_REASON_MAP(X)                                                                        \
    X(UNSPECIFIED, 0)                                                                              \
    X(UNKNOWN_TASK, 1)                                                                             \
    X(NOT_ALLOWED, 2)                                                                              \
    X(FINGERPRINT_MISMATCH, 3)                                                                     \
    X(BAD_INPUT, 4)                                                                                \
    X(CONSTRAINT_VIOLATED, 5)                                                                      \
    X(EXPIRED, 6)                                                                                  \
    X(NOT_YET_VALID, 7)                                                                            \
    X(REPLAYED, 8)                                                                                 \
    X(TOO_LARGE, 9)                                                                                \
    X(NOT_APPROVED, 10)                                                                            \
    X(WRONG_AUDIENCE, 11)                                                                          \
    X(DRAINING, 12)                                                                                \
    X(ROLLED_BACK, 13)                                                                             \
    X(MALFORMED, 14)                                                                               \
    X(NOT_CONFIGURED, 15)                                                                          \
    X(REPLAY_TABLE_FULL, 16)                                                                       \
    X(UPSTREAM_REFUSED, 32)                                                                        \
    X(UPSTREAM_FAILED, 33)                                                                         \
    X(UPSTREAM_UNREACHABLE, 34)                                                                    \
    X(UPSTREAM_INTERRUPTED, 35)                                                                    \
    X(OUTPUT_INVALID, 36)                                                                          \
    X(OUTPUT_TOO_LARGE, 37)                                                                        \
    X(OUTPUT_WITHHELD, 38)                                                                         \
    X(CREDENTIAL_UNAVAILABLE, 39)                                                                  \
    X(CREDENTIAL_REFUSED, 40)                                                                      \
    X(HANDLER_FAILED, 41)                                                                          \
    X(OUT_OF_MEMORY, 42)                                                                           \
    X(RESULTS_LOST, 43)                                                                            \
    X(CANCEL_REQUESTED, 64)                                                                        \
    X(DEADLINE, 65)                                                                                \
    X(WORKER_RESTARTED, 66)                                                                        \
    X(WORKER_LOST, 67)                                                                             \
    X(ATTEMPTS_EXHAUSTED, 68)                                                                      \
    X(NO_ALIGNED_WORKER, 69)                                                                       \
    X(PLAN_REJECTED, 70)

#define X(name, number) REEVE_OUTCOME_##name = number,
enum reeve_outcome_status { REEVE_OUTCOME_STATUS_MAP(X) };
#undef X

#define X(name, number) REEVE_EFFECT_##name = number,
enum reeve_effect { REEVE_EFFECT_MAP(X) };
#undef X

/* A peer of a later version may send a number that is not listed here: it is kept as it is. */
#define X(name, number) REEVE_REASON_##name = number,
enum reeve_reason { REEVE_REASON_MAP(X) };
#undef X

/* Static strings for logs and people: "SUCCEEDED"; "UNRECOGNISED" for any other number. */
const char *reeve_outcome_status_name(enum reeve_outcome_status status);
const char *reeve_effect_name(enum reeve_effect effect);
const char *reeve_reason_name(enum reeve_reason reason);
/* The reason that a job ends with when it stops at `status`; REASON_UNSPECIFIED when that status
 * never ends a job by itself (reeve_status_reason). */
enum reeve_reason reeve_reason_of(enum reeve_status status);

#ifdef __cplusplus
}
#endif
#endif
