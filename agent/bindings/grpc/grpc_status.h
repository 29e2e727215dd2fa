/* SPDX-License-Identifier: Apache-2.0 */
/* What the end of a call to a service means for a job:
 *
 *   status of the call                                 job                   effect
 *   OK, and one message that fits the output           SUCCEEDED             DONE
 *   OK, and it does not fit, or not just one (unary)   OUTPUT_INVALID        DONE
 *   UNAVAILABLE, before the request left               UPSTREAM_UNREACHABLE  NONE       again
 *   any other, before it left                          as below              NONE
 *   INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS,
 *   PERMISSION_DENIED, FAILED_PRECONDITION,
 *   OUT_OF_RANGE, UNIMPLEMENTED                        UPSTREAM_REFUSED      NONE
 *   UNAUTHENTICATED                                    CREDENTIAL_REFUSED    NONE
 *   UNAVAILABLE                                        UPSTREAM_INTERRUPTED  in doubt   again
 *   RESOURCE_EXHAUSTED, ABORTED                        UPSTREAM_FAILED       in doubt   again
 *   CANCELLED (by the service), UNKNOWN, INTERNAL,
 *   DATA_LOSS, any other                               UPSTREAM_FAILED       in doubt
 *   DEADLINE_EXCEEDED, or in doubt behind the deadline TIMED_OUT             in doubt, or NONE
 *   a message over max_response_bytes                  OUTPUT_TOO_LARGE      in doubt
 *   a compressed message                               OUTPUT_INVALID        in doubt
 *
 * "In doubt" is MAYBE; NONE for tasks without side effects, for which DONE is NONE, too. A refusal
 * behind the first message of a stream is in doubt. "Again": a task that is idempotent is called
 * again, as long as no message of a stream has come. */
#ifndef REEVE_AGENT_BINDINGS_GRPC_GRPC_STATUS_H
#define REEVE_AGENT_BINDINGS_GRPC_GRPC_STATUS_H

#include "agent/bindings/work.h"
#include "agent/io/rpc/client.h"

#ifdef __cplusplus
extern "C" {
#endif

enum reeve_grpc_verdict_effect {
    REEVE_GRPC_EFFECT_NONE,
    REEVE_GRPC_EFFECT_DOUBT,
};

struct reeve_grpc_verdict {
    enum reeve_reason reason; /* REASON_DEADLINE: timed out */
    enum reeve_grpc_verdict_effect effect;
    bool again;          /* may pass by itself */
    const char *message; /* our own words */
};

/* For an ended request whose code is not OK. */
struct reeve_grpc_verdict reeve_grpc_verdict_of(const struct reeve_rpc_request *request);

#ifdef __cplusplus
}
#endif
#endif
